import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { checksumOf, folderOf } from '../../../src/verify/data-objects.ts';
import { mocked } from '../../mocked.ts';
import { sdkError } from '../builders.ts';

const s3 = mocked(S3Client);
const folder = { bucket: 'exports-bucket', prefix: 'run/' };
const file = { name: 'a.csv', bytes: 5, etag: 'e1', rows: 1 };
const checksum = () => checksumOf(folder, file, new S3Client({ region: 'eu-west-1' }));

it('checksumOf requests the checksum of the object that was read', async () => {
  s3.on(HeadObjectCommand).resolves({ ETag: '"e1"', ChecksumCRC32: 'AAAA', ChecksumType: 'FULL_OBJECT' });
  expect(await checksum()).toEqual({ algorithm: 'CRC32', value: 'AAAA', type: 'FULL_OBJECT' });
  const input = { Bucket: 'exports-bucket', Key: 'run/a.csv', IfMatch: '"e1"', ChecksumMode: 'ENABLED' };
  expect(s3.commandCalls(HeadObjectCommand)[0]?.args[0].input).toEqual(input);
});

it('checksumOf returns undefined for an object without a checksum', async () => {
  s3.on(HeadObjectCommand).resolves({ ETag: '"e1"' });
  expect(await checksum()).toBeUndefined();
});

it('checksumOf throws the error of S3 for an object that has changed', async () => {
  s3.on(HeadObjectCommand).rejects(sdkError('PreconditionFailed', { status: 412 }));
  await expect(checksum()).rejects.toMatchObject({ name: 'PreconditionFailed' });
});

it.each([
  's3://bucket',
  's3://bucket/',
  's3://bucket/key',
  's3://bucket/folder/key',
  'https://bucket/key/',
  'as3://bucket/key/',
])('folderOf refuses %s', (path) => {
  expect(() => folderOf(path)).toThrow(`${path} is not a folder in S3.`);
});
