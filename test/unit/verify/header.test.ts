import { expect, it } from 'vitest';
import { EXPECTED, MAX_COLUMNS, MAX_NAME_BYTES } from '../../../src/verify/finding-texts.ts';
import { measuresOf, usersSchema } from './reading.ts';

const KNOWN = ['USER_ID', 'AGE', 'SCORE'];
const filesWith = (...headers: string[][]) =>
  measuresOf(
    usersSchema,
    headers.map((names) => `${names.join()}\n`),
  );
/** The columns of the schema and others, so many in all. */
const wide = (count: number, other = 'C') => [
  ...KNOWN,
  ...Array.from({ length: count - KNOWN.length }, (_, index) => `${other}${index}`),
];
const unread = (part: number) => ({ file: `part-${part}.csv`, expected: EXPECTED.headerSize });

it.each([
  ['a quote inside of the first name', ['USER"_ID', 'AGE', 'SCORE']],
  ['text after a quoted name', ['USER_ID', '"AGE"S', 'SCORE']],
  ['a quote that does not end', ['USER_ID', 'AGE', '"SCORE']],
])('a header with %s has a finding', (_, names) => {
  expect(filesWith(names).findings).toContainEqual({ file: 'part-0.csv', expected: EXPECTED.plainNames });
});

it('a header may have as many names, and as long ones, as the limits allow', () => {
  const longest = 'N'.repeat(MAX_NAME_BYTES);
  const { findings, columns } = filesWith([...wide(MAX_COLUMNS - 1), longest]);
  expect(findings).toEqual([]);
  expect(columns).toHaveLength(MAX_COLUMNS);
  expect(columns.at(-1)?.name).toBe(longest);
});

it('files whose headers have too many names together are not read', () => {
  const { findings, files } = filesWith(wide(MAX_COLUMNS), [...KNOWN, 'ONE_MORE'], KNOWN);
  expect(findings).toEqual([unread(2)]);
  expect(files.map(({ header }) => header?.length)).toEqual([MAX_COLUMNS, KNOWN.length + 1, undefined]);
});
