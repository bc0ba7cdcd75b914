import { stringify } from 'csv-stringify/sync';

const needsQuotes = /[",\r\n]/;

/**
 * One CSV line without its line break. A lone carriage return is quoted too, which csv-stringify would leave, as
 * readers take it for a line break. Most rows need no quotes: joining those is ten times as fast.
 */
export function csvLine(values: readonly string[]): string {
  const joined = values.join(',');
  if (values.length === 1 ? !needsQuotes.test(joined) : !values.some((value) => needsQuotes.test(value))) return joined;
  return stringify([values as string[]], { quoted_match: needsQuotes, eof: false });
}
