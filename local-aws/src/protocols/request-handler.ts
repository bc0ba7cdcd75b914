import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Call, type CallReader, ConnectionCut, type CredentialScope, type Interceptor } from './api-request.ts';
import { AwsError } from './aws-json.ts';
import { formError } from './error-form.ts';
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
}

/** Handles every request to the local AWS: reads the call, passes it through the interceptor, answers its errors. */
export function requestHandler(options: RequestHandlerOptions): RequestHandler {
  const { readers, intercept = actOnly, control } = options;
  return async (request, response) => {
    if (control && request.url?.startsWith('/_local/')) return await control(request, response);
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

function refuseUnknown(response: ServerResponse): void {
  const error = new AwsError('UnknownOperationException', 'The local AWS does not emulate this service.');
  const { statusCode, headers, body } = formError('json', error);
  response.writeHead(statusCode, headers);
  response.end(body);
}

function internalError(error: Error): AwsError {
  return new AwsError('InternalFailure', `The local AWS failed: ${error.message}`, 500);
}
