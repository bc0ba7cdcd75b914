import murmurHash from 'murmurhash3js-revisited';

/** The method in docs/manifest.md, step by step, with another library. */
export function documentedHash(names: string[], rows: string[][]): string {
  const utf8 = (text: string) => Buffer.from(text);
  const wordsOf = (hex: string) => [0, 8, 16, 24].map((at) => Number.parseInt(hex.slice(at, at + 8), 16));
  const add = (sum: number[], hash: number[]) => sum.map((word, index) => (word + (hash[index] as number)) % 2 ** 32);
  const total = rows.reduce(
    (sum, values) => {
      const fields = values.map((text, index) =>
        wordsOf(murmurHash.x86.hash128(utf8(text), murmurHash.x86.hash32(utf8(names[index] as string), 0))),
      );
      const ofRow = Buffer.alloc(16);
      fields.reduce(add, [0, 0, 0, 0]).forEach((word, index) => void ofRow.writeUInt32LE(word, 4 * index));
      return add(sum, wordsOf(murmurHash.x86.hash128(ofRow, 0)));
    },
    [0, 0, 0, 0],
  );
  return total.map((word) => word.toString(16).padStart(8, '0')).join('');
}
