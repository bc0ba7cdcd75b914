import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { CSV } from './csv.ts';

const SHOWN_ROWS = 3;

/** A file of an export, downloaded: `rows` without the header, `first` with it, as CSV. */
export interface DownloadedFile {
  file: string;
  bytes: number;
  rows: number;
  first: string[];
}

/** What was downloaded of an export. `refused`: the URIs of objects whose key is not a path below a folder, such as `../x`. */
export interface Download {
  files: DownloadedFile[];
  refused: string[];
}

/** Downloads every object below `path` (`s3://bucket/prefix/`) into `folder`. */
export async function download(s3: S3Client, path: string, folder: string): Promise<Download> {
  const result: Download = { files: [], refused: [] };
  const [, Bucket = '', Prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(path) ?? [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key = '' } of Contents) {
      if (!isPath(Key)) {
        result.refused.push(`s3://${Bucket}/${Key}`);
        continue;
      }
      const file = join(folder, Key);
      await mkdir(dirname(file), { recursive: true });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      await pipeline(Body as Readable, createWriteStream(file));
      result.files.push(await read(file));
    }
  }
  return result;
}

/** Tells whether a key names a file below any folder that it is joined to. A key may be any text. */
function isPath(key: string): boolean {
  return posix.join('/', key) === `/${key}` && !key.endsWith('/') && !/[\\\0]/.test(key);
}

async function read(file: string): Promise<DownloadedFile> {
  const first: string[][] = [];
  let rows = -1; // The header does not count.
  for await (const row of createReadStream(file).pipe(parse(CSV))) {
    if (rows < SHOWN_ROWS) first.push(row);
    rows += 1;
  }
  const { size } = await stat(file);
  return { file, bytes: size, rows, first: stringify(first).trimEnd().split('\n') };
}
