import { expect, it } from 'vitest';
import { elapsed, rowLines } from '../../../cli/screen.ts';

it('rowLines shows the rows that still run first where not all have room', () => {
  const row = (label: string, ended: boolean) => ({ label, state: 'Wait', status: 'x', ended });
  const rows = [row('a', true), row('b', true), row('c', false), row('d', false)];
  expect(rowLines(rows, 3)).toEqual(['  c  x  Wait', '  d  x  Wait', '  … and 2 more']);
});

it('rowLines counts a wait down', () => {
  const row = { label: 'a', state: 'Wait', ended: false, waitsUntil: 21_000 };
  expect(rowLines([row], 3, undefined, 1_500)).toEqual(['  a  Wait, 20 s left']);
});

it.each([
  [4_250, '4.3 s'],
  [723_000, '12 min 3 s'],
  [7_500_000, '2 h 5 min'],
])('elapsed writes %i ms as %s', (milliseconds, text) => {
  expect(elapsed(new Date(0), milliseconds)).toBe(text);
});
