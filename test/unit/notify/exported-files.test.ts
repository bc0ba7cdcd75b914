import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { s3 as client } from '../../../src/lambda/s3-client.ts';
import { listExportedFiles } from '../../../src/notify/exported-files.ts';
import { mocked } from '../../mocked.ts';
import { sdkError } from '../builders.ts';

const s3 = mocked(S3Client);

it.each([
  ['none', {}, { count: 0, bytes: 0 }],
  ['two', { Contents: [{ Size: 3 }, { Size: 40 }] }, { count: 2, bytes: 43 }],
  ['one of unknown size', { Contents: [{}], IsTruncated: false }, { count: 1, bytes: 0 }],
  ['more than a page', { Contents: [{ Size: 1 }], IsTruncated: true }, { count: 1, bytes: 1, atLeast: true }],
])('counts what is there: %s', async (_, answer, files) => {
  s3.on(ListObjectsV2Command, { Bucket: 'bucket', Prefix: 'exports/run-1/' }).resolves(answer);
  expect(await listExportedFiles('s3://bucket/exports/run-1/', client)).toEqual(files);
});

it.each(['AccessDenied', 'NoSuchBucket', 'TimeoutError'])('tells nothing after %s', async (name) => {
  s3.on(ListObjectsV2Command).rejects(sdkError(name));
  expect(await listExportedFiles('s3://bucket/exports/', client)).toBeUndefined();
});

it.each(['https://bucket.s3.amazonaws.com/exports/', 's3://bucket', 's3:///exports/'])(
  'asks nothing about %s, which is no folder in a bucket',
  async (path) => {
    expect(await listExportedFiles(path, client)).toBeUndefined();
    expect(s3).not.toHaveReceivedAnyCommand();
  },
);
