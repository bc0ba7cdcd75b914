import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call, CallReader } from './api-request.ts';
import { AwsError, type Caller, type Operations } from './aws-json.ts';
import { formError } from './error-form.ts';
import { parseJsonObject, readBody } from './read-body.ts';

/** A service that speaks AWS JSON. */
export interface JsonService {
  /** The first part of `X-Amz-Target`, such as `AWSStepFunctions`. */
  targetPrefix: string;
  /** As CloudTrail names the service; its first part is the service's signing name. */
  eventSource: string;
  operations: Operations;
  /** Operations that are called by path, such as `POST /events`, and signed for `signingName`. */
  paths?: { signingName: string; operations: Record<string, string> };
}

/** A call that was carried out or refused: what CloudTrail would record. */
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

/** Reads the calls to services that speak AWS JSON.
 * @param onCall is given each call once it was carried out or refused */
export function jsonCalls(services: readonly JsonService[], onCall: (call: ApiCall) => void = () => {}): CallReader {
  return async (request, response, { signingName, ...caller }) => {
    const called = calledOperation(request, signingName, services);
    return called && (await readCall(request, response, caller, called, onCall));
  };
}

interface Called {
  service: JsonService;
  operation: string;
}

async function readCall(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  called: Called,
  onCall: (call: ApiCall) => void,
): Promise<Call> {
  const { eventSource, operations } = called.service;
  const jsonVersion = request.headers['content-type']?.endsWith('1.0') ? '1.0' : '1.1';
  const requestId = crypto.randomUUID();
  response.setHeader('x-amzn-requestid', requestId);
  const body = await readInput(request).catch((error: Error) => error);
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
    onCall({ ...record, error });
    const { statusCode, headers, body: text } = formError('json', error);
    write(response, statusCode, text, jsonVersion, headers);
  };
  const act: Call['act'] = async (answer) => {
    if (body instanceof Error) throw body;
    const operation = Object.hasOwn(operations, called.operation) ? operations[called.operation] : undefined;
    if (!operation) throw new AwsError('UnknownOperationException', `${called.operation} is not emulated.`);
    const output = await operation(input, caller);
    onCall({ ...record, output });
    if (answer === 'discard') return;
    const sent = answer === 'send' ? output : await answer(output);
    write(response, 200, JSON.stringify(sent ?? {}), jsonVersion);
  };
  return { service: eventSource.split('.')[0] ?? '', operation: called.operation, caller, input, act, refuse };
}

function calledOperation(
  request: IncomingMessage,
  signingName: string | undefined,
  services: readonly JsonService[],
): Called | undefined {
  const [prefix, operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const path = request.url?.split('?')[0] ?? '';
  for (const service of services) {
    if (prefix === service.targetPrefix) return { service, operation };
    const byPath = service.paths?.signingName === signingName && request.method === 'POST' ? service.paths : undefined;
    if (byPath && Object.hasOwn(byPath.operations, path)) return { service, operation: byPath.operations[path] ?? '' };
  }
  return undefined;
}

async function readInput(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await readBody(request, MAX_BODY_BYTES);
  return body.length === 0 ? {} : parseJsonObject(body);
}

function write(
  response: ServerResponse,
  statusCode: number,
  body: string,
  jsonVersion: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(statusCode, { ...headers, 'content-type': `application/x-amz-json-${jsonVersion}` });
  response.end(body);
}
