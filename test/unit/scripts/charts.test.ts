import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chart, charts } from '../../../scripts/charts.ts';
import { FILE, terminalImage } from '../../../scripts/terminal-image.ts';

it.each(charts)('$file shows the figures beside it (npm run docs draws it again)', ({ name, theme, file }) => {
  expect(readFileSync(file, 'utf8')).toBe(chart(name, theme));
});

it('the picture of the demo shows the recorded run (npm run docs draws it again)', () => {
  expect(readFileSync(FILE, 'utf8')).toBe(terminalImage());
});

it.each(charts)('$file has no script and loads nothing', ({ file }) => {
  const svg = readFileSync(file, 'utf8');
  expect(svg).not.toMatch(/<script|href=|url\(/);
});
