import type { Readable } from 'node:stream';
import { type Options, parse } from 'csv-parse';

/** How CSV is read here: with the line ends of any system, as an import reads it. */
export const CSV = {
  bom: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
} satisfies Options;

/** Counts the rows of a CSV file, without the header. */
export async function countRows(bytes: Readable): Promise<number> {
  let rows = -1;
  const counter = parse({
    ...CSV,
    on_record() {
      rows += 1;
      return null;
    },
  });
  for await (const _ of bytes.pipe(counter));
  return Math.max(0, rows);
}
