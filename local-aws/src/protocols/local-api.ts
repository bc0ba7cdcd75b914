import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from './aws-json.ts';
import type { RequestHandler } from './server.ts';

/** Answers the requests to one part of the local AWS's own API.
 * @param path what follows the part's name, decoded, without a leading `/`
 * @returns the body to answer with as JSON, with the response's status code
 * @throws AwsError to answer with an error */
export type LocalRoute = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<unknown>;

/** The local AWS's own API: `/_local/<name>` with a route by name. */
export function localApi(routes: Record<string, LocalRoute>): RequestHandler {
  return async (request, response) => {
    try {
      const [name = '', ...rest] = pathOf(request).split('/');
      const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
      if (!route) throw notFound(request);
      const body = await route(request, response, rest.join('/'));
      write(response, response.statusCode, body);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      write(response, error.statusCode, { __type: error.name, message: error.message });
    }
  };
}

/** The answer to a path that does not exist. */
export function notFound({ url }: IncomingMessage): AwsError {
  return new AwsError('NotFound', `${url?.split('?')[0]} does not exist.`, 404);
}

/** The answer to a method that a path does not have. */
export function methodNotAllowed(request: IncomingMessage, response: ServerResponse, allowed: string): AwsError {
  response.setHeader('allow', allowed);
  return new AwsError('MethodNotAllowed', `The method ${request.method} is not allowed. Allowed: ${allowed}.`, 405);
}

function pathOf(request: IncomingMessage): string {
  try {
    return decodeURIComponent(request.url?.split('?')[0]?.replace(/^\/_local\//, '') ?? '');
  } catch {
    throw notFound(request);
  }
}

function write(response: ServerResponse, statusCode: number, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
