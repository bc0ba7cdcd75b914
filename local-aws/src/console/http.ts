import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../protocols/aws-json.ts';
import { notFound } from '../protocols/local-api.ts';
import { type Asset, pageAssets } from './assets.ts';

export const CONSOLE_PREFIX = '/_local/console/';

/** Answers what follows the prefix. @returns what to answer as JSON; undefined if it has answered by itself
 * @throws AwsError to answer with an error */
export type ConsoleRoutes = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string[],
  query: URLSearchParams,
) => Promise<unknown>;

/** Only its own files run, and only this server is called. No other page can frame it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"],
].join('; ');

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Answers a request of the page: its files, or JSON. */
export async function answer(request: IncomingMessage, response: ServerResponse, routes: ConsoleRoutes): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  try {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? ['page.html'] : pathname.slice(CONSOLE_PREFIX.length).split('/').map(decoded);
    const asset = path.length === 1 ? (await pageAssets()).get(path[0] ?? '') : undefined;
    if (asset) return sendAsset(response, asset);
    const body = await routes(request, response, path, searchParams);
    if (body !== undefined) sendJson(response, response.statusCode, body);
  } catch (error) {
    const { name, message, statusCode = 500 } = error as AwsError;
    sendJson(response, statusCode, { __type: name, message });
  }

  function decoded(segment: string): string {
    try {
      return decodeURIComponent(segment);
    } catch {
      throw notFound(request);
    }
  }
}

function sendAsset(response: ServerResponse, { contentType, body }: Asset): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
}

function sendJson(response: ServerResponse, statusCode: number, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** @throws AwsError `InvalidRequest` with a message that says what to do */
export function invalid(message: string): AwsError {
  return new AwsError('InvalidRequest', message, 400);
}
