import { PassThrough } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import { createScreen, elapsed, rowLines } from '../../../cli/screen.ts';

afterEach(() => vi.unstubAllEnvs());

/** What a screen writes for one change on a stream with these properties. */
function written(properties: object, TERM = 'xterm'): string {
  vi.stubEnv('TERM', TERM);
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), properties) as unknown as NodeJS.WriteStream;
  const screen = createScreen(stream, new Date(0), () => [{ label: 'a', state: 'Wait', status: 'x', ended: false }]);
  screen.changes([{ at: new Date(1000), label: 'shop/ITEMS', text: 'export job ACTIVE' }]);
  screen.close();
  return String(stream.read());
}

const ESCAPE = '\u001b';

it('createScreen draws a live table on a terminal', () => {
  expect(written({ isTTY: true, columns: 80, rows: 24 })).toContain(ESCAPE);
});

it.each([
  ['is not a terminal', {}, 'xterm'],
  ['is a terminal without columns', { isTTY: true, columns: 0, rows: 24 }, 'xterm'],
  ['is a terminal without rows', { isTTY: true, columns: 80, rows: 0 }, 'xterm'],
  ['is a terminal of unknown size', { isTTY: true }, 'xterm'],
  ['is a dumb terminal', { isTTY: true, columns: 80, rows: 24 }, 'dumb'],
])('createScreen writes plain lines if the stream %s', (_, properties, term) => {
  expect(written(properties, term)).toBe('   1.0 s  shop/ITEMS  export job ACTIVE\n');
});

it('rowLines shows the rows that still run first where not all have room', () => {
  const row = (label: string, ended: boolean) => ({ label, state: 'Wait', status: 'x', ended });
  const rows = [row('a', true), row('b', true), row('c', false), row('d', false)];
  expect(rowLines(rows, 3)).toEqual(['  c  x  Wait', '  d  x  Wait', '  … and 2 more']);
});

it('rowLines shows all rows in their order where there is just enough room', () => {
  const row = (label: string, ended: boolean) => ({ label, state: 'Wait', status: 'x', ended });
  expect(rowLines([row('a', true), row('b', false)], 2)).toEqual(['  a  x', '  b  x  Wait']);
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

it('rowLines shows no escape sequence of a name or a status', () => {
  const row = { label: 'shop\u001b[2J/ITEMS', state: 'Wait\u0007', status: 'CREATE\u202e FAILED', ended: false };
  expect(rowLines([row], 10).join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
