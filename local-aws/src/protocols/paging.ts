import type { AwsError } from './aws-json.ts';

/** One page of a list, and the token for the next page if there is one. */
export interface Page<T> {
  items: T[];
  nextToken?: string;
}

export interface PageRequest<T> {
  /** Names the list, with its filters: a token serves the same list only. */
  list: string;
  pageSize: number;
  nextToken?: string | undefined;
  newestFirst?: boolean;
  matches?: (item: T) => boolean;
}

/**
 * Cuts a page out of a list that may grow at its end between two pages. A token holds the position of the next page's first
 * item, so that no item is repeated or skipped.
 * @param items the oldest first
 * @param invalidToken makes the service's error for a token that this list did not give
 */
export function pageOf<T>(
  items: readonly T[],
  { list, pageSize, nextToken, newestFirst = false, matches = () => true }: PageRequest<T>,
  invalidToken: () => AwsError,
): Page<T> {
  const step = newestFirst ? -1 : 1;
  const start = newestFirst ? items.length - 1 : 0;
  const page: T[] = [];
  let index = nextToken === undefined ? start : readToken(nextToken, list, invalidToken);
  for (; index >= 0 && index < items.length; index += step) {
    const item = items[index] as T;
    if (!matches(item)) continue;
    if (page.length === pageSize) return { items: page, nextToken: writeToken(index, list) };
    page.push(item);
  }
  return { items: page };
}

function writeToken(index: number, list: string): string {
  return Buffer.from(JSON.stringify({ index, list })).toString('base64url');
}

function readToken(token: string, list: string, invalidToken: () => AwsError): number {
  try {
    const read = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Number.isInteger(read.index) && read.list === list) return read.index;
  } catch {
    // Not JSON: refused below.
  }
  throw invalidToken();
}
