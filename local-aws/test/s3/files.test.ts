import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type S3Server, startS3 } from './server.ts';

const Bucket = 'files';
const big = randomBytes(5 * 1024 * 1024);
let server: S3Server;
let s3: S3Client;

beforeEach(async () => {
  server = await startS3();
  s3 = server.s3;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterEach(() => server.close());

/** Files are deleted after the answer. */
const expectFiles = (count: number) => expect.poll(server.files).toHaveLength(count);
const put = (Key: string, options: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...options }));
const remove = (Key: string, VersionId?: string) => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));

async function upload() {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const started = { Bucket, Key: 'parts', UploadId };
  const parts = [];
  for (const [index, Body] of [big, Buffer.from('end'), Buffer.from('left out')].entries()) {
    const { ETag } = await s3.send(new UploadPartCommand({ ...started, PartNumber: index + 1, Body }));
    parts.push({ PartNumber: index + 1, ETag });
  }
  return { started, MultipartUpload: { Parts: parts.slice(0, 2) } };
}

it('each object that is not empty has one file, which is deleted with the object', async () => {
  await put('x');
  await put('y');
  await put('empty', { Body: '' });
  await expectFiles(2);
  await put('x');
  await expectFiles(2);
  await remove('x');
  await expectFiles(1);
});

it('every version keeps its file', async () => {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { VersionId } = await put('x');
  await put('x');
  await remove('x');
  await expectFiles(2);
  await remove('x', VersionId);
  await expectFiles(1);
});

it('the file of an object with a wrong digest is deleted', async () => {
  const wrong = put('x', { Body: big, ContentMD5: createHash('md5').digest('base64') });
  await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
  await expectFiles(0);
});

it('a completed upload uses the files of its parts, and deletes those of other parts', async () => {
  const { started, MultipartUpload } = await upload();
  await expectFiles(3);
  await s3.send(new CompleteMultipartUploadCommand({ ...started, MultipartUpload }));
  await expectFiles(2);
  await remove('parts');
  await expectFiles(0);
});

it('a file stays while a copy uses it', async () => {
  await put('x');
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/x` }));
  await remove('x');
  await expectFiles(1);
  await remove('y');
  await expectFiles(0);
});

it('the files of parts are deleted when an upload is aborted or its bucket is deleted', async () => {
  const { started } = await upload();
  await s3.send(new AbortMultipartUploadCommand(started));
  await expectFiles(0);
  await upload();
  await s3.send(new DeleteBucketCommand({ Bucket }));
  await expectFiles(0);
});
