import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Issues version ids and recognizes them without a list: an id is random bytes with their signature. */
export interface VersionIds {
  next(): string;
  isIssued(versionId: string): boolean;
}

const RANDOM_BYTES = 8;

export function versionIds(): VersionIds {
  const secret = randomBytes(32);
  const signatureOf = (random: Buffer) => createHmac('sha256', secret).update(random).digest().subarray(0, 8);
  return {
    next() {
      const random = randomBytes(RANDOM_BYTES);
      return Buffer.concat([random, signatureOf(random)]).toString('hex');
    },
    isIssued(versionId) {
      const bytes = Buffer.from(versionId, 'hex');
      if (bytes.length !== 2 * RANDOM_BYTES || bytes.toString('hex') !== versionId) return false;
      return timingSafeEqual(signatureOf(bytes.subarray(0, RANDOM_BYTES)), bytes.subarray(RANDOM_BYTES));
    },
  };
}
