import { MAX_ROW_BYTES } from './csv-rows.ts';

/** A dataset has far fewer columns, and the names of attributes are short. */
export const MAX_COLUMNS = 1_000;
export const MAX_NAME_BYTES = 256;

/** What is expected where there is a finding: no finding has another text. docs/manifest.md and docs/runbook.md have a line for
 * each. */
export const EXPECTED = {
  dataObject: 'at least one object with data',
  header: 'a header',
  schemaColumn: 'this column of the schema in the header',
  columnOnce: 'each column once in the header',
  plainNames: 'a header without quotes inside of names',
  headerSize: `a header of at most ${MAX_COLUMNS} names in UTF-8, each of at most ${MAX_NAME_BYTES} bytes; the file was not read`,
  fields: (columns: number, fields: number) => `${columns} fields, as in the header, instead of ${fields}` as const,
  closingQuote: 'a quote at the end of the value',
  wholeQuotes: 'quotes only around a whole value, and two quotes for a quote inside',
  rowSize: `a row of at most ${MAX_ROW_BYTES} bytes; the rest of the file was not read`,
  utf8: 'UTF-8',
  unchangedObject: 'an object that does not change while it is read',
  sameData: (verifiedAt: string) => `the data that its manifest of ${verifiedAt} describes` as const,
} as const;

type TextOf<Entry> = Entry extends (...values: never[]) => infer Text ? Text : Entry;

/** The text of a finding. */
export type FindingText = TextOf<(typeof EXPECTED)[keyof typeof EXPECTED]>;
