import { createHash } from 'node:crypto';

/** 64 bits: a collision is unlikely for as long as Step Functions and Personalize remember names. */
const HASH_LENGTH = 16;

/** A name that tells `parts` to a reader and differs whenever any part differs: a slug of the parts, cut to fit, and a
 * hash of the parts themselves. Only `A-Z a-z 0-9 - _`, so it is valid as a job's and as an execution's name.
 * @param maxLength at least 20 characters; 63 for a job, 80 for an execution. */
export function nameWithHash(shown: string[], hashed: string[], maxLength: number): string {
  const slug = shown
    .join('-')
    .replace(/[^a-zA-Z0-9_]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, maxLength - HASH_LENGTH - 1)
    .replace(/-+$/, '');
  const hash = createHash('sha256').update(JSON.stringify(hashed)).digest('hex').slice(0, HASH_LENGTH);
  return slug === '' ? hash : `${slug}-${hash}`;
}
