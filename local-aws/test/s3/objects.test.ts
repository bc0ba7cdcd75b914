import { createHash } from 'node:crypto';
import {
  GetObjectAttributesCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crc32Of, md5, refusal, startBucket } from './bucket.ts';

const Bucket = 'objects';
const { s3, put, get, textOf, close } = await startBucket(Bucket);
afterAll(close);

describe('properties of objects', () => {
  const given = {
    CacheControl: 'no-store',
    ContentDisposition: 'attachment; filename="a.csv"',
    ContentEncoding: 'gzip',
    ContentLanguage: 'de, en',
    ContentType: 'text/csv; charset=utf-8',
    Metadata: { origin: 'test', 'with-dash': 'a  b' },
    StorageClass: 'STANDARD_IA' as const,
    ServerSideEncryption: 'aws:kms' as const,
    SSEKMSKeyId: 'arn:aws:kms:us-east-1:000000000000:key/1',
    BucketKeyEnabled: true,
    WebsiteRedirectLocation: '/elsewhere',
  };

  it('GET and HEAD return headers, metadata, storage class and encryption', async () => {
    const { Tagging: _, ...expected } = { ...given, Tagging: 'a=b' };
    await put('given', { ...given, Expires: new Date('2030-01-01T00:00:00Z'), Tagging: 'a=b&c=' });
    const whole = { ...expected, ContentLength: 10, ETag: `"${md5('0123456789')}"`, AcceptRanges: 'bytes' };
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'given' }))).toMatchObject({
      ...whole,
      ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
    });
    expect(await get('given')).toMatchObject({ ...whole, TagCount: 2 });
  });

  it('GET and HEAD return neither storage class nor version for a plain object', async () => {
    await put('plain');
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'plain' }));
    expect(head).toMatchObject({ ServerSideEncryption: 'AES256', Metadata: {} });
    expect(head.StorageClass).toBeUndefined();
    expect(head.VersionId).toBeUndefined();
  });

  it('GetObject returns the headers that a request overrides', async () => {
    await put('overridden', { ContentType: 'text/csv' });
    const asked = {
      ResponseContentType: 'text/plain',
      ResponseContentDisposition: 'inline',
      ResponseCacheControl: 'x',
    };
    expect(await get('overridden', asked)).toMatchObject({
      ContentType: 'text/plain',
      ContentDisposition: 'inline',
      CacheControl: 'x',
    });
  });

  it.each([
    ['metadata above 2 KB', { Metadata: { a: 'x'.repeat(2048) } }, 'MetadataTooLarge'],
    ['a storage class that S3 does not have', { StorageClass: 'COLD' as 'STANDARD' }, 'InvalidStorageClass'],
    ['an encryption that S3 does not have', { ServerSideEncryption: 'rot13' as 'AES256' }, 'InvalidArgument'],
    ['a key without its encryption', { SSEKMSKeyId: 'key' }, 'InvalidArgument'],
    ['an ACL that grants something', { ACL: 'public-read' as const }, 'AccessControlListNotSupported'],
    ['eleven tags', { Tagging: Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&') }, 'BadRequest'],
    ['the same tag twice', { Tagging: 'a=1&a=2' }, 'InvalidTag'],
    ['a tag that is reserved', { Tagging: 'aws:a=1' }, 'InvalidTag'],
    ['a malformed digest', { ContentMD5: 'x' }, 'InvalidDigest'],
    ['the digest of other bytes', { ContentMD5: createHash('md5').digest('base64') }, 'BadDigest'],
    ['another expected owner', { ExpectedBucketOwner: '111122223333' }, 'AccessDenied'],
  ])('PutObject refuses %s', async (_, options, name) => {
    await expect(put('refused', options)).rejects.toMatchObject({ name });
    await expect(get('refused')).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });
});

