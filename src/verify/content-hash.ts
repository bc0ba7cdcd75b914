import { addMurmur128, murmur32, type Words } from './murmur-hash.ts';

/** A hash of a table's rows that does not depend on their order, on the order of the columns, on how the rows are split
 * into files or on how values are quoted. It tells that data changed; it does not protect against somebody who wants the
 * same hash for other data. The method, for whoever wants to compute it: docs/manifest.md. */
export interface ContentHash {
  /** Adds a field's value to the current row. */
  addField(bytes: Uint8Array, start: number, end: number, seed: number): void;
  /** Ends the current row. */
  endRow(): void;
  /** Of all rows so far: 32 hexadecimal digits. */
  hex(): string;
}

/** The seed for the values of a column, by its name. */
export function columnSeed(name: string): number {
  return murmur32(Buffer.from(name));
}

/** @param from the hash of the rows that were added before, as `hex` gave it */
export function contentHash(from = '0'.repeat(32)): ContentHash {
  const total = wordsOf(from);
  const row: Words = new Int32Array(4);
  const rowBytes = Buffer.alloc(16);
  return {
    addField(bytes, start, end, seed) {
      addMurmur128(bytes, start, end, seed, row);
    },
    endRow() {
      // A row's hash is a hash of the sum of its fields', so that values that change places between rows do not cancel out.
      for (let word = 0; word < 4; word++) rowBytes.writeInt32LE(row[word] as number, 4 * word);
      addMurmur128(rowBytes, 0, 16, 0, total);
      row.fill(0);
    },
    hex: () => Array.from(total, (word) => (word >>> 0).toString(16).padStart(8, '0')).join(''),
  };
}

function wordsOf(hex: string): Words {
  return Int32Array.from({ length: 4 }, (_, word) => Number.parseInt(hex.slice(8 * word, 8 * word + 8), 16));
}
