import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  CreateBucketCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { startS3 } from './server.ts';

/** A local S3 with one bucket, and calls for the objects in it. `put` writes ten digits unless a test gives a body. */
export async function startBucket(Bucket: string) {
  const server = await startS3();
  const { s3 } = server;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const put = (Key: string, options: Partial<PutObjectCommandInput> = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: '0123456789', ...options }));
  const get = (Key: string, options: Partial<GetObjectCommandInput> = {}) =>
    s3.send(new GetObjectCommand({ Bucket, Key, ...options }));
  const textOf = async (Key: string, options: Partial<GetObjectCommandInput> = {}) =>
    (await get(Key, options)).Body?.transformToString();
  return { ...server, put, get, textOf };
}

/** Creates a bucket with these keys; each object holds the start of its key. Returns the bucket's name. */
export async function bucketWith(s3: S3Client, Bucket: string, keys: string[]): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key.slice(0, 3) }))));
  return Bucket;
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

export function crc32Of(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
}

/** What the SDK throws for this error of S3. */
export function refusal(name: string, httpStatusCode: number) {
  return { name, $metadata: { httpStatusCode } };
}
