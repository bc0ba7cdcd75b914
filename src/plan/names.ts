import { createHash } from 'node:crypto';

/** 64 bits: two names hardly ever collide for as long as Step Functions and Personalize remember them. */
const HASH_CHARACTERS = 16;

/** A name that people can read and that differs whenever any of `hashed` differs: `shown`, joined and cut to fit, then a hash.
 * It has only `A-Z a-z 0-9 - _`, so it is valid for a job and for an execution.
 * @param maxCharacters at least 20. */
export function nameWithHash(shown: string[], hashed: string[], maxCharacters: number): string {
  const readable = shown
    .join('-')
    .replace(/[^a-zA-Z0-9_]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, maxCharacters - HASH_CHARACTERS - 1)
    .replace(/-+$/, '');
  const hash = createHash('sha256').update(JSON.stringify(hashed)).digest('hex').slice(0, HASH_CHARACTERS);
  return readable === '' ? hash : `${readable}-${hash}`;
}
