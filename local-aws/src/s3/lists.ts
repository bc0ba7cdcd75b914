import { invalidArgument } from './errors.ts';
import { compareKeys, type SortedKeys } from './sorted-keys.ts';

/** The largest number of entries on a page. */
const MOST_ENTRIES = 1000;

/** The parameters of a list. */
export interface Listing {
  prefix: string;
  /** If empty, keys are not grouped. */
  delimiter: string;
  /** The list starts after this key or common prefix. */
  after: string;
  /** Whether the list includes the key `after` itself, because some of its versions are not listed yet. */
  isAfterIncluded?: boolean;
}

/** An entry of a list: a key, or a common prefix that stands for all keys with it. */
export interface Listed {
  name: string;
  isCommonPrefix: boolean;
}

/**
 * Yields the keys and common prefixes of a list in UTF-8 order.
 * @param isListed is false for a key that the list skips, such as a key with a delete marker as its current version
 */
export function* listed(
  keys: SortedKeys,
  { prefix, delimiter, after, isAfterIncluded = false }: Listing,
  isListed: (key: string) => boolean,
): Generator<Listed> {
  const isBehind = (key: string) => compareKeys(key, after) > 0 || (isAfterIncluded && key === after);
  let position = keys.firstWhere((key) => isBehind(key) && compareKeys(key, prefix) >= 0);
  for (let key = keys.at(position); key?.startsWith(prefix); key = keys.at(position)) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      position += 1;
      if (isListed(key)) yield { name: key, isCommonPrefix: false };
      continue;
    }
    const common = key.slice(0, end + delimiter.length);
    const next = keys.firstWhere((one) => compareKeys(one, common) > 0 && !one.startsWith(common));
    // A common prefix that contains the marker was on an earlier page.
    if (!after.startsWith(common) && hasListed(keys, position, next, isListed))
      yield { name: common, isCommonPrefix: true };
    position = next;
  }
}

function hasListed(keys: SortedKeys, from: number, to: number, isListed: (key: string) => boolean): boolean {
  for (let position = from; position < to; position++) if (isListed(keys.at(position) ?? '')) return true;
  return false;
}

/** The first entries, and whether there are more of them. */
export function page<Entry>(entries: Iterable<Entry>, most: number): { entries: Entry[]; isTruncated: boolean } {
  const taken: Entry[] = [];
  if (most === 0) return { entries: taken, isTruncated: false };
  for (const entry of entries) {
    if (taken.length === most) return { entries: taken, isTruncated: true };
    taken.push(entry);
  }
  return { entries: taken, isTruncated: false };
}

/** The largest number of entries on the requested page.
 * @throws S3Error `InvalidArgument` for a number below 0 */
export function pageSize(given: number | undefined, name: string): number {
  if (given === undefined) return MOST_ENTRIES;
  if (given < 0)
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, String(given));
  return Math.min(given, MOST_ENTRIES);
}

/** The function that encodes the keys of a list.
 * @throws S3Error `InvalidArgument` for another encoding than `url` */
export function keyEncoding(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined || encodingType === '') return (key) => key;
  if (encodingType !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  }
  return (key) => encodeURIComponent(key).replaceAll('%2F', '/');
}
