import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { AwsError, type Caller, type Operations } from './aws-json.ts';

/** One call to an emulated service, after it was answered: what CloudTrail would record. */
export interface ApiCall {
  eventSource: string;
  eventName: string;
  caller: Caller;
  input: Record<string, unknown>;
  output?: unknown;
  error?: AwsError;
  userAgent: string;
  requestId: string;
}

/** An emulated service that speaks AWS JSON: by the prefix of its `X-Amz-Target`. */
export interface JsonService {
  targetPrefix: string;
  eventSource: string;
  operations: Operations;
  /** Operations that are called by a path, e.g. `POST /events`, and signed for `signingName`. */
  paths?: { signingName: string; operations: Record<string, string> };
}

export interface ServerOptions {
  services: JsonService[];
  accountId: string;
  region: string;
  /** Takes every request that is for none of `services`. */
  fallback: (request: IncomingMessage, response: ServerResponse) => void;
  onCall?: (call: ApiCall) => void;
}

/** The largest body of a JSON call; Step Functions' largest input is 256 KB. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** One port for all services, on the loopback interface only. Port 0 takes a free one.
 * @throws Error EADDRINUSE when the port is taken. */
export async function listen(port: number, options: ServerOptions): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: Error) => writeError(response, internalError(error), '1.1'));
  });
  server.requestTimeout = 60_000;
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((fulfil, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', fulfil);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const scope = credentialScope(request.headers.authorization, options.region);
  const called = calledOperation(request, scope.service, options.services);
  if (!called) return options.fallback(request, response);
  const { service, operationName } = called;
  const jsonVersion = request.headers['content-type']?.endsWith('1.0') ? '1.0' : '1.1';
  const caller: Caller = { accessKeyId: scope.accessKeyId, accountId: options.accountId, region: scope.region };
  const call: Omit<ApiCall, 'output' | 'error'> = {
    eventSource: service.eventSource,
    eventName: operationName,
    caller,
    input: {},
    userAgent: request.headers['user-agent'] ?? '',
    requestId: crypto.randomUUID(),
  };
  response.setHeader('x-amzn-requestid', call.requestId);
  try {
    call.input = await readJson(request);
    const operation = Object.hasOwn(service.operations, operationName) ? service.operations[operationName] : undefined;
    if (!operation) throw new AwsError('UnknownOperationException', `${operationName} is not emulated.`);
    const output = await operation(call.input, caller);
    write(response, 200, output ?? {}, jsonVersion);
    options.onCall?.({ ...call, output });
  } catch (thrown) {
    const error = thrown instanceof AwsError ? thrown : internalError(thrown as Error);
    writeError(response, error, jsonVersion);
    options.onCall?.({ ...call, error });
  }
}

function calledOperation(request: IncomingMessage, signingName: string | undefined, services: JsonService[]) {
  const [prefix, operationName = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const path = request.url?.split('?')[0] ?? '';
  for (const service of services) {
    if (prefix === service.targetPrefix) return { service, operationName };
    const byPath =
      service.paths?.signingName === signingName && request.method === 'POST'
        ? service.paths?.operations[path]
        : undefined;
    if (byPath) return { service, operationName: byPath };
  }
  return undefined;
}

/** Who signed, for which region and service; the signature itself is not checked. */
function credentialScope(authorization: string | undefined, defaultRegion: string) {
  const [, accessKeyId = '', region = defaultRegion, service] =
    /Credential=([^/,\s]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization ?? '') ?? [];
  return { accessKeyId, region, service };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > MAX_BODY_BYTES)
    throw new AwsError('RequestEntityTooLarge', `At most ${MAX_BODY_BYTES} bytes are taken.`, 413);
  const body = await buffer(limited(request));
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (input !== null && typeof input === 'object' && !Array.isArray(input)) return input as Record<string, unknown>;
  } catch {}
  throw new AwsError('SerializationException', 'The body is not a JSON object in UTF-8.');
}

async function* limited(request: IncomingMessage): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES)
      throw new AwsError('RequestEntityTooLarge', `At most ${MAX_BODY_BYTES} bytes are taken.`, 413);
    yield chunk;
  }
}

function internalError(error: Error): AwsError {
  return new AwsError('InternalFailure', `The local AWS failed: ${error.message}`, 500);
}

function writeError(response: ServerResponse, { name, message, statusCode }: AwsError, jsonVersion: string): void {
  if (response.headersSent) return void response.destroy();
  // Some clients read the error's name from the body, those of the REST protocols from the header.
  response.setHeader('x-amzn-errortype', name);
  write(response, statusCode, { __type: name, message }, jsonVersion);
}

function write(response: ServerResponse, statusCode: number, body: unknown, jsonVersion: string): void {
  response.writeHead(statusCode, { 'content-type': `application/x-amz-json-${jsonVersion}` });
  response.end(JSON.stringify(body));
}
