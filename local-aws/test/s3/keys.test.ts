import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../raw.ts';
import { startBucket } from './bucket.ts';

const Bucket = 'keys';
const server = await startBucket(Bucket);
const { s3 } = server;
afterAll(server.close);

const put = (Key: string, Body = Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const text = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

const awkward = [
  'a b+c&d=e?f#g',
  '%41%2F%',
  'quotes "\' and <xml> ]]>',
  'new\nline\ttab\rreturn',
  'controls \u0001\u0008\u001f\u007f',
  'ümläut e\u0301 \u{1F600} \uFFFD',
  'back\\slash:*|',
  'CON',
  'nul.txt',
  ' leading and trailing ',
  '.',
  '...',
  'x'.repeat(1024),
  'ü'.repeat(512),
  '__proto__',
  'constructor',
  'versions',
  'a//b///c',
  'folder/',
];

describe('keys with any characters', () => {
  it.each(awkward)('the key %j is put, got, copied, listed and deleted', async (key) => {
    await put(key);
    expect(await text(key)).toBe(key);
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: encodeURIComponent(`${Bucket}/${key}`) }));
    expect(await text('copy')).toBe(key);
    const listing = { Bucket, Prefix: key, EncodingType: 'url' as const };
    const { Contents = [] } = await s3.send(new ListObjectsV2Command(listing));
    expect(Contents.map(({ Key = '' }) => decodeURIComponent(Key))).toContain(key);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    await expect(text(key)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('an object may have any key', async () => {
    // The unit `binary` of fc.string takes seconds to prepare.
    const codePoint = fc.integer({ min: 0, max: 0x10ffff }).filter((one) => one < 0xd800 || one > 0xdfff);
    const key = fc
      .array(fc.oneof(codePoint, fc.integer({ min: 0, max: 0xff })), { minLength: 1, maxLength: 60 })
      .map((codePoints) => String.fromCodePoint(...codePoints))
      // The SDK's URLs lose what looks like steps of a path.
      .filter((one) => !/^\/|^\.\.?$|\/\.\.?(\/|$)/.test(one));
    await fc.assert(
      fc.asyncProperty(key, async (one) => {
        await put(one);
        expect(await text(one)).toBe(one);
        await s3.send(new DeleteObjectCommand({ Bucket, Key: one }));
      }),
      { numRuns: 50 },
    );
  });
});

it('keys with control characters are listed without encoding-type', async () => {
  const Prefix = 'control';
  await put(`${Prefix}\u0001`);
  await put(`${Prefix}\r\n`);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  expect(Contents.map(({ Key }) => Key)).toEqual([`${Prefix}\u0001`, `${Prefix}\r\n`]);
});

it('keys that a file system may not distinguish are different', async () => {
  const keys = ['Case', 'case', 'CASE', 'e\u0301', 'é', 'dot.', 'dot', 'long/'.repeat(200), 'long/'.repeat(199)];
  for (const key of keys) await put(key);
  for (const key of keys) expect(await text(key)).toBe(key);
});

describe('keys that look like paths', () => {
  it.each(['/kept', '../kept', '../../../../etc/passwd', 'a/../../kept', './kept'])(
    'the key %s is never used as a path',
    async (key) => {
      const before = await readdir(tmpdir());
      const path = `/${Bucket}/${key}`;
      const request = `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nmine`;
      expect((await sendRaw(server.port, [request])).status).toBe(200);
      expect((await sendRaw(server.port, [`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`])).body).toBe('mine');
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: key }));
      expect(Contents.map(({ Key }) => Key)).toEqual([key]);
      expect(await server.files()).toEqual((await server.files()).filter((name) => /^[0-9a-f-]{36}$/.test(name)));
      expect((await readdir(tmpdir())).filter((name) => name === 'kept')).toEqual(
        before.filter((name) => name === 'kept'),
      );
    },
  );
});

it.each([
  ['a key above 1,024 bytes', 'ü'.repeat(513)],
  ['a key of 1,025 characters', 'x'.repeat(1025)],
])('S3 refuses %s', async (_, key) => {
  await expect(put(key)).rejects.toMatchObject({ name: 'KeyTooLongError', $metadata: { httpStatusCode: 400 } });
});

it('DeleteObjects deletes a thousand keys with XML characters', async () => {
  const keys = Array.from({ length: 1000 }, (_, index) => `<&"' ${index}`);
  await Promise.all(keys.map((key) => put(key, '')));
  const Objects = keys.map((Key) => ({ Key }));
  const { Deleted = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Deleted.map(({ Key }) => Key)).toEqual(keys);
  expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: '<' }))).KeyCount).toBe(0);
});
