import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsChunkedDecoder } from '../../src/s3/aws-chunked.ts';
import { type S3Server, startS3 } from './server.ts';

const Bucket = 'large';
let server: S3Server;
let s3: S3Client;

beforeAll(async () => {
  server = await startS3();
  s3 = server.clientWith({ forcePathStyle: false });
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(() => server.close());

const bytes = randomBytes(30 * 1024 * 1024);
const md5 = `"${createHash('md5').update(bytes).digest('hex')}"`;

describe('large objects', () => {
  it.each([
    ['a buffer', () => bytes],
    ['a stream', () => Readable.from(pieces(bytes))],
  ])('an object of 30 MB that was put from %s is returned', async (_, body) => {
    const given = { ContentType: 'text/csv', CacheControl: 'no-store', Metadata: { origin: 'test' } };
    const put = new PutObjectCommand({ Bucket, Key: 'x.csv', Body: body(), ContentLength: bytes.length, ...given });
    expect((await s3.send(put)).ETag).toBe(md5);
    const { Body, ...got } = await s3.send(new GetObjectCommand({ Bucket, Key: 'x.csv' }));
    expect(got).toMatchObject({ ...given, ETag: md5, ContentLength: bytes.length });
    expect(got.ContentEncoding).toBeUndefined();
    expect(bytes.equals((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
  });
});

it('the content encoding of an object is kept, but not that of its transfer', async () => {
  const request = { Bucket, Key: 'x.gz', ContentEncoding: 'gzip', ContentLength: 70_000 };
  await s3.send(new PutObjectCommand({ ...request, Body: Readable.from(pieces(bytes.subarray(0, 70_000))) }));
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'x.gz' }))).toMatchObject({
    ContentEncoding: 'gzip',
    ContentLength: 70_000,
  });
});

it.each([
  ['application/x-www-form-urlencoded', 'a=b&c'],
  ['application/json', '{'],
  ['application/x-www-form-urlencoded', ''],
])('an object of the type %s is stored unchanged', async (ContentType, Body) => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'any', Body: Buffer.from(Body), ContentType }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'any' }));
  expect(got.ContentType).toBe(ContentType);
  expect(await got.Body?.transformToString()).toBe(Body);
});

it('an object may have no type and no bytes', async () => {
  const socket = connect(server.port, '127.0.0.1');
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  socket.write(`PUT /${Bucket}/folder/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`);
  expect(String(await answer)).toContain('200 OK');
  socket.destroy();
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'folder/' }))).toMatchObject({
    ContentType: 'binary/octet-stream',
  });
});

describe('aws-chunked', () => {
  const coded = Buffer.from(
    '5;chunk-signature=ab\r\nhello\r\n3\r\n\r\n!\r\n0\r\nx-amz-checksum-crc32:AAAA\r\nx-a: b \r\n\r\n',
  );

  it.each([1, 2, 3, 7, 1000])('a body in aws-chunked is decoded in pieces of %i bytes', (size) => {
    const decoder = new AwsChunkedDecoder('8');
    const data = [...pieces(coded, size)].flatMap((piece) => decoder.push(piece));
    decoder.end();
    expect(String(Buffer.concat(data))).toBe('hello\r\n!');
    expect(decoder.trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAA', 'x-a': 'b' });
  });

  it.each([
    ['nothing', ''],
    ['no end', '1\r\na\r\n'],
    ['an incomplete end', '0\r'],
    ['data that is longer than its size', '1\r\nab\r\n0\r\n\r\n'],
    ['a line without an end', 'a'.repeat(10_000)],
    ['a size that is too large', 'fffffffffffff\r\n'],
    ['a malformed trailer', '0\r\nhello\r\n\r\n'],
  ])('a body in aws-chunked with %s is refused', (_, text) => {
    const decoder = new AwsChunkedDecoder(undefined);
    expect(() => {
      decoder.push(Buffer.from(text));
      decoder.end();
    }).toThrow(expect.objectContaining({ name: 'IncompleteBody', statusCode: 400 }));
  });
});

function* pieces(whole: Buffer, size = 65_536): Generator<Buffer> {
  for (let start = 0; start < whole.length; start += size) yield whole.subarray(start, start + size);
}
