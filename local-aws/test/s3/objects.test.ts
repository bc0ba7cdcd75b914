import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './server.ts';

const Bucket = 'objects';
let server: S3Server;
let s3: S3Client;

beforeAll(async () => {
  server = await startS3();
  s3 = server.s3;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(() => server.close());

const put = (Key: string, options: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: '0123456789', ...options }));

const get = (Key: string, options: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new GetObjectCommand({ Bucket, Key, ...options }));

async function textOf(Key: string, options: Partial<GetObjectCommandInput> = {}): Promise<string | undefined> {
  return (await get(Key, options)).Body?.transformToString();
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
function crc32Of(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
}
const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });

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

describe('conditional writes', () => {
  it('PutObject with If-None-Match puts an object only if it does not exist', async () => {
    await put('once', { IfNoneMatch: '*' });
    const again = put('once', { IfNoneMatch: '*', Body: 'again' });
    await expect(again).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    expect(await textOf('once')).toBe('0123456789');
  });

  it('PutObject with If-Match replaces an object only if it is unchanged', async () => {
    const { ETag } = await put('compared');
    await put('compared', { IfMatch: ETag, Body: 'second' });
    const late = put('compared', { IfMatch: ETag, Body: 'third' });
    await expect(late).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    expect(await textOf('compared')).toBe('second');
    const nothing = put('compared to nothing', { IfMatch: ETag });
    await expect(nothing).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });

  it('only one of a hundred concurrent writes with If-None-Match succeeds', async () => {
    const all = Array.from({ length: 100 }, (_, index) =>
      put('race', { IfNoneMatch: '*', Body: `${index}` }).then(
        () => index,
        (error) => error.$metadata.httpStatusCode,
      ),
    );
    const results = await Promise.all(all);
    const [winner, ...others] = results.toSorted((one, other) => one - other);
    expect(others.every((status) => status === 412 || status === 409)).toBe(true);
    expect(await textOf('race')).toBe(String(winner));
  });

  it('DeleteObject with If-Match deletes an object only if it is unchanged', async () => {
    const { ETag } = await put('deleted if');
    const wrong = s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted if', IfMatch: '"x"' }));
    await expect(wrong).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted if', IfMatch: ETag }));
    await expect(get('deleted if')).rejects.toThrow();
  });
});

describe('copies', () => {
  beforeAll(async () => {
    await put('source', { ContentType: 'text/csv', Metadata: { a: '1' }, Tagging: 'a=1', StorageClass: 'STANDARD_IA' });
  });

  const copy = (Key: string, options: Partial<ConstructorParameters<typeof CopyObjectCommand>[0]> = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...options }));

  it('a copy has the headers, metadata and tags of the original, but not its storage class', async () => {
    const { CopyObjectResult } = await copy('copied');
    expect(CopyObjectResult).toMatchObject({ ETag: `"${md5('0123456789')}"`, ChecksumCRC32: crc32Of('0123456789') });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'copied' }));
    expect(head).toMatchObject({ ContentType: 'text/csv', Metadata: { a: '1' }, TagCount: 1 });
    expect(head.StorageClass).toBeUndefined();
    expect(await textOf('copied')).toBe('0123456789');
  });

  it('a copy may replace metadata and tags', async () => {
    await copy('replaced', {
      MetadataDirective: 'REPLACE',
      Metadata: { b: '2' },
      TaggingDirective: 'REPLACE',
      Tagging: '',
    });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'replaced' }));
    expect(head).toMatchObject({ ContentType: 'binary/octet-stream', Metadata: { b: '2' } });
    expect(head.TagCount).toBeUndefined();
  });

  it('a copy gets the requested checksum', async () => {
    const { CopyObjectResult } = await copy('summed', { ChecksumAlgorithm: 'SHA256' });
    const ChecksumSHA256 = createHash('sha256').update('0123456789').digest('base64');
    expect(CopyObjectResult).toMatchObject({ ChecksumSHA256, ChecksumType: 'FULL_OBJECT' });
  });

  it('a copy of an object onto itself without a change is refused', async () => {
    await expect(copy('source')).rejects.toMatchObject(refusal('InvalidRequest', 400));
    await copy('source', { MetadataDirective: 'REPLACE', ContentType: 'text/csv', Metadata: { a: '1' } });
    expect(await textOf('source')).toBe('0123456789');
  });

  const etag = `"${md5('0123456789')}"`;
  const [past, future] = [new Date('2020-01-01T00:00:00Z'), new Date(Date.now() + 86_400_000)];
  it.each([
    ['If-Match', { CopySourceIfMatch: '"x"' }],
    ['If-None-Match', { CopySourceIfNoneMatch: etag }],
    ['If-Unmodified-Since', { CopySourceIfUnmodifiedSince: past }],
  ])('a copy is refused if its source does not match %s', async (name, options) => {
    const refused = { ...refusal('PreconditionFailed', 412), Condition: `x-amz-copy-source-${name}` };
    await expect(copy('never copied', options)).rejects.toMatchObject(refused);
    await expect(get('never copied')).rejects.toThrow();
  });

  it('a copy is made if its conditions hold', async () => {
    await copy('conditional', { CopySourceIfMatch: etag, CopySourceIfUnmodifiedSince: past });
    await copy('conditional', { CopySourceIfNoneMatch: '"x"', CopySourceIfModifiedSince: past });
    await copy('conditional', { CopySourceIfModifiedSince: future });
    const taken = copy('conditional', { IfNoneMatch: '*' });
    await expect(taken).rejects.toMatchObject(refusal('PreconditionFailed', 412));
  });

  it.each([
    ['an object that does not exist', `${Bucket}/nothing`, 'NoSuchKey', 404],
    ['from a bucket that does not exist', 'nowhere/source', 'NoSuchBucket', 404],
    ['a bucket without a key', Bucket, 'InvalidArgument', 400],
    ['a version that was never issued', `${Bucket}/source?versionId=abc`, 'InvalidArgument', 400],
  ])('a copy of %s is refused', async (_, CopySource, name, status) => {
    await expect(copy('x', { CopySource })).rejects.toMatchObject(refusal(name, status));
  });
});

describe('DeleteObjects', () => {
  it('DeleteObjects deletes a batch, reports errors, and omits the deleted keys in quiet mode', async () => {
    await put('batch 1');
    await put('batch 2');
    const Objects = [{ Key: 'batch 1' }, { Key: 'not there' }];
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    expect(Errors).toBeUndefined();
    const quiet = { Objects: [{ Key: 'batch 2' }, { Key: 'x', VersionId: 'made-up' }], Quiet: true };
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: quiet }));
    expect(answer.Deleted).toBeUndefined();
    expect(answer.Errors).toEqual([expect.objectContaining({ Key: 'x', VersionId: 'made-up', Code: 'NoSuchVersion' })]);
    await expect(get('batch 2')).rejects.toThrow();
  });

  it.each([
    ['no', 0],
    ['more than a thousand', 1001],
  ])('DeleteObjects refuses a batch with %s keys', async (_, length) => {
    const Objects = Array.from({ length }, (_, index) => ({ Key: `${index}` }));
    const batch = s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await expect(batch).rejects.toMatchObject(refusal('MalformedXML', 400));
  });
});
