import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

// The charts of the documentation, drawn from the figures that the benchmarks left in docs/images/data.

const FOLDER = 'docs/images';

/** One drawing for light pages and one for dark ones. The documents choose by `prefers-color-scheme`. */
export const THEMES = {
  light: { text: '#1f2328', grid: '#818b98', ours: '#0969da', others: '#9198a1' },
  dark: { text: '#f0f6fc', grid: '#656c76', ours: '#4493f8', others: '#7d8590' },
};
type Theme = (typeof THEMES)[keyof typeof THEMES];

const OURS = 'this project';

interface PollingFigure {
  policy: string;
  minutes: number;
  dollars: number;
  lagSeconds: number;
}

interface CostFigure {
  minutes: number;
  exports: number;
  dollars: number;
}

interface BarFigure {
  group: string;
  name: string;
  value: number;
}

/** Each chart by the name of its figures. */
const CHARTS = {
  polling: (figures: PollingFigure[], theme: Theme) => pollingChart(figures, theme),
  costs: (figures: CostFigure[], theme: Theme) => costsChart(figures, theme),
  coldstart: (figures: BarFigure[], theme: Theme) =>
    barChart(figures, theme, 'Milliseconds to load the function and to make its first call →', 110),
  verify: (figures: BarFigure[], theme: Theme) => barChart(figures, theme, 'MB per CPU second →', 180),
} as const;

export type ChartName = keyof typeof CHARTS;

/** Up is later, right is more expensive. */
function pollingChart(figures: PollingFigure[], theme: Theme): Plot.PlotOptions {
  const fill = ({ policy }: PollingFigure) => (policy === OURS ? theme.ours : theme.others);
  const place = { fx: 'minutes', x: 'dollars', y: 'lagSeconds', fill } as const;
  const label = { ...place, text: 'policy', dx: 8, textAnchor: 'start', fontWeight: 'bold' } as const;
  return {
    width: 960,
    height: 360,
    marginTop: 50,
    marginRight: 120,
    fx: { label: null, tickFormat: (minutes: number) => `jobs of ${minutes} min`, padding: 0.12 },
    x: {
      type: 'log',
      insetLeft: 30,
      label: 'USD per 1,000 exports, for polling alone →',
      ticks: [0.1, 1, 10],
      tickFormat: String,
    },
    y: {
      type: 'log',
      label: '↑ Mean delay until the end is noticed, in seconds',
      ticks: [10, 30, 100, 300, 1000],
      tickFormat: String,
    },
    marks: [
      ...grid(theme),
      Plot.dot(figures, { ...place, r: 4 }),
      Plot.text(
        figures.filter(({ policy }) => policy !== OURS),
        label,
      ),
      // Above its point, where no other label is.
      Plot.text(
        figures.filter(({ policy }) => policy === OURS),
        { ...label, dx: -14, dy: -12, textAnchor: 'middle' },
      ),
    ],
  };
}

const grid = ({ grid: stroke }: Theme) => [
  Plot.gridX({ stroke, strokeOpacity: 0.2 }),
  Plot.gridY({ stroke, strokeOpacity: 0.2 }),
];

function costsChart(figures: CostFigure[], theme: Theme): Plot.PlotOptions {
  const last = figures.filter(({ exports }) => exports === Math.max(...figures.map((one) => one.exports)));
  return {
    width: 760,
    height: 340,
    marginLeft: 60,
    marginBottom: 45,
    marginRight: 120,
    x: { type: 'log', label: 'Exports per month →', tickFormat: (value: number) => value.toLocaleString('en') },
    y: {
      type: 'symlog',
      constant: 0.1,
      label: '↑ USD per month',
      ticks: [0, 0.1, 1, 10, 100, 1000],
      tickFormat: String,
    },
    marks: [
      ...grid(theme),
      Plot.line(figures, { x: 'exports', y: 'dollars', z: 'minutes', stroke: theme.ours, strokeWidth: 2 }),
      Plot.text(last, {
        ...{
          x: 'exports',
          y: 'dollars',
          text: ({ minutes }: CostFigure) => `jobs of ${minutes} min`,
          fill: theme.text,
        },
        ...{ dx: 6, textAnchor: 'start' },
      }),
    ],
  };
}

function barChart(figures: BarFigure[], theme: Theme, label: string, marginLeft: number): Plot.PlotOptions {
  const fill = ({ name }: BarFigure) => (name.startsWith(OURS) ? theme.ours : theme.others);
  return {
    width: 760,
    height: 70 + 22 * figures.length,
    marginLeft,
    marginRight: 130,
    marginBottom: 45,
    fy: { label: null },
    y: { label: null, domain: [...new Set(figures.map(({ name }) => name))] },
    x: { label, grid: true, insetRight: 30 },
    marks: [
      Plot.barX(figures, { fy: 'group', y: 'name', x: 'value', fill }),
      Plot.text(figures, {
        ...{
          fy: 'group',
          y: 'name',
          x: 'value',
          text: ({ value }: BarFigure) => String(Math.round(value)),
          fill: theme.text,
        },
        ...{ dx: 4, textAnchor: 'start' },
      }),
    ],
  };
}

/** The chart as SVG. */
export function chart(name: ChartName, theme: keyof typeof THEMES): string {
  const figures = JSON.parse(readFileSync(`${FOLDER}/data/${name}.json`, 'utf8'));
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const options = CHARTS[name](figures, THEMES[theme]);
  const style = {
    color: THEMES[theme].text,
    background: 'none',
    fontSize: '12px',
    fontFamily: 'system-ui, sans-serif',
  };
  const svg = Plot.plot({ ...options, style, document }) as unknown as {
    setAttribute(name: string, value: string): void;
    outerHTML: string;
  };
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}

/** Every chart with the file that shows it. */
export const charts = (Object.keys(CHARTS) as ChartName[]).flatMap((name) =>
  (Object.keys(THEMES) as (keyof typeof THEMES)[]).map((theme) => ({
    name,
    theme,
    file: `${FOLDER}/${name}-${theme}.svg`,
  })),
);

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const { name, theme, file } of charts) writeFileSync(file, chart(name, theme));
}
