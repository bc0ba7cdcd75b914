import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  type ListBucketsCommandInput,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  type Tag,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../raw.ts';
import { type S3Server, startS3 } from './server.ts';

let server: S3Server;
let s3: S3Client;

beforeEach(async () => {
  server = await startS3();
  s3 = server.s3;
});

afterEach(() => server.close());

const create = (Bucket: string, options: object = {}) => s3.send(new CreateBucketCommand({ Bucket, ...options }));
const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });

describe('buckets', () => {
  it('S3 creates, finds, lists and deletes a bucket', async () => {
    expect(await create('first')).toMatchObject({ Location: '/first' });
    expect(await s3.send(new HeadBucketCommand({ Bucket: 'first' }))).toMatchObject({ BucketRegion: 'us-east-1' });
    const { Buckets = [], Owner } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([{ Name: 'first', CreationDate: expect.any(Date) }]);
    expect(Owner?.ID).toMatch(/^\w{64}$/);
    await s3.send(new DeleteBucketCommand({ Bucket: 'first' }));
    const head = s3.send(new HeadBucketCommand({ Bucket: 'first' }));
    await expect(head).rejects.toMatchObject(refusal('NotFound', 404));
    const again = s3.send(new DeleteBucketCommand({ Bucket: 'first' }));
    await expect(again).rejects.toMatchObject({ ...refusal('NoSuchBucket', 404), BucketName: 'first' });
  });

  it('DeleteBucket does not delete a bucket that has an object', async () => {
    await create('full');
    await s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'x', Body: 'kept' }));
    const deletion = s3.send(new DeleteBucketCommand({ Bucket: 'full' }));
    await expect(deletion).rejects.toMatchObject({ ...refusal('BucketNotEmpty', 409), BucketName: 'full' });
  });

  it('CreateBucket keeps an existing bucket in us-east-1, and refuses it in other regions', async () => {
    await create('twice');
    await s3.send(new PutObjectCommand({ Bucket: 'twice', Key: 'x', Body: 'kept' }));
    await create('twice');
    const got = await s3.send(new GetObjectCommand({ Bucket: 'twice', Key: 'x' }));
    expect(await got.Body?.transformToString()).toBe('kept');
    const abroad = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } };
    await create('abroad', abroad);
    await expect(create('abroad', abroad)).rejects.toMatchObject(refusal('BucketAlreadyOwnedByYou', 409));
  });

  it('GetBucketLocation returns the location that a bucket was created with', async () => {
    await create('here');
    await create('abroad', { CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } });
    const location = async (Bucket: string) =>
      (await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint;
    expect(await location('abroad')).toBe('eu-central-1');
    expect(await location('here')).toBeUndefined();
    const nowhere = create('nowhere', { CreateBucketConfiguration: { LocationConstraint: 'Atlantis' } });
    await expect(nowhere).rejects.toMatchObject(refusal('InvalidLocationConstraint', 400));
  });

  it.each([
    'ab',
    'x'.repeat(64),
    'Upper',
    'under_score',
    '-dash',
    'dash-',
    'two..dots',
    'dash-.dot',
    '192.168.0.1',
    'xn--a',
    'a-s3alias',
  ])('CreateBucket refuses the bucket name %s', async (name) => {
    const reply = await sendRaw(server.port, [`PUT /${name} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`]);
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('InvalidBucketName') });
  });

  it('CreateBucket accepts a bucket name with dots and digits', async () => {
    await create('1.my-bucket.2');
    expect(await s3.send(new HeadBucketCommand({ Bucket: '1.my-bucket.2' }))).toBeDefined();
  });
});

