import { bytesOf, sliceOf } from './body-files.ts';
import { compareKeys } from './sorted-keys.ts';
import type { Store } from './store.ts';

/** Reads the store without a call, so that faults and policies don't apply. */
export interface Browse {
  /** The current objects below a prefix, in the order of their keys; none if there is no such bucket. */
  objects(bucket: string, prefix: string): { key: string; bytes: number }[];
  /** The first bytes of an object; undefined if it does not exist. */
  headOf(bucket: string, key: string, bytes: number): Promise<Buffer | undefined>;
}

export function browse({ buckets, files }: Store): Browse {
  return {
    objects(name, prefix) {
      const catalog = buckets.get(name)?.catalog;
      const found: { key: string; bytes: number }[] = [];
      if (!catalog) return found;
      let position = catalog.keys.firstWhere((key) => compareKeys(key, prefix) >= 0);
      for (let key = catalog.keys.at(position); key?.startsWith(prefix); key = catalog.keys.at(++position)) {
        const object = catalog.current(key);
        if (object) found.push({ key, bytes: object.length });
      }
      return found;
    },
    async headOf(name, key, bytes) {
      const object = buckets.get(name)?.catalog.current(key);
      if (!object) return undefined;
      const body = files.hold(object.body);
      try {
        return Buffer.concat(await Array.fromAsync(bytesOf(sliceOf(body, 0, bytes))));
      } finally {
        files.release(body);
      }
    },
  };
}
