import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import type { DataFile } from '../../../src/verify/measures.ts';
import { objectPieces } from '../../../src/verify/object-pieces.ts';
import { sdkError } from '../builders.ts';
import { BUCKET } from './export-in-s3.ts';
import { fakeS3 } from './fake-s3.ts';

const folder = { bucket: BUCKET, prefix: 'run/' };
const content = '0123456789'.repeat(10);

/** Reads the object to its end, and collects the pauses before it is opened again. */
async function readWhole(s3: ReturnType<typeof fakeS3>) {
  const [listed] = (await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'run/' }))).Contents ?? [];
  const file: DataFile = { name: 'a.csv', bytes: 100, etag: String(listed?.ETag).replaceAll('"', ''), rows: 0 };
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => pauses.push(milliseconds);
  const pieces = await Array.fromAsync(objectPieces(folder, file, 0, s3.client, pause));
  return { text: Buffer.concat(pieces).toString(), pauses };
}

it('an object is read to its end, however often its connection is cut after some bytes', async () => {
  const s3 = fakeS3({ 'run/a.csv': content });
  s3.cutsAfter = Array(10).fill(7);
  expect(await readWhole(s3)).toEqual({ text: content, pauses: Array(10).fill(400) });
});

it('the pause before an object is opened again doubles while no bytes arrive', async () => {
  const s3 = fakeS3({ 'run/a.csv': content });
  s3.cutsAfter = [0, 0, 0];
  expect(await readWhole(s3)).toEqual({ text: content, pauses: [400, 800, 1600] });
});

it('a body that ends early is an error that is retried', async () => {
  const s3 = fakeS3({ 'run/a.csv': content });
  const short = { name: 'a.csv', bytes: 101, etag: '', rows: 0 };
  s3.before = (_, input) => {
    delete (input as { IfMatch?: string }).IfMatch;
  };
  const pieces = Array.fromAsync(objectPieces(folder, short, 0, s3.client, async () => {}));
  await expect(pieces).rejects.toMatchObject({
    name: 'TransientError',
    message: 'a.csv ended after 100 of 101 bytes.',
  });
});

it.each([404, 412, 416])('an object has changed if S3 answers %i', async (status) => {
  const s3 = fakeS3({ 'run/a.csv': content });
  s3.before = (operation) => {
    if (operation === 'GetObject') throw sdkError('refused', { status });
  };
  await expect(readWhole(s3)).rejects.toMatchObject({ name: 'ObjectChangedError' });
});