it('ListBuckets lists buckets page by page, by prefix and by region', async () => {
  for (const name of ['b-1', 'a-1', 'b-2']) await create(name);
  await create('b-3', { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  const list = async (options: Partial<ListBucketsCommandInput>) => await s3.send(new ListBucketsCommand(options));
  const names = async (options: object) => (await list(options)).Buckets?.map(({ Name }) => Name);
  expect(await names({})).toEqual(['a-1', 'b-1', 'b-2', 'b-3']);
  expect(await names({ Prefix: 'b-' })).toEqual(['b-1', 'b-2', 'b-3']);
  expect(await names({ BucketRegion: 'eu-west-1' })).toEqual(['b-3']);
  const { ContinuationToken } = await list({ MaxBuckets: 3 });
  expect(await names({ MaxBuckets: 3, ContinuationToken })).toEqual(['b-3']);
  await expect(list({ MaxBuckets: 0 })).rejects.toMatchObject(refusal('InvalidArgument', 400));
});

describe('tags', () => {
  const tags = [
    { Key: 'team', Value: 'data' },
    { Key: 'Ümläut + - = . _ : / @', Value: '' },
  ];

  it('the tags of a bucket are put, got and deleted, and the bucket stays', async () => {
    await create('tagged', { CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: '1' }] } });
    const get = async () => (await s3.send(new GetBucketTaggingCommand({ Bucket: 'tagged' }))).TagSet;
    expect(await get()).toEqual([{ Key: 'a', Value: '1' }]);
    await s3.send(new PutBucketTaggingCommand({ Bucket: 'tagged', Tagging: { TagSet: tags } }));
    expect(await get()).toEqual(tags);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket: 'tagged' }));
    await expect(get()).rejects.toMatchObject(refusal('NoSuchTagSet', 404));
    expect(await s3.send(new HeadBucketCommand({ Bucket: 'tagged' }))).toBeDefined();
  });

  it('the tags of an object are put, got and deleted, and the object stays', async () => {
    await create('tagged');
    const object = { Bucket: 'tagged', Key: 'x' };
    await s3.send(new PutObjectCommand({ ...object, Body: 'kept' }));
    const get = async () => (await s3.send(new GetObjectTaggingCommand(object))).TagSet;
    await s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: tags } }));
    expect(await get()).toEqual(tags);
    const got = await s3.send(new GetObjectCommand(object));
    expect(await got.Body?.transformToString()).toBe('kept');
    await s3.send(new DeleteObjectTaggingCommand(object));
    expect(await get()).toEqual([]);
    expect(await s3.send(new GetObjectCommand(object))).toMatchObject({ ContentLength: 4 });
    const nothing = s3.send(new GetObjectTaggingCommand({ ...object, Key: 'nothing' }));
    await expect(nothing).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });

  it.each<[what: string, tags: Tag[], name: string]>([
    ['no key', [{ Key: '', Value: '' }], 'InvalidTag'],
    ['a key above 128 characters', [{ Key: 'x'.repeat(129), Value: '' }], 'InvalidTag'],
    ['a value above 256 characters', [{ Key: 'x', Value: 'x'.repeat(257) }], 'InvalidTag'],
    ["characters that tags can't have", [{ Key: 'x', Value: 'a*b' }], 'InvalidTag'],
    ['a reserved key', [{ Key: 'aws:x', Value: '' }], 'InvalidTag'],
    [
      'the same key twice',
      [
        { Key: 'x', Value: '1' },
        { Key: 'x', Value: '2' },
      ],
      'InvalidTag',
    ],
    ['eleven of them', Array.from({ length: 11 }, (_, index) => ({ Key: `${index}`, Value: '' })), 'BadRequest'],
  ])('tags with %s are refused, and the old tags stay', async (_, TagSet, name) => {
    await create('tagged');
    const object = { Bucket: 'tagged', Key: 'x' };
    await s3.send(new PutObjectCommand({ ...object, Body: '', Tagging: 'old=1' }));
    const put = s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet } }));
    await expect(put).rejects.toMatchObject(refusal(name, 400));
    expect((await s3.send(new GetObjectTaggingCommand(object))).TagSet).toEqual([{ Key: 'old', Value: '1' }]);
  });
});
