import fc from 'fast-check';
import murmurHash from 'murmurhash3js-revisited';
import { expect, it } from 'vitest';
import { addMurmur128, murmur32 } from '../../../src/verify/murmur-hash.ts';

const bytesAndSeed = [fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })] as const;

/** With bytes after the end, which must not matter. */
const viewOf = (bytes: Uint8Array) => new DataView(Uint8Array.from([...bytes, 1, 2, 3]).buffer);

function murmur128(bytes: Uint8Array, seed: number, start = 0, end = bytes.length): string {
  const sum = new Int32Array(4);
  addMurmur128(viewOf(bytes), start, end, seed, sum);
  return Array.from(sum, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

it('the x86_128 variant equals that of another library', () => {
  fc.assert(
    fc.property(...bytesAndSeed, (bytes, seed) => {
      expect(murmur128(bytes, seed)).toBe(murmurHash.x86.hash128(bytes, seed));
    }),
    { numRuns: 1_000 },
  );
});

it('the x86_32 variant equals that of another library', () => {
  fc.assert(
    fc.property(...bytesAndSeed, (bytes, seed) => {
      expect(murmur32(bytes, seed) >>> 0).toBe(murmurHash.x86.hash32(bytes, seed));
    }),
    { numRuns: 1_000 },
  );
});

it('hashing a part of the bytes equals hashing a copy of that part', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), fc.nat(69), fc.nat(69), (bytes, a, b) => {
      const start = Math.min(a, b, bytes.length);
      const end = Math.min(Math.max(a, b), bytes.length);
      expect(murmur128(bytes, 7, start, end)).toBe(murmur128(bytes.slice(start, end), 7));
    }),
  );
});

it('adding a hash to a sum adds each word modulo 2^32', () => {
  const sum = new Int32Array(4);
  const [one, two] = ['one', 'two'].map((text) => Buffer.from(text)) as [Buffer, Buffer];
  for (const bytes of [one, two]) addMurmur128(viewOf(bytes), 0, 3, 0, sum);
  const wordsOf = (hex: string) => [0, 8, 16, 24].map((at) => Number.parseInt(hex.slice(at, at + 8), 16));
  const [first, second] = [one, two].map((bytes) => wordsOf(murmur128(bytes, 0))) as [number[], number[]];
  expect([...sum]).toEqual(first.map((word, index) => (word + (second[index] as number)) | 0));
});
