import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type S3Server, startS3 } from './server.ts';

const Bucket = 'stored';
const minimum = 5 * 1024 * 1024;
const big = randomBytes(minimum + 10);
const small = Buffer.from('the end');
let server: S3Server;
let s3: S3Client;

beforeAll(async () => {
  server = await startS3();
  s3 = server.s3;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterEach(async () => {
  for (const Key of ['x', 'y']) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  await expectFiles(0);
});

afterAll(() => server.close());

/** Files are deleted in the background. */
const expectFiles = (count: number) => expect.poll(server.files).toHaveLength(count);

const put = (Key: string, Body: Buffer) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));

async function get(Key: string, options: Partial<GetObjectCommandInput> = {}): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...options }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function startUpload(...bodies: Buffer[]) {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key: 'x', ContentType: 'text/csv', ChecksumAlgorithm: 'CRC32' }),
  );
  const Parts = [];
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1;
    const request = { Bucket, Key: 'x', UploadId, PartNumber, Body };
    const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand(request));
    Parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  return { Bucket, Key: 'x', UploadId, MultipartUpload: { Parts } };
}

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

it('an object of parts is returned as a whole, by part and by range', async () => {
  const upload = await startUpload(big, small);
  await expectFiles(2);
  const ETag = `"${md5(Buffer.concat([md5(big), md5(small)])).toString('hex')}-2"`;
  expect(await s3.send(new CompleteMultipartUploadCommand(upload))).toMatchObject({ ETag });
  await expectFiles(2);

  const whole = Buffer.concat([big, small]);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'x', ChecksumMode: 'ENABLED' }));
  const ChecksumCRC32 = expect.stringMatching(/^.{8}-2$/);
  expect(head).toMatchObject({ ETag, ContentType: 'text/csv', ContentLength: whole.length, ChecksumCRC32 });
  expect(whole.equals(await get('x'))).toBe(true);
  expect(await get('x', { PartNumber: 2 })).toEqual(small);
  expect(await get('x', { Range: `bytes=${big.length - 2}-${big.length + 2}` })).toEqual(whole.subarray(-9, -4));
  expect(await get('x', { Range: 'bytes=-3' })).toEqual(Buffer.from('end'));
});

it.each([
  ['InvalidPart', [{ PartNumber: 1, ETag: '"0"' }]],
  ['InvalidPart', [{ PartNumber: 7, ETag: `"${md5(small).toString('hex')}"` }]],
  ['InvalidPartOrder', [2, 1]],
  ['EntityTooSmall', [1, 2]],
])('S3 answers %s for the parts %j', async (name, wanted) => {
  const { MultipartUpload, ...upload } = await startUpload(small, big);
  const Parts = wanted.map((part) => (typeof part === 'number' ? MultipartUpload.Parts[part - 1] : part) ?? {});
  const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
  await expect(s3.send(complete)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  await s3.send(new AbortMultipartUploadCommand(upload));
});

it('parts of an aborted upload are refused, and so are objects of a bucket that does not exist', async () => {
  const upload = await startUpload(small, big);
  await s3.send(new AbortMultipartUploadCommand(upload));
  await expectFiles(0);
  const part = new UploadPartCommand({ ...upload, PartNumber: 1, Body: small });
  await expect(s3.send(part)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(s3.send(new CompleteMultipartUploadCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  const missing = new PutObjectCommand({ Bucket: 'missing', Key: 'x', Body: small });
  await expect(s3.send(missing)).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

it('parts are copied from another object, as a whole and by range', async () => {
  await put('y', big);
  const upload = await startUpload(small);
  const copy = { ...upload, PartNumber: 1, CopySource: `${Bucket}/y` };
  const { CopyPartResult: first } = await s3.send(new UploadPartCopyCommand(copy));
  const range = { ...copy, PartNumber: 2, CopySourceRange: 'bytes=3-12' };
  const { CopyPartResult: second } = await s3.send(new UploadPartCopyCommand(range));
  const Parts = [first, second].map((part, index) => ({ ...part, PartNumber: index + 1 }));
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  expect(Buffer.concat([big, big.subarray(3, 13)]).equals(await get('x'))).toBe(true);
});

it('a copy stays when its source is replaced', async () => {
  await put('y', big);
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/y` }));
  await put('y', small);
  expect(big.equals(await get('x'))).toBe(true);
  expect(await get('y')).toEqual(small);
  await expectFiles(2);
});

it('an object that is deleted while it is sent arrives completely', async () => {
  await put('x', big);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'x' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
  expect(big.equals((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
});

it.each([
  ['If-None-Match', { IfNoneMatch: `"${md5(big).toString('hex')}"` }, 304],
  ['a range after the end', { Range: 'bytes=99999999-' }, 416],
])('the answer has no body: %s', async (_, options, httpStatusCode) => {
  await put('x', big);
  await expect(get('x', options)).rejects.toMatchObject({ $metadata: { httpStatusCode } });
});
