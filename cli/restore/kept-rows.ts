import { Readable } from 'node:stream';
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

const ROWS_AT_ONCE = 1_000;

/** Reads all files, and writes the rows without excluded users as one CSV file, in pieces of text. A few pieces are in
 * memory at a time.
 * @returns the generator's return value: what was kept
 * @throws UsageError if a file lacks a column */
export async function* keptRows(
  files: CheckedFiles['files'],
  { columns, excluded }: Choice,
  s3: S3Client,
): AsyncGenerator<string, KeptRows> {
  const [source, kept] = [rowsHash(), rowsHash()];
  const seen = new Set<string>();
  const counts = { rows: 0, excludedRows: 0 };
  let batch: string[][] = [columns];
  for (const file of files) {
    let header: string[] | undefined;
    let places: number[] = [];
    for await (const record of recordsOf(file, s3)) {
      if (!header) {
        header = record;
        places = placesOf(columns, header, file.name);
        continue;
      }
      source.add(record, header);
      const user = excluded.size > 0 ? (record[header.indexOf('USER_ID')] ?? '') : '';
      if (excluded.has(user)) {
        seen.add(user);
        counts.excludedRows += 1;
        continue;
      }
      const row = places.map((place) => record[place] ?? '');
      kept.add(row, columns);
      counts.rows += 1;
      batch.push(row);
      if (batch.length < ROWS_AT_ONCE) continue;
      yield csv(batch);
      batch = [];
    }
  }
  yield csv(batch);
  return { ...counts, contentHash: kept.hex(), sourceHash: source.hex(), excludedUsers: seen.size };
}

/** A lone carriage return is quoted, because some readers take it for a line end. */
function csv(rows: string[][]): string {
  return stringify(rows, { quoted_match: /\r/ });
}

function placesOf(columns: string[], header: string[], file: string): number[] {
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0) throw new UsageError(`${file} lacks the columns ${missing.join(', ')} of the schema.`);
  return columns.map((name) => header.indexOf(name));
}

/** The records of a file. A cut connection is taken up where it ended. */
async function* recordsOf({ bucket, ...file }: CheckedFiles['files'][number], s3: S3Client): AsyncGenerator<string[]> {
  const source = Readable.from(objectPieces({ bucket, prefix: '' }, file, 0, s3));
  const parser = parse({ bom: true, record_delimiter: ['\r\n', '\n'], skip_empty_lines: true });
  source.on('error', (error) => parser.destroy(error));
  try {
    yield* source.pipe(parser);
  } finally {
    source.destroy();
  }
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
