import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConnectionCut, type Interceptor } from '../../src/protocols/api-request.ts';
import { sequencers } from '../../src/s3/sequencers.ts';
import { type S3Server, startS3 } from './server.ts';

const Bucket = 'watched';
let server: S3Server;
let s3: S3Client;
let intercept: Interceptor;

beforeEach(async () => {
  intercept = (_, act) => act('send');
  server = await startS3({ intercept: (request, act) => intercept(request, act) });
  s3 = server.s3;
  server.service.createBucket({ name: Bucket, notifiesEventBridge: true });
});

afterEach(() => server.close());

const put = (Key: string, Body = 'four') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
/** Events come after the answer. */
const eventCount = (count: number) => expect.poll(() => server.events.length).toBe(count);

it('PutObject sends Object Created to EventBridge', async () => {
  const { $metadata } = await put('a key');
  await eventCount(1);
  expect(server.events[0]).toMatchObject({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    account: '000000000000',
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${Bucket}`],
    detail: {
      bucket: { name: Bucket },
      object: {
        key: 'a key',
        size: 4,
        etag: expect.stringMatching(/^[0-9a-f]{32}$/),
        sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
      },
      reason: 'PutObject',
      'request-id': $metadata.requestId,
    },
  });
  expect(server.events[0]?.detail).not.toHaveProperty('object.version-id');
});

it('an event has the operation as its reason, and the version', async () => {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { VersionId } = await put('x');
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/x` }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'z' }));
  const upload = { Bucket, Key: 'z', UploadId };
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const whole = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
  await eventCount(3);
  const told = server.events.map(({ detail }) => detail as { reason: string; object: Record<string, string> });
  expect(told.map(({ reason }) => reason)).toEqual(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);
  expect(told[0]?.object['version-id']).toBe(VersionId);
  expect(told[2]?.object['version-id']).toBe(whole.VersionId);
  expect(told[2]?.object).toMatchObject({ etag: whole.ETag?.replaceAll('"', ''), size: 4 });
});

it('S3 sends no event for tags, deletions, refused writes and other buckets', async () => {
  await put('x');
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'x', Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
  await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: '', ContentMD5: 'x' }))).rejects.toThrow();
  await s3.send(new CreateBucketCommand({ Bucket: 'other' }));
  await s3.send(new PutObjectCommand({ Bucket: 'other', Key: 'x', Body: '' }));
  await put('last');
  await eventCount(2);
  expect(server.events.map(({ detail }) => (detail as { object: { key: string } }).object.key)).toEqual(['x', 'last']);
});

it('the sequencer orders the events of a key', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => put('x', `${index}`)));
  await put('x', 'the last');
  await eventCount(21);
  const objects = server.events.map(({ detail }) => (detail as { object: { sequencer: string; size: number } }).object);
  expect(new Set(objects.map(({ sequencer }) => sequencer)).size).toBe(21);
  expect(objects.toSorted((one, other) => (one.sequencer < other.sequencer ? -1 : 1)).at(-1)?.size).toBe(8);
});

it('sequencers increase even within a millisecond', () => {
  const next = sequencers();
  const made = Array.from({ length: 1000 }, next);
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(1000);
});

it('S3 sends an event for an object with a lost response, but not for a request that was cut before', async () => {
  intercept = async (_, act) => {
    await act('discard');
    throw new ConnectionCut();
  };
  await expect(put('lost')).rejects.toThrow();
  intercept = () => Promise.reject(new ConnectionCut());
  await expect(put('cut')).rejects.toThrow();
  intercept = (_, act) => act('send');
  await put('last');
  await eventCount(2);
});

it("the interceptor receives the API's names of operation and input", async () => {
  const seen: unknown[] = [];
  intercept = async ({ service, operation, caller, input }, act) => {
    seen.push([service, operation, caller.accessKeyId, input]);
    await act('send');
  };
  await put('x');
  await s3.send(
    new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/x`, Tagging: 'a=1', TaggingDirective: 'REPLACE' }),
  );
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'x', VersionId: 'null' }));
  expect(seen).toMatchObject([
    ['s3', 'PutObject', 'test', { Bucket, Key: 'x' }],
    ['s3', 'CopyObject', 'test', { Bucket, Key: 'y', CopySource: `${Bucket}/x`, Tagging: 'a=1' }],
    ['s3', 'DeleteObject', 'test', { Bucket, Key: 'x', VersionId: 'null' }],
  ]);
});
