import { readFileSync, writeFileSync } from 'node:fs';

// Draws the end of the demo's output, as `npm run docs:images` has recorded it. It is dark on every page, as a terminal is.

export const FILE = 'docs/images/demo.svg';
const RECORDING = 'docs/images/data/demo.txt';

const SHOWN_LINES = 15;
const COLUMNS = 112;
const [CHARACTER, LINE, MARGIN] = [7.8, 19, 18];

const escaped = (text: string) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
const cut = (line: string) => (line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line);

/** The picture as SVG. */
export function terminalImage(): string {
  const recorded = readFileSync(RECORDING, 'utf8').trimEnd().split('\n');
  const lines = ['$ npm run demo', '…', ...recorded.slice(-SHOWN_LINES)].map(cut);
  const width = Math.round(COLUMNS * CHARACTER + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN;
  const rows = lines.map(
    (line, index) =>
      `<text x="${MARGIN}" y="${MARGIN + LINE * (index + 0.75)}" xml:space="preserve">${escaped(line)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>The end of npm run demo: how each export ended, and the first rows of one</title>',
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    '<g fill="#e6edf3" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">',
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(FILE, terminalImage());
