import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { ALGORITHMS, digestOf } from '../../src/s3/checksums.ts';
import { sendRaw } from '../raw.ts';
import { startBucket } from './bucket.ts';

const Bucket = 'checksums';
const server = await startBucket(Bucket);
const { s3 } = server;
afterAll(server.close);

// The check values of the catalogue of CRCs, and the digests of FIPS 180's kind, of the text 123456789.
const known = {
  CRC32: Buffer.from('cbf43926', 'hex'),
  CRC32C: Buffer.from('e3069283', 'hex'),
  CRC64NVME: Buffer.from('ae8b14860a799888', 'hex'),
  SHA1: createHash('sha1').update('123456789').digest(),
  SHA256: createHash('sha256').update('123456789').digest(),
};

const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));

describe.each(ALGORITHMS)('the checksum %s', (algorithm) => {
  const value = known[algorithm].toString('base64');
  const member = `Checksum${algorithm}`;

  it('a checksum is computed piece by piece', async () => {
    const digest = digestOf(algorithm);
    for (const piece of ['12', '', '3456789']) digest.update(Buffer.from(piece));
    expect((await digest.digest()).toString('base64')).toBe(value);
  });

  it('a checksum is checked and stored, and returned on request', async () => {
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: algorithm, Body: '123456789', [member]: value }));
    expect(put).toMatchObject({ [member]: value, ChecksumType: 'FULL_OBJECT' });
    expect(await head(algorithm)).toMatchObject({ [member]: value });
    const unasked = await server.clientWith({ responseChecksumValidation: 'WHEN_REQUIRED' });
    const got = await unasked.send(new GetObjectCommand({ Bucket, Key: algorithm }));
    expect(got).not.toHaveProperty(member);
    await got.Body?.transformToString();
  });

  it('a checksum is checked in the trailer of a stream', async () => {
    const Body = Readable.from(['123', '456789']);
    const command = new PutObjectCommand({
      Bucket,
      Key: 'stream',
      Body,
      ContentLength: 9,
      ChecksumAlgorithm: algorithm,
    });
    expect(await s3.send(command)).toMatchObject({ [member]: value });
  });

  it('a checksum that is malformed or of other bytes is refused', async () => {
    for (const [wrong, name] of [
      [digestOfOther(known[algorithm]), 'BadDigest'],
      ['abcd', 'InvalidRequest'],
    ]) {
      const put = s3.send(new PutObjectCommand({ Bucket, Key: 'wrong', Body: '123456789', [member]: wrong }));
      await expect(put).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    }
    await expect(head('wrong')).rejects.toThrow();
  });
});

function digestOfOther(digest: Buffer): string {
  return Buffer.from(digest.map((byte) => byte ^ 1)).toString('base64');
}

it('PutObject adds a CRC64NVME to an object without a checksum', async () => {
  const plain = server.clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  await plain.send(new PutObjectCommand({ Bucket, Key: 'none', Body: '123456789' }));
  expect(await head('none')).toMatchObject({ ChecksumCRC64NVME: known.CRC64NVME.toString('base64') });
});

describe('bodies without an SDK', () => {
  const put = (key: string, body: string, ...headers: string[]) =>
    sendRaw(server.port, [
      [
        `PUT /${Bucket}/${key} HTTP/1.1`,
        'Host: localhost',
        `Content-Length: ${body.length}`,
        ...headers,
        '',
        body,
      ].join('\r\n'),
    ]);
  const streamed = ['Content-Encoding: aws-chunked', 'x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER'];

  it.each([
    [
      'a wrong trailer',
      '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      [...streamed, 'x-amz-trailer: x-amz-checksum-crc32'],
      'BadDigest',
    ],
    [
      'no trailer where one was announced',
      '9\r\n123456789\r\n0\r\n\r\n',
      [...streamed, 'x-amz-trailer: x-amz-checksum-crc32'],
      'MalformedTrailerError',
    ],
    [
      'another length than was announced',
      '9\r\n123456789\r\n0\r\n\r\n',
      [...streamed, 'x-amz-decoded-content-length: 8'],
      'IncompleteBody',
    ],
    [
      'the SHA-256 of other bytes in the signature',
      '123456789',
      [`x-amz-content-sha256: ${'0'.repeat(64)}`],
      'XAmzContentSHA256Mismatch',
    ],
    [
      'two checksums',
      '123456789',
      ['x-amz-checksum-crc32: y/Q5Jg==', 'x-amz-checksum-crc32c: 4waSgw=='],
      'InvalidRequest',
    ],
    ['an algorithm without its checksum', '123456789', ['x-amz-sdk-checksum-algorithm: CRC32'], 'InvalidRequest'],
  ])('PutObject refuses a body with %s', async (_, body, headers, code) => {
    const reply = await put('refused', body, ...headers);
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining(`<Code>${code}</Code>`) });
    await expect(head('refused')).rejects.toThrow();
  });

  it('PutObject refuses a body without a length', async () => {
    const reply = await sendRaw(server.port, [
      `PUT /${Bucket}/raw HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ]);
    expect(reply).toMatchObject({ status: 411, body: expect.stringContaining('MissingContentLength') });
  });

  it('PutObject decodes a body with a correct trailer', async () => {
    const trailer = 'x-amz-checksum-crc32:y/Q5Jg==';
    const reply = await put(
      'raw',
      `4\r\n1234\r\n5\r\n56789\r\n0\r\n${trailer}\r\n\r\n`,
      ...streamed,
      'x-amz-trailer: x-amz-checksum-crc32',
    );
    expect(reply.status).toBe(200);
    expect(await head('raw')).toMatchObject({ ContentLength: 9, ChecksumCRC32: 'y/Q5Jg==' });
    expect((await head('raw')).ContentEncoding).toBeUndefined();
  });
});
