import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { plainText } from '../src/lambda/plain-text.ts';
import { CSV } from './csv.ts';
import { counted } from './rows-text.ts';

const SHOWN_ROWS = 3;

/** Downloads every object below `path` (`s3://bucket/prefix/`) into `folder`, and shows its path, size and first rows. An
 * object whose key is not a path below a folder, such as `../x`, is named instead.
 * @returns the number of rows in all of them */
export async function download(s3: S3Client, path: string, folder: string): Promise<number> {
  let rows = 0;
  const [, Bucket = '', Prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(path) ?? [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key = '' } of Contents) {
      if (!isPath(Key)) {
        console.log(
          `\n${JSON.stringify(`s3://${Bucket}/${Key}`)} was not downloaded: its key is not a path below a folder.`,
        );
        continue;
      }
      const file = join(folder, Key);
      await mkdir(dirname(file), { recursive: true });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      await pipeline(Body as Readable, createWriteStream(file));
      rows += await show(file);
    }
  }
  return rows;
}

/** Tells whether a key names a file below any folder that it is joined to. A key may be any text. */
function isPath(key: string): boolean {
  return posix.join('/', key) === `/${key}` && !key.endsWith('/') && !/[\\\0]/.test(key);
}

/** @returns the number of rows */
async function show(file: string): Promise<number> {
  const first: string[][] = [];
  let rows = -1; // The header does not count.
  for await (const row of createReadStream(file).pipe(parse(CSV))) {
    if (rows < SHOWN_ROWS) first.push(row);
    rows += 1;
  }
  const { size } = await stat(file);
  const shown = rows > SHOWN_ROWS ? `; the first ${SHOWN_ROWS}:` : ':';
  console.log(`\n${file}\n${size.toLocaleString('en')} bytes, ${counted(rows)}${shown}`);
  // The rows are anybody's data: no escape sequence in them may reach the terminal.
  const lines = stringify(first).trimEnd().split('\n');
  console.log(lines.map((line) => `  ${plainText(line)}`).join('\n'));
  return rows;
}
