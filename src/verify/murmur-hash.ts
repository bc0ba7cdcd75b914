// MurmurHash3 by Austin Appleby, which he put into the public domain; the variants for 32-bit machines, `x86_32` and
// `x86_128`. They are fast, and good at telling inputs apart; they are not cryptographic.

/** The four 32-bit words of a 128-bit hash, first word first. */
export type Words = Int32Array;

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

/** How many bytes after the end of a value must be readable: a value is read in whole words. */
export const READ_AHEAD_BYTES = 3;

/** Adds the MurmurHash3 `x86_128` of the bytes from `start` to `end` to `sum`, each word modulo 2³². Reads up to
 * `READ_AHEAD_BYTES` further, which do not matter. */
export function addMurmur128(bytes: DataView, start: number, end: number, seed: number, sum: Words): void {
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;
  const length = end - start;
  const blocksEnd = start + (length & ~15);
  let at = start;
  for (; at < blocksEnd; at += 16) {
    h1 ^= Math.imul(rotate(Math.imul(bytes.getInt32(at, true), C1), 15), C2);
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(bytes.getInt32(at + 4, true), C2), 16), C3);
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(bytes.getInt32(at + 8, true), C3), 17), C4);
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(bytes.getInt32(at + 12, true), C4), 18), C1);
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  const rest = end - at;
  if (rest > 12) h4 ^= Math.imul(rotate(Math.imul(tail(bytes, at + 12, rest - 12), C4), 18), C1);
  if (rest > 8) h3 ^= Math.imul(rotate(Math.imul(tail(bytes, at + 8, rest - 8), C3), 17), C4);
  if (rest > 4) h2 ^= Math.imul(rotate(Math.imul(tail(bytes, at + 4, rest - 4), C2), 16), C3);
  if (rest > 0) h1 ^= Math.imul(rotate(Math.imul(tail(bytes, at, rest), C1), 15), C2);
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finish(h1);
  h2 = finish(h2);
  h3 = finish(h3);
  h4 = finish(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  sum[0] = (sum[0] as number) + h1;
  sum[1] = (sum[1] as number) + h2 + h1;
  sum[2] = (sum[2] as number) + h3 + h1;
  sum[3] = (sum[3] as number) + h4 + h1;
}

/** The MurmurHash3 `x86_32` of `bytes`. */
export function murmur32(bytes: Uint8Array, seed = 0): number {
  const padded = new Uint8Array(bytes.length + READ_AHEAD_BYTES);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  let hash = seed | 0;
  const blocksEnd = bytes.length & ~3;
  for (let at = 0; at < blocksEnd; at += 4) {
    hash ^= Math.imul(rotate(Math.imul(view.getInt32(at, true), 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0;
  }
  const rest = bytes.length - blocksEnd;
  if (rest > 0) hash ^= Math.imul(rotate(Math.imul(tail(view, blocksEnd, rest), 0xcc9e2d51), 15), 0x1b873593);
  return finish(hash ^ bytes.length);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** One to four bytes, little-endian; more than four count as four. */
function tail(bytes: DataView, at: number, count: number): number {
  const word = bytes.getInt32(at, true);
  return count >= 4 ? word : word & ((1 << (8 * count)) - 1);
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
