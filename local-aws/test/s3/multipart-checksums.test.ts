import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/s3/checksums.ts';
import { combineCrcs } from '../../src/s3/crc-combine.ts';
import { startBucket } from './bucket.ts';

const Bucket = 'checksums';
const server = await startBucket(Bucket);
const { s3 } = server;
afterAll(server.close);

const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));

describe('combined CRCs', () => {
  const whole = randomBytes(10_000);
  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'the %s of parts are combined into that of the whole',
    async (algorithm) => {
      const checksumOf = async (bytes: Buffer) => {
        const digest = digestOf(algorithm);
        digest.update(bytes);
        return (await digest.digest()).toString('base64');
      };
      const ends = [0, 3000, 6000, 6000, 6001, 10_000];
      const parts = await Promise.all(
        ends.slice(1).map(async (end, index) => {
          const bytes = whole.subarray(ends[index], end);
          return { checksum: await checksumOf(bytes), length: bytes.length };
        }),
      );
      expect(combineCrcs(algorithm, parts)).toBe(await checksumOf(whole));
    },
  );
});

describe('checksums of multipart uploads', () => {
  const first = randomBytes(5 * 1024 * 1024);
  const last = Buffer.from('the end');

  async function upload(options: Partial<CreateMultipartUploadCommandInput>, keepsChecksums = true) {
    const Key = JSON.stringify(options);
    const { UploadId, ...created } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...options }));
    const Parts: CompletedPart[] = [];
    for (const [index, Body] of [first, last].entries()) {
      const { ChecksumAlgorithm } = options;
      const part = { Bucket, Key, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm };
      const { $metadata: _, ServerSideEncryption: __, ...uploaded } = await s3.send(new UploadPartCommand(part));
      Parts.push({ PartNumber: index + 1, ...(keepsChecksums ? uploaded : { ETag: uploaded.ETag }) });
    }
    return { created, complete: { Bucket, Key, UploadId, MultipartUpload: { Parts } } };
  }

  it("a composite checksum is computed from the parts' checksums", async () => {
    const { complete, created } = await upload({ ChecksumAlgorithm: 'SHA256' });
    expect(created).toMatchObject({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' });
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
    const ChecksumSHA256 = `${sha256(Buffer.concat([sha256(first), sha256(last)])).toString('base64')}-2`;
    const expected = { ChecksumSHA256, ChecksumType: 'COMPOSITE' };
    expect(await s3.send(new CompleteMultipartUploadCommand(complete))).toMatchObject(expected);
    expect(await head(complete.Key)).toMatchObject(expected);
  });

  it('GetObjectAttributes lists the parts of an object with a composite checksum page by page', async () => {
    const { complete } = await upload({ ChecksumAlgorithm: 'SHA1' });
    await s3.send(new CompleteMultipartUploadCommand(complete));
    const partsAfter = async (PartNumberMarker?: string) => {
      const ObjectAttributes = ['ObjectParts' as const];
      const page = { ObjectAttributes, MaxParts: 1, PartNumberMarker };
      return (await s3.send(new GetObjectAttributesCommand({ Bucket, Key: complete.Key, ...page }))).ObjectParts;
    };
    const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest('base64');
    expect(await partsAfter()).toEqual({
      ...{ TotalPartsCount: 2, PartNumberMarker: '0', NextPartNumberMarker: '1', MaxParts: 1, IsTruncated: true },
      Parts: [{ PartNumber: 1, Size: first.length, ChecksumSHA1: sha1(first) }],
    });
    expect(await partsAfter('1')).toMatchObject({
      ...{ NextPartNumberMarker: '2', IsTruncated: false },
      Parts: [{ PartNumber: 2, Size: last.length, ChecksumSHA1: sha1(last) }],
    });
  });

  it('ListParts and ListMultipartUploads have the checksums of an upload that names an algorithm', async () => {
    const { complete } = await upload({ ChecksumAlgorithm: 'CRC32C', ContentType: 'text/csv' });
    const type = { ChecksumAlgorithm: 'CRC32C', ChecksumType: 'COMPOSITE' };
    const listed = await s3.send(new ListPartsCommand(complete));
    const checksums = complete.MultipartUpload.Parts.map(({ ChecksumCRC32C }) => ({ ChecksumCRC32C }));
    expect(listed).toMatchObject({ ...type, Parts: checksums });
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: complete.Key }));
    expect(Uploads).toMatchObject([type]);
  });

  it.each([
    ['another checksum type', { ChecksumType: 'FULL_OBJECT' as const }, 'InvalidRequest'],
    ['a checksum of another algorithm', { ChecksumSHA1: `${'A'.repeat(27)}=-2` }, 'BadDigest'],
    ['another checksum', { ChecksumSHA256: `${'A'.repeat(43)}=-2` }, 'BadDigest'],
  ])('completing an upload with %s is refused', async (_, stated, name) => {
    const { complete } = await upload({ ChecksumAlgorithm: 'SHA256' });
    const refused = s3.send(new CompleteMultipartUploadCommand({ ...complete, ...stated }));
    await expect(refused).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it('UploadPart refuses a checksum of another algorithm than that of the upload', async () => {
    const Key = 'mismatch';
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA1' }));
    const part = { Bucket, Key, UploadId, PartNumber: 1, Body: last, ChecksumAlgorithm: 'CRC32' as const };
    await expect(s3.send(new UploadPartCommand(part))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'Checksum Type mismatch occurred, expected checksum Type: sha1, actual checksum Type: crc32',
    });
    expect((await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))).Parts).toBeUndefined();
  });

  it('a full-object checksum is computed over all bytes of the parts', async () => {
    const options = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
    const { complete } = await upload(options, false);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(Buffer.concat([first, last])));
    const expected = { ChecksumCRC32: bytes.toString('base64'), ChecksumType: options.ChecksumType };
    const wrong = new CompleteMultipartUploadCommand({ ...complete, ChecksumCRC32: 'AAAAAA==' });
    await expect(s3.send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
    const right = new CompleteMultipartUploadCommand({ ...complete, ...expected });
    expect(await s3.send(right)).toMatchObject(expected);
  });

  it('a multipart upload without an algorithm gets a CRC64NVME of all bytes', async () => {
    const { complete } = await upload({});
    const { ChecksumCRC64NVME, ChecksumType } = await s3.send(new CompleteMultipartUploadCommand(complete));
    const digest = digestOf('CRC64NVME');
    for (const bytes of [first, last]) digest.update(bytes);
    expect(ChecksumCRC64NVME).toBe((await digest.digest()).toString('base64'));
    expect(ChecksumType).toBe('FULL_OBJECT');
  });

  it('a composite checksum requires the checksum of every part', async () => {
    const { complete } = await upload({ ChecksumAlgorithm: 'CRC32C' }, false);
    const missing = s3.send(new CompleteMultipartUploadCommand(complete));
    await expect(missing).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it.each([
    { ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' },
    { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' },
    { ChecksumType: 'COMPOSITE' },
  ] as object[])('a multipart upload with %j is refused', async (options) => {
    const created = s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'x', ...options }));
    await expect(created).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});
