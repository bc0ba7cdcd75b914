import type { S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { columnSeed, contentHash, EMPTY_HASH } from '../../src/verify/content-hash.ts';
import { READ_AHEAD_BYTES } from '../../src/verify/murmur-hash.ts';
import { objectPieces } from '../../src/verify/object-pieces.ts';
import { UsageError } from '../usage-error.ts';
import type { CheckedFiles } from './check-files.ts';

/** What was read of the files, and what was kept. */
export interface KeptRows {
  rows: number;
  contentHash: string;
  excludedRows: number;
  /** How many of the excluded users had rows. */
  excludedUsers: number;
  /** Of all rows that were read, with every column. */
  sourceHash: string;
}

interface Choice {
  /** The columns of the copy, in its order. */
  columns: string[];
  excluded: ReadonlySet<string>;
}

/** Reads all files, and writes the rows without excluded users as one CSV file, in pieces of text. A few pieces are in
 * memory at a time.
 * @returns the generator's return value: what was kept
 * @throws UsageError if a file lacks a column */
export async function* keptRows(
  files: CheckedFiles['files'],
  choice: Choice,
  s3: S3Client,
): AsyncGenerator<string, KeptRows> {
  const sieve = rowSieve(choice);
  yield csv([choice.columns]);
  for (const file of files) {
    let header: string[] | undefined;
    for await (const records of recordsOf(file, s3)) {
      header ??= records.shift();
      if (header) yield csv(sieve.take(records, header, file.name));
    }
  }
  return sieve.result();
}

/** Takes rows, counts and hashes them, and gives back those to keep, in the columns of the copy. */
function rowSieve({ columns, excluded }: Choice) {
  const [source, kept] = [rowsHash(), rowsHash()];
  const seen = new Set<string>();
  const counts = { rows: 0, excludedRows: 0 };
  return {
    take(records: string[][], header: string[], file: string): string[][] {
      const places = placesOf(columns, header, file);
      const ofUser = header.indexOf('USER_ID');
      return records.flatMap((record) => {
        source.add(record, header);
        const user = record[ofUser] ?? '';
        if (excluded.has(user)) {
          seen.add(user);
          counts.excludedRows += 1;
          return [];
        }
        const row = places.map((place) => record[place] ?? '');
        kept.add(row, columns);
        counts.rows += 1;
        return [row];
      });
    },
    result: (): KeptRows => ({
      ...counts,
      ...{ contentHash: kept.hex(), sourceHash: source.hex(), excludedUsers: seen.size },
    }),
  };
}

/** A lone carriage return is quoted, because some readers take it for a line end. */
const NEEDS_QUOTES = /[",\r\n]/;

/** Rows as CSV. Most need no quotes, and joining them is ten times as fast. */
function csv(rows: string[][]): string {
  return rows.map(csvLine).join('');
}

function csvLine(row: string[]): string {
  if (!row.some((value) => NEEDS_QUOTES.test(value))) return `${row.join(',')}\n`;
  return stringify([row], { quoted_match: NEEDS_QUOTES });
}

function placesOf(columns: string[], header: string[], file: string): number[] {
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0) throw new UsageError(`${file} lacks the columns ${missing.join(', ')} of the schema.`);
  return columns.map((name) => header.indexOf(name));
}

/** The records of a file, those of a piece at a time: one by one through a stream, a million would take seconds. A cut
 * connection is taken up where it ended. */
async function* recordsOf(
  { bucket, ...file }: CheckedFiles['files'][number],
  s3: S3Client,
): AsyncGenerator<string[][]> {
  const records: string[][] = [];
  const parser = parse({
    ...{ bom: true, record_delimiter: ['\r\n', '\n'], skip_empty_lines: true },
    on_record(record: string[]) {
      records.push(record);
      return null;
    },
  });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  parser.on('error', reject).resume();
  for await (const piece of objectPieces({ bucket, prefix: '' }, file, 0, s3)) {
    await Promise.race([failed, new Promise<void>((done) => parser.write(piece, () => done()))]);
    yield records.splice(0);
  }
  await Promise.race([failed, new Promise<void>((done) => parser.end(done))]);
  yield records.splice(0);
}

/** The content hash of rows that were parsed: docs/manifest.md. */
export function rowsHash() {
  const hash = contentHash(EMPTY_HASH);
  const seeds = new Map<string, number>();
  let buffer = Buffer.alloc(0);
  let view = new DataView(buffer.buffer);
  const seedOf = (name: string) => {
    const seed = seeds.get(name) ?? columnSeed(name);
    seeds.set(name, seed);
    return seed;
  };
  return {
    add(values: string[], names: string[]): void {
      for (const [index, value] of values.entries()) {
        // At most three bytes per UTF-16 code unit.
        if (buffer.length < 3 * value.length + READ_AHEAD_BYTES) {
          buffer = Buffer.from(new ArrayBuffer(6 * value.length + 1_024));
          view = new DataView(buffer.buffer);
        }
        hash.addField(view, 0, buffer.write(value), seedOf(names[index] ?? ''));
      }
      hash.endRow();
    },
    hex: () => hash.hex(),
  };
}
