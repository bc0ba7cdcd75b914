import { AwsError } from '../protocols/aws-json.ts';
import type { Resource } from './resources.ts';

export interface PageRequest {
  nextToken?: string | undefined;
  maxResults?: number | undefined;
}

/**
 * One page of a list and, while there is more, the token for the next. A token names the last resource that was handed
 * out, so that what is created between two pages neither repeats nor hides one; it serves the same list only.
 * @param list what is listed, filter included, e.g. `dataset arn:…`
 * @throws AwsError `InvalidNextTokenException` for a token that this list did not give
 */
export function pageOf(
  resources: Resource[],
  list: string,
  { nextToken, maxResults = 100 }: PageRequest,
): { page: Resource[]; nextToken: string | undefined } {
  const start = nextToken === undefined ? 0 : positionAfter(resources, list, nextToken);
  const page = resources.slice(start, start + Math.trunc(maxResults));
  const last = page.at(-1);
  const isMore = last !== undefined && start + page.length < resources.length;
  return { page, nextToken: isMore ? tokenFor(list, last) : undefined };
}

function tokenFor(list: string, { arn }: Resource): string {
  return Buffer.from(JSON.stringify([list, arn])).toString('base64url');
}

function positionAfter(resources: Resource[], list: string, nextToken: string): number {
  const position = resources.findIndex((resource) => tokenFor(list, resource) === nextToken);
  if (position < 0) throw new AwsError('InvalidNextTokenException', `The token ${nextToken} is not valid.`);
  return position + 1;
}
