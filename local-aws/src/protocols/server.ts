import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Call, ConnectionCut, type Interceptor } from './api-request.ts';
import { AwsError, type Caller } from './aws-json.ts';
import { type ApiCall, type JsonService, readJsonCall } from './json-call.ts';

export type { ApiCall, JsonService } from './json-call.ts';

export interface ServerOptions {
  services: JsonService[];
  accountId: string;
  region: string;
  /** Reads every request that is for none of `services`. */
  fallback: (request: IncomingMessage, response: ServerResponse, scope: CredentialScope) => Promise<Call>;
  intercept?: Interceptor;
  /** Answers what is below `/_local/`, where no service of AWS is. */
  control?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  onCall?: (call: ApiCall) => void;
  /** How long a request may take to arrive. */
  requestTimeoutMs?: number;
}

/** Who signed, for which region and service; the signature itself is not checked. */
export interface CredentialScope extends Caller {
  signingName: string | undefined;
}

const STATUS_LINES: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** One port for all services, on the loopback interface only. Port 0 takes a free one.
 * @throws Error EADDRINUSE when the port is taken. */
export async function listen(port: number, options: ServerOptions): Promise<{ server: Server; port: number }> {
  const { requestTimeoutMs: requestTimeout = 60_000 } = options;
  const latest = new WeakMap<Duplex, ServerResponse>();
  const server = createServer(
    {
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: requestTimeout / 4,
      // Node's five seconds are those after which a function looks again: its call would meet a connection that just ends.
      keepAliveTimeout: 75_000,
    },
    (request, response) => {
      latest.set(request.socket, response);
      answer(request, response, options).catch(() => response.destroy());
    },
  );
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) => {
    // An answer now could be taken for that of the request before.
    const isUnderWay = latest.get(socket)?.writableFinished === false;
    if (!socket.writable || isUnderWay) return void socket.destroy();
    socket.end(`HTTP/1.1 ${STATUS_LINES[code] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  await new Promise<void>((fulfil, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', fulfil);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  if (options.control && request.url?.startsWith('/_local/')) return await options.control(request, response);
  const scope = credentialScope(request.headers.authorization, options);
  const call =
    (await readJsonCall(request, response, scope, options)) ?? (await options.fallback(request, response, scope));
  try {
    await (options.intercept ?? actOnly)(call, call.act);
  } catch (error) {
    if (error instanceof ConnectionCut) return void request.socket.destroy();
    if (response.headersSent) return void response.destroy();
    call.refuse(error instanceof AwsError ? error : internalError(error as Error));
  }
}

const actOnly: Interceptor = (_, act) => act('send');

function credentialScope(authorization = '', { accountId, region: defaultRegion }: ServerOptions): CredentialScope {
  const [, accessKeyId = '', region = defaultRegion, signingName] =
    /Credential=([^/,\s]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization) ?? [];
  return { accessKeyId, accountId, region, signingName };
}

function internalError(error: Error): AwsError {
  return new AwsError('InternalFailure', `The local AWS failed: ${error.message}`, 500);
}
