import { afterEach, expect, it, vi } from 'vitest';
import { print, printError, printJson } from '../../../cli/print.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const hostile = 'a\u001b[2J\u009b31m\u202eb\u{e0041}';

it.each([
  ['print', 'log', print],
  ['printError', 'error', printError],
] as const)('%s keeps lines, and removes escape sequences', (_, method, write) => {
  const written = vi.spyOn(console, method).mockImplementation(() => {});
  write(`${hostile}\nsecond`);
  expect(written).toHaveBeenCalledExactlyOnceWith('a [2J 31m b \nsecond');
});

it('printJson escapes what could change a terminal, and is the same JSON', () => {
  const written = vi.spyOn(console, 'log').mockImplementation(() => {});
  printJson({ text: hostile });
  const [[json = ''] = []] = written.mock.calls;
  expect(json).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(json)).toEqual({ text: hostile });
});
