import { createHash } from 'node:crypto';
import { CopyObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crc32Of, md5, refusal, startBucket } from './bucket.ts';

const Bucket = 'copies';
const { s3, put, get, textOf, close } = await startBucket(Bucket);
afterAll(close);

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

  it.each([
    ['metadata', { MetadataDirective: 'MOVE' as 'COPY' }],
    ['tagging', { TaggingDirective: 'MOVE' as 'COPY' }],
  ])('a copy with an unknown directive for %s is refused', async (kind, directive) => {
    const refused = {
      ...refusal('InvalidArgument', 400),
      message: `Unknown ${kind} directive.`,
      ArgumentValue: 'MOVE',
    };
    await expect(copy('never copied', directive)).rejects.toMatchObject(refused);
  });

  it.each([
    ['metadata', { MetadataDirective: 'COPY' as const, Metadata: { b: '2' } }, { Metadata: { a: '1' } }],
    ['tags', { TaggingDirective: 'COPY' as const }, { TagCount: 1 }],
  ])('a copy keeps the %s of the original with the directive COPY', async (_, directive, kept) => {
    await copy('kept', directive);
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'kept' }))).toMatchObject(kept);
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
    ['a bucket with an empty key', `${Bucket}/`, 'InvalidArgument', 400],
    ['a version that was never issued', `${Bucket}/source?versionId=abc`, 'InvalidArgument', 400],
  ])('a copy of %s is refused', async (_, CopySource, name, status) => {
    await expect(copy('x', { CopySource })).rejects.toMatchObject(refusal(name, status));
  });

  it('a copy from a bucket of another owner than expected is refused', async () => {
    const ExpectedSourceBucketOwner = '111122223333';
    await expect(copy('x', { ExpectedSourceBucketOwner })).rejects.toMatchObject(refusal('AccessDenied', 403));
  });
});
