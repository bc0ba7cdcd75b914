/** The newest of many items: older ones are forgotten. */
export interface Recent<Item> {
  add(item: Item, bytes: number): void;
  /** The newest first. */
  list(): Item[];
  /** How many were ever added. */
  readonly count: number;
}

export function recent<Item>({ most, mostBytes }: { most: number; mostBytes: number }): Recent<Item> {
  const kept: { item: Item; bytes: number }[] = [];
  let total = 0;
  let count = 0;
  return {
    add(item, bytes) {
      kept.push({ item, bytes });
      total += bytes;
      count += 1;
      while (kept.length > 1 && (kept.length > most || total > mostBytes)) total -= kept.shift()?.bytes ?? 0;
    },
    list: () => kept.map(({ item }) => item).reverse(),
    get count() {
      return count;
    },
  };
}
