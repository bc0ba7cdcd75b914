import {
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../raw.ts';
import { bucketWith } from './bucket.ts';
import { type S3Server, startS3 } from './server.ts';

let server: S3Server;
let s3: S3Client;

beforeAll(async () => {
  server = await startS3();
  s3 = server.s3;
});

afterAll(() => server.close());

it('a list is complete even if keys are deleted page by page', async () => {
  const keys = Array.from({ length: 30 }, (_, index) => `x/${index}`);
  const Bucket = await bucketWith(s3, 'deleted-meanwhile', keys);
  let ContinuationToken: string | undefined;
  let seen = 0;
  do {
    const answer = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'x/', MaxKeys: 1, ContinuationToken }));
    for (const { Key } of answer.Contents ?? []) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    seen += answer.KeyCount ?? 0;
    ContinuationToken = answer.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  expect(seen).toBe(30);
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
});

describe('pages of a list', () => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await bucketWith(s3, 'pages', ['a/1', 'a/2', 'b', 'c']);
  });

  const refusal = { name: 'InvalidArgument', $metadata: { httpStatusCode: 400 } };

  it('a page has the parameters of the list and the start of the next page', async () => {
    const first = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b', MaxKeys: 2, Name: Bucket, Delimiter: '/' });
    const plain = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
    expect(plain).toMatchObject({ IsTruncated: true, Prefix: '', Marker: '' });
    expect(plain.NextMarker).toBeUndefined();
    const second = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a/1', FetchOwner: true }));
    expect(second).toMatchObject({ StartAfter: 'a/1', KeyCount: 3, IsTruncated: false });
    expect(second.Contents?.[0]).toMatchObject({
      Key: 'a/2',
      Size: 3,
      StorageClass: 'STANDARD',
      Owner: { ID: expect.any(String) },
    });
  });

  it('a list with MaxKeys 0 has an empty last page', async () => {
    const none = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false, MaxKeys: 0 });
  });

  it('a page has at most a thousand keys', async () => {
    expect((await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5000 }))).MaxKeys).toBe(1000);
  });

  it('a list starts after the common prefix that contains the marker', async () => {
    const { CommonPrefixes, Contents } = await s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'a/1' }),
    );
    expect(CommonPrefixes).toBeUndefined();
    expect(Contents?.map(({ Key }) => Key)).toEqual(['b', 'c']);
  });

  type List = (EncodingType?: 'url') => Promise<{ EncodingType?: string | undefined }>;
  it.each<[string, List]>([
    ['ListObjects', (EncodingType) => s3.send(new ListObjectsCommand({ Bucket, EncodingType }))],
    ['ListObjectsV2', (EncodingType) => s3.send(new ListObjectsV2Command({ Bucket, EncodingType }))],
    ['ListObjectVersions', (EncodingType) => s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType }))],
    ['ListMultipartUploads', (EncodingType) => s3.send(new ListMultipartUploadsCommand({ Bucket, EncodingType }))],
  ])('%s says whether its keys are encoded', async (_, list) => {
    expect((await list('url')).EncodingType).toBe('url');
    expect((await list()).EncodingType).toBeUndefined();
  });

  it.each([
    ['a number of keys below 0', { MaxKeys: -1 }],
    ['an unknown encoding', { EncodingType: 'base64' as 'url' }],
    ['an invalid continuation token', { ContinuationToken: 'abc' }],
  ])('a list with %s is refused', async (_, options) => {
    await expect(s3.send(new ListObjectsV2Command({ Bucket, ...options }))).rejects.toMatchObject(refusal);
  });

  it.each([
    ['of a version without a key', { VersionIdMarker: 'null' }],
    ['that is not a version id', { KeyMarker: 'b', VersionIdMarker: 'x' }],
  ])('a list of versions with the marker %s is refused', async (_, options) => {
    await expect(s3.send(new ListObjectVersionsCommand({ Bucket, ...options }))).rejects.toMatchObject(refusal);
  });

  it('a list with max-keys that is not a number is refused', async () => {
    const reply = await sendRaw(server.port, [`GET /${Bucket}?max-keys=many HTTP/1.1\r\nHost: localhost\r\n\r\n`]);
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('max-keys') });
  });
});

it('the versions of one key are listed page by page', async () => {
  const Bucket = await bucketWith(s3, 'versions-of-one', []);
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  for (const Key of ['a', 'x', 'x', 'x', 'z']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: '' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
  const seen: string[] = [];
  let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
  do {
    const answer = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...markers }));
    for (const { Key, VersionId } of [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])])
      seen.push(`${Key} ${VersionId}`);
    markers = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
  } while (markers.KeyMarker !== undefined);
  expect(new Set(seen).size).toBe(6);
});
