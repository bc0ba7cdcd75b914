import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Call, type CallReader, ConnectionCut, type CredentialScope, type Interceptor } from './api-request.ts';
import { AwsError } from './aws-json.ts';
import { formError } from './error-form.ts';
import { foreignOrigin } from './own-origin.ts';
import type { RequestHandler } from './server.ts';

export interface RequestHandlerOptions {
  accountId: string;
  /** The region of a request that is not signed. */
  region: string;
  /** The services. The first reader that recognizes a request handles it. */
  readers: readonly CallReader[];
  /** Runs before every call. */
  intercept?: Interceptor;
  /** Answers requests below `/_local/`, a path that no AWS service uses. */
  control?: RequestHandler;
  /** A page for a browser, which takes some of the requests. */
  page?: { takes(request: IncomingMessage): boolean; handle: RequestHandler };
}

/** Handles every request to the local AWS: reads the call, passes it through the interceptor, answers its errors. */
export function requestHandler(options: RequestHandlerOptions): RequestHandler {
  const { readers, intercept = actOnly, control, page } = options;
  return async (request, response) => {
    const foreign = foreignOrigin(request);
    if (foreign) return refuseForeign(request, response, foreign);
    if (page?.takes(request)) return await page.handle(request, response);
    if (control && request.url?.startsWith('/_local/')) return await control(request, response);
    // An object or an error that a browser shows must not run scripts: they could call this server.
    response.setHeader('content-security-policy', 'sandbox');
    response.setHeader('x-content-type-options', 'nosniff');
    const scope = credentialScope(request.headers.authorization, options);
    const call = await readCall(readers, request, response, scope);
    if (!call) return refuseUnknown(response);
    try {
      await intercept(call, call.act);
    } catch (error) {
      if (error instanceof ConnectionCut) return void request.socket.destroy();
      if (response.headersSent) return void response.destroy();
      call.refuse(error instanceof AwsError ? error : internalError(error as Error));
    }
  };
}

async function readCall(
  readers: readonly CallReader[],
  request: IncomingMessage,
  response: ServerResponse,
  scope: CredentialScope,
): Promise<Call | undefined> {
  for (const read of readers) {
    const call = await read(request, response, scope);
    if (call) return call;
  }
  return undefined;
}

const actOnly: Interceptor = (_, act) => act('send');

function credentialScope(
  authorization = '',
  { accountId, region: defaultRegion }: RequestHandlerOptions,
): CredentialScope {
  const [, accessKeyId = '', region = defaultRegion, signingName] =
    /Credential=([^/,\s]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization) ?? [];
  return { accessKeyId, accountId, region, signingName };
}

/** Nothing of the request is carried out. Its body is discarded, and the connection closed. */
function refuseForeign(request: IncomingMessage, response: ServerResponse, reason: string): void {
  request.resume();
  response.setHeader('connection', 'close');
  refuse(response, new AwsError('AccessDeniedException', reason, 403));
}

function refuseUnknown(response: ServerResponse): void {
  refuse(response, new AwsError('UnknownOperationException', 'The local AWS does not emulate this service.'));
}

function refuse(response: ServerResponse, error: AwsError): void {
  const { statusCode, headers, body } = formError('json', error);
  response.writeHead(statusCode, headers);
  response.end(body);
}

function internalError(error: Error): AwsError {
  return new AwsError('InternalFailure', `The local AWS failed: ${error.message}`, 500);
}
