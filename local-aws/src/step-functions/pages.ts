import { AwsError } from '../protocols/aws-json.ts';
import { pageSize } from './validation.ts';

/** One page of a list and the token for the next one. */
export interface Page<T> {
  items: T[];
  nextToken?: string;
}

/**
 * Cuts a page out of a list that may grow at its end while it is read.
 * @param request the operation's input: `maxResults`, `nextToken`; a token serves only for the same other arguments
 * @param backwards from the end of the list to its start
 * @throws AwsError `InvalidToken`, `ValidationException`
 */
export function pageOf<T>(
  items: readonly T[],
  request: Record<string, unknown>,
  { backwards = false, matches = () => true }: { backwards?: boolean; matches?: (item: T) => boolean } = {},
): Page<T> {
  const size = pageSize(request);
  const { maxResults: _, nextToken, ...others } = request;
  const list = JSON.stringify(others);
  const step = backwards ? -1 : 1;
  const found: T[] = [];
  let index = nextToken === undefined ? (backwards ? items.length - 1 : 0) : readToken(nextToken, list);
  for (; index >= 0 && index < items.length; index += step) {
    const item = items[index] as T;
    if (!matches(item)) continue;
    if (found.length === size) return { items: found, nextToken: writeToken(index, list) };
    found.push(item);
  }
  return { items: found };
}

function writeToken(index: number, list: string): string {
  return Buffer.from(JSON.stringify({ index, list })).toString('base64url');
}

function readToken(token: unknown, list: string): number {
  try {
    const read = JSON.parse(Buffer.from(String(token), 'base64url').toString());
    if (Number.isInteger(read.index) && read.list === list) return read.index;
  } catch {
    // Not a token of ours, as below.
  }
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
}
