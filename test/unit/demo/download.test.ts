import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { download } from '../../../demo/download.ts';

const client = new S3Client({ region: 'us-east-1' });
const s3 = mockClient(client);
let root: string;
beforeEach(async () => {
  s3.reset();
  s3.on(GetObjectCommand).callsFake(() => ({ Body: Readable.from(['ITEM_ID,TITLE\ni1,One\n']) }));
  root = await mkdtemp(join(tmpdir(), 'download-'));
});
afterEach(() => rm(root, { recursive: true }));

const contents = (...keys: string[]) =>
  s3.on(ListObjectsV2Command).resolves({ Contents: keys.map((Key) => ({ Key })) });

it('download writes each object below the folder, and tells its first rows', async () => {
  contents('exports/shop/part-0.csv', 'exports/shop/part-1.csv');
  const { files } = await download(client, 's3://bucket/exports/shop/', join(root, 'folder'));
  expect((await readdir(join(root, 'folder/exports/shop'))).sort()).toEqual(['part-0.csv', 'part-1.csv']);
  expect(await readFile(join(root, 'folder/exports/shop/part-0.csv'), 'utf8')).toContain('i1,One');
  const file = join(root, 'folder/exports/shop/part-0.csv');
  expect(files[0]).toEqual({ file, bytes: 21, rows: 1, first: ['ITEM_ID,TITLE', 'i1,One'] });
});

it.each([
  '../outside.csv',
  'exports/../../outside.csv',
  'exports/../outside.csv',
  '/outside.csv',
  '//outside.csv',
  './outside.csv',
  'exports//outside.csv',
  'exports/',
  'exports/..',
  '..\\outside.csv',
  'exports/\0outside.csv',
])('the download does not write the object %j, because its key is not a path below the folder', async (key) => {
  contents(key, 'exports/inside.csv');
  const { refused } = await download(client, 's3://bucket/', join(root, 'folder'));
  expect(await readdir(root, { recursive: true })).toEqual(['folder', 'folder/exports', 'folder/exports/inside.csv']);
  expect(refused).toEqual([`s3://bucket/${key}`]);
});
