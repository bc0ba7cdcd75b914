import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logger } from '../../../src/lambda/logger.ts';
import { s3 as client } from '../../../src/lambda/s3-client.ts';
import { listExportedFiles } from '../../../src/notify/exported-files.ts';
import { mocked } from '../../mocked.ts';
import { sdkError } from '../builders.ts';

const s3 = mocked(S3Client);
afterEach(() => {
  vi.restoreAllMocks();
});

describe('listExportedFiles', () => {
  it.each([
    ['no object', {}, { count: 0, bytes: 0 }],
    ['two objects', { Contents: [{ Size: 3 }, { Size: 40 }] }, { count: 2, bytes: 43 }],
    ['an object of unknown size', { Contents: [{}], IsTruncated: false }, { count: 1, bytes: 0 }],
    [
      'more than a page of objects',
      { Contents: [{ Size: 1 }], IsTruncated: true },
      { count: 1, bytes: 1, atLeast: true },
    ],
  ])('listExportedFiles counts %s', async (_, answer, files) => {
    s3.on(ListObjectsV2Command, { Bucket: 'bucket', Prefix: 'exports/run-1/' }).resolves(answer);
    expect(await listExportedFiles('s3://bucket/exports/run-1/', client)).toEqual(files);
  });

  it('listExportedFiles counts the objects in the root of a bucket', async () => {
    s3.on(ListObjectsV2Command, { Bucket: 'bucket', Prefix: '' }).resolves({ Contents: [{ Size: 3 }] });
    expect(await listExportedFiles('s3://bucket/', client)).toEqual({ count: 1, bytes: 3 });
  });

  it.each(['AccessDenied', 'NoSuchBucket', 'TimeoutError'])(
    'listExportedFiles returns undefined after %s, and logs a warning',
    async (name) => {
      const warn = vi.spyOn(logger, 'warn');
      s3.on(ListObjectsV2Command).rejects(sdkError(name));
      expect(await listExportedFiles('s3://bucket/exports/', client)).toBeUndefined();
      expect(warn).toHaveBeenCalledExactlyOnceWith(expect.any(String), { errorName: name });
    },
  );

  it.each([
    'https://bucket.s3.amazonaws.com/exports/',
    'https://host/s3://bucket/exports/',
    's3://bucket',
    's3:///exports/',
    's3://bucket/line\nbreak/',
  ])('listExportedFiles calls nothing for %s, which is not a folder in S3', async (path) => {
    expect(await listExportedFiles(path, client)).toBeUndefined();
    expect(s3).not.toHaveReceivedAnyCommand();
  });
});
