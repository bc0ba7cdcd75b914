import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Call } from './api-request.ts';
import { AwsError, type Caller, type Operations } from './aws-json.ts';
import type { CredentialScope, ServerOptions } from './server.ts';

/** An emulated service that speaks AWS JSON: by the prefix of its `X-Amz-Target`. */
export interface JsonService {
  targetPrefix: string;
  /** As CloudTrail names it; its first part is the service's signing name. */
  eventSource: string;
  operations: Operations;
  /** Operations that are called by a path, e.g. `POST /events`, and signed for `signingName`. */
  paths?: { signingName: string; operations: Record<string, string> };
}

/** One call to an emulated service, after it acted: what CloudTrail would record. */
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

/** The largest body of a JSON call; Step Functions' largest input is 256 KB. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Reads a call to one of our own services; `undefined` when the request is for none of them. */
export async function readJsonCall(
  request: IncomingMessage,
  response: ServerResponse,
  { signingName, ...caller }: CredentialScope,
  { services, onCall }: Pick<ServerOptions, 'services' | 'onCall'>,
): Promise<Call | undefined> {
  const called = calledOperation(request, signingName, services);
  if (!called) return undefined;
  const { eventSource, operations } = called.service;
  const jsonVersion = request.headers['content-type']?.endsWith('1.0') ? '1.0' : '1.1';
  const requestId = crypto.randomUUID();
  response.setHeader('x-amzn-requestid', requestId);
  const body = await readJson(request).catch((error: AwsError) => error);
  const input = body instanceof Error ? {} : body;
  const record = {
    eventSource,
    eventName: called.operation,
    caller,
    input,
    userAgent: request.headers['user-agent'] ?? '',
    requestId,
  };
  const refuse = (error: AwsError) => {
    onCall?.({ ...record, error });
    // Some clients read the error's name from the body, those of the REST protocols from the header.
    response.setHeader('x-amzn-errortype', error.name);
    write(response, error.statusCode, { __type: error.name, message: error.message }, jsonVersion);
  };
  const act: Call['act'] = async (answer) => {
    if (body instanceof Error) throw body;
    const operation = Object.hasOwn(operations, called.operation) ? operations[called.operation] : undefined;
    if (!operation) throw new AwsError('UnknownOperationException', `${called.operation} is not emulated.`);
    const output = await operation(input, caller);
    onCall?.({ ...record, output });
    if (answer === 'send') write(response, 200, output ?? {}, jsonVersion);
  };
  return { service: eventSource.split('.')[0] ?? '', operation: called.operation, caller, input, act, refuse };
}

function calledOperation(request: IncomingMessage, signingName: string | undefined, services: JsonService[]) {
  const [prefix, operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const path = request.url?.split('?')[0] ?? '';
  for (const service of services) {
    if (prefix === service.targetPrefix) return { service, operation };
    const byPath =
      service.paths?.signingName === signingName && request.method === 'POST'
        ? service.paths?.operations[path]
        : undefined;
    if (byPath) return { service, operation: byPath };
  }
  return undefined;
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > MAX_BODY_BYTES) throw tooLarge();
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
    if (length > MAX_BODY_BYTES) throw tooLarge();
    yield chunk;
  }
}

function tooLarge(): AwsError {
  return new AwsError('RequestEntityTooLarge', `At most ${MAX_BODY_BYTES} bytes are taken.`, 413);
}

function write(response: ServerResponse, statusCode: number, body: unknown, jsonVersion: string): void {
  response.writeHead(statusCode, { 'content-type': `application/x-amz-json-${jsonVersion}` });
  response.end(JSON.stringify(body));
}
