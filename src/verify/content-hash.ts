import { addMurmur128, murmur32, READ_AHEAD_BYTES, type Words } from './murmur-hash.ts';

/** The hash of a table without rows. */
export const EMPTY_HASH = '0'.repeat(32);

/** A hash of the rows of a table. It does not depend on the order of rows or columns, on how the rows are split into files,
 * or on how values are quoted. It detects change, not tampering: finding other data with the same hash is easy. The method:
 * docs/manifest.md. */
export interface ContentHash {
  /** Adds the value of a field to the current row: see `addMurmur128`. */
  addField(bytes: DataView, start: number, end: number, seed: number): void;
  /** Ends the current row. */
  endRow(): void;
  /** The hash of all rows so far: 32 hexadecimal digits. */
  hex(): string;
}

/** The seed for the values of a column, by its name. */
export function columnSeed(name: string): number {
  return murmur32(Buffer.from(name));
}

/** @param from the hash of the rows before, as `hex` returned it */
export function contentHash(from: string): ContentHash {
  const total = wordsOf(from);
  const memory = new ArrayBuffer(16 + READ_AHEAD_BYTES);
  // The same memory as words and as bytes, which are little-endian on every processor that Lambda has.
  const row: Words = new Int32Array(memory, 0, 4);
  const rowBytes = new DataView(memory);
  return {
    addField(bytes, start, end, seed) {
      addMurmur128(bytes, start, end, seed, row);
    },
    endRow() {
      // Each row's sum is hashed again. In a plain sum of all fields, values that two rows swap would cancel out.
      addMurmur128(rowBytes, 0, 16, 0, total);
      for (let word = 0; word < 4; word++) row[word] = 0;
    },
    hex: () => Array.from(total, (word) => (word >>> 0).toString(16).padStart(8, '0')).join(''),
  };
}

function wordsOf(hex: string): Words {
  return Int32Array.from({ length: 4 }, (_, word) => Number.parseInt(hex.slice(8 * word, 8 * word + 8), 16));
}
