import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { combineCrcs, isCombinable } from './crc-combine.ts';
import { notImplemented } from './errors.ts';

/** The implemented algorithms of S3's `x-amz-checksum-*` headers. */
export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** The API's members for them: `ChecksumCRC32` and so on. */
export const CHECKSUM_MEMBERS = ALGORITHMS.map((algorithm) => `Checksum${algorithm}` as const);

/** `FULL_OBJECT`: computed over all bytes. `COMPOSITE`: computed over the checksums of the parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  algorithm: Algorithm;
  /** Base64; a composite checksum ends with `-<number of parts>`. */
  value: string;
  type: ChecksumType;
}

/** Computes a digest piece by piece. */
export interface Digest {
  update(bytes: Buffer): void;
  digest(): Promise<Buffer>;
}

const LENGTHS: Record<Algorithm, number> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

export function digestOf(algorithm: Algorithm | 'MD5'): Digest {
  switch (algorithm) {
    case 'CRC32':
      return crc32Digest();
    case 'CRC32C':
      return crcDigest(new (Crc32c as unknown as new () => CrcHash)());
    case 'CRC64NVME':
      return crcDigest(new Crc64Nvme());
    default: {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest() };
    }
  }
}

interface CrcHash {
  update(bytes: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

function crcDigest(hash: CrcHash): Digest {
  return { update: (bytes) => hash.update(bytes), digest: async () => Buffer.from(await hash.digest()) };
}

function crc32Digest(): Digest {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    async digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

/** @throws S3Error `NotImplemented` for another algorithm */
export function algorithmNamed(name: string): Algorithm {
  const algorithm = ALGORITHMS.find((one) => one === name.toUpperCase());
  if (algorithm === undefined) throw notImplemented(`The checksum algorithm ${name}`);
  return algorithm;
}

export function headerOf(algorithm: Algorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Whether a text has the form of a checksum of this algorithm. */
export function isChecksum(algorithm: Algorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === LENGTHS[algorithm] && bytes.toString('base64') === value;
}

/** The checksum as members of an output. */
export function checksumMembers(checksum: Checksum | undefined): Record<string, string> {
  return checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type } : {};
}

/** The checksum of an object that consists of these parts. */
export async function checksumOfParts(
  algorithm: Algorithm,
  type: ChecksumType,
  parts: readonly { checksum: string; length: number }[],
): Promise<Checksum> {
  if (type === 'FULL_OBJECT' && isCombinable(algorithm)) {
    return { algorithm, type, value: combineCrcs(algorithm, parts) };
  }
  const digest = digestOf(algorithm);
  for (const { checksum } of parts) digest.update(Buffer.from(checksum, 'base64'));
  return { algorithm, type: 'COMPOSITE', value: `${(await digest.digest()).toString('base64')}-${parts.length}` };
}
