/** Keys in the order of S3, which is that of their UTF-8 bytes. */
export interface SortedKeys {
  add(key: string): void;
  delete(key: string): void;
  /** The first position for which a test is true. The test must be true for all later keys too. */
  firstWhere(test: (key: string) => boolean): number;
  at(position: number): string | undefined;
}

export function sortedKeys(): SortedKeys {
  const keys: string[] = [];
  const firstWhere = (test: (key: string) => boolean) => {
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (test(keys[middle] ?? '')) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const positionOf = (key: string) => firstWhere((one) => compareKeys(one, key) >= 0);
  return {
    add(key) {
      const position = positionOf(key);
      if (keys[position] !== key) keys.splice(position, 0, key);
    },
    delete(key) {
      const position = positionOf(key);
      if (keys[position] === key) keys.splice(position, 1);
    },
    firstWhere,
    at: (position) => keys[position],
  };
}

/** Compares by code point. JavaScript compares UTF-16 units, where surrogates come before U+E000. */
export function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const [a, b] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
