import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  HeadObjectCommand,
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

  it('a full-object checksum is computed over all bytes of the parts', async () => {
    const options = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
    const { complete } = await upload(options, false);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(Buffer.concat([first, last])));
    const expected = { ChecksumCRC32: bytes.toString('base64'), ChecksumType: 'FULL_OBJECT' };
    const wrong = new CompleteMultipartUploadCommand({ ...complete, ChecksumCRC32: 'AAAAAA==' });
    await expect(s3.send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
    expect(await s3.send(new CompleteMultipartUploadCommand(complete))).toMatchObject(expected);
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