describe('GET and HEAD', () => {
  beforeAll(async () => {
    await put('ten');
    await put('empty', { Body: '' });
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=9-', '9', 'bytes 9-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-100', '56789', 'bytes 5-9/10'],
    ['bytes=5-4', '0123456789', undefined],
    ['bytes=0-1,3-4', '0123456789', undefined],
    ['lines=1-2', '0123456789', undefined],
    ['bytes=-', '0123456789', undefined],
  ])('GetObject answers the range %s with %s', async (Range, text, ContentRange) => {
    const got = await get('ten', { Range });
    expect(got.ContentRange).toBe(ContentRange);
    expect(got.$metadata.httpStatusCode).toBe(ContentRange ? 206 : 200);
    expect(await got.Body?.transformToString()).toBe(text);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'ten', Range }));
    expect(head).toMatchObject({ ContentLength: text.length });
  });

  it.each([
    ['ten', 'bytes=10-'],
    ['ten', 'bytes=-0'],
    ['empty', 'bytes=0-'],
  ])('GetObject refuses for the object %s the range %s', async (key, Range) => {
    await expect(get(key, { Range })).rejects.toMatchObject(refusal('InvalidRange', 416));
  });

  it('an object that was put at once counts as one part', async () => {
    expect(await get('ten', { PartNumber: 1 })).toMatchObject({ ContentLength: 10, ContentRange: 'bytes 0-9/10' });
    await expect(get('ten', { PartNumber: 2 })).rejects.toMatchObject(refusal('InvalidPartNumber', 416));
    const both = get('ten', { PartNumber: 1, Range: 'bytes=0-1' });
    await expect(both).rejects.toMatchObject(refusal('InvalidRequest', 400));
  });

  const etag = `"${md5('0123456789')}"`;
  const [past, future] = [new Date('2020-01-01T00:00:00Z'), new Date(Date.now() + 86_400_000)];
  it.each<[conditions: Partial<GetObjectCommandInput>, status: number]>([
    [{ IfMatch: etag }, 200],
    [{ IfMatch: '*' }, 200],
    [{ IfMatch: `"x", ${etag}` }, 200],
    [{ IfMatch: '"x"' }, 412],
    [{ IfNoneMatch: etag }, 304],
    [{ IfNoneMatch: etag.replaceAll('"', '') }, 304],
    [{ IfNoneMatch: '"x"' }, 200],
    [{ IfModifiedSince: past }, 200],
    [{ IfModifiedSince: future }, 200],
    [{ IfUnmodifiedSince: past }, 412],
    [{ IfUnmodifiedSince: future }, 200],
    [{ IfMatch: etag, IfUnmodifiedSince: past }, 200],
    [{ IfNoneMatch: '"x"', IfModifiedSince: future }, 200],
    [{ IfMatch: '"x"', IfNoneMatch: etag }, 412],
  ])('GET and HEAD with the conditions %j are answered with %i', async (conditions, status) => {
    for (const command of [GetObjectCommand, HeadObjectCommand]) {
      const answer = (s3.send(new command({ Bucket, Key: 'ten', ...conditions })) as Promise<unknown>).catch(
        (error) => error,
      );
      expect(await answer).toMatchObject({ $metadata: { httpStatusCode: status } });
    }
  });

  it('If-Modified-Since and If-Unmodified-Since are compared with the date of the object', async () => {
    const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'ten' }));
    const again = get('ten', { IfModifiedSince: LastModified });
    await expect(again).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    expect(await textOf('ten', { IfUnmodifiedSince: LastModified })).toBe('0123456789');
  });

  it('GET and HEAD answer 404 for an object or bucket that does not exist', async () => {
    await expect(get('nothing')).rejects.toMatchObject({ ...refusal('NoSuchKey', 404), Key: 'nothing' });
    const head = s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing' }));
    await expect(head).rejects.toMatchObject(refusal('NotFound', 404));
    const elsewhere = s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }));
    await expect(elsewhere).rejects.toMatchObject({ ...refusal('NoSuchBucket', 404), BucketName: 'nowhere' });
  });

  it('GetObjectAttributes returns only the requested attributes', async () => {
    const ObjectAttributes = ['ETag' as const, 'Checksum' as const, 'ObjectSize' as const];
    const attributes = await s3.send(new GetObjectAttributesCommand({ Bucket, Key: 'ten', ObjectAttributes }));
    const { $metadata: _, LastModified, ...told } = attributes;
    expect(LastModified).toBeInstanceOf(Date);
    expect(told).toMatchObject({
      ETag: md5('0123456789'),
      ObjectSize: 10,
      Checksum: { ChecksumCRC32: crc32Of('0123456789'), ChecksumType: 'FULL_OBJECT' },
    });
    expect(told.StorageClass).toBeUndefined();
    const none = new GetObjectAttributesCommand({ Bucket, Key: 'ten', ObjectAttributes: ['Colour' as 'ETag'] });
    await expect(s3.send(none)).rejects.toMatchObject(refusal('InvalidArgument', 400));
  });
});
