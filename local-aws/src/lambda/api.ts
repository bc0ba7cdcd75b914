import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type Call, type CallReader, ConnectionCut } from '../protocols/api-request.ts';
import { AwsError, type Caller } from '../protocols/aws-json.ts';
import { formError } from '../protocols/error-form.ts';
import { FunctionError, type InvokeFunction } from '../protocols/invoke-function.ts';
import { isDeeper, readBody } from '../protocols/read-body.ts';

export interface LambdaApiOptions {
  functionArns: readonly string[];
  invoke: InvokeFunction;
  invokeAsynchronously: (functionArn: string, event: unknown) => void;
}

/** Lambda's limit for a synchronous invocation. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Lambda's limit for an asynchronous invocation. */
const MAX_EVENT_BYTES = 1024 * 1024;

const FUNCTIONS_PATH = '/2015-03-31/functions';

/** The errors with which Lambda refuses a call. Step Functions reports them by the name on the left. */
const REFUSALS: Record<string, [name: string, statusCode: number]> = {
  'Lambda.TooManyRequestsException': ['TooManyRequestsException', 429],
  'Lambda.ServiceException': ['ServiceException', 500],
  'Lambda.ResourceNotFoundException': ['ResourceNotFoundException', 404],
};

/** Reads the calls of Lambda's API, of which only `Invoke` is emulated.
 * Source: AWS Lambda API reference, "Invoke". */
export function invokeCalls(options: LambdaApiOptions): CallReader {
  return async (request, response, { signingName, ...caller }) => {
    // The path may also be that of a bucket named 2015-03-31.
    if (signingName === 's3' || !request.url?.startsWith(FUNCTIONS_PATH)) return undefined;
    return await readCall(request, response, caller, options);
  };
}

async function readCall(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  options: LambdaApiOptions,
): Promise<Call> {
  const { method, headers } = request;
  const [path = '', query] = (request.url ?? '').split('?');
  const [, encoded] = /^\/([^/]+)\/invocations\/?$/.exec(path.slice(FUNCTIONS_PATH.length)) ?? [];
  const operation = encoded !== undefined && method === 'POST' ? 'Invoke' : `${method} ${path}`;
  const functionArn = arnOf(decode(encoded ?? ''), new URLSearchParams(query).get('Qualifier'), options.functionArns);
  const body = await readBody(request, MAX_PAYLOAD_BYTES).catch((error: Error) => error);
  response.setHeader('x-amzn-requestid', crypto.randomUUID());
  return {
    service: 'lambda',
    operation,
    caller,
    input: { FunctionName: functionArn instanceof Error ? decode(encoded ?? '') : functionArn },
    act: async (answer) => {
      if (operation !== 'Invoke') throw new AwsError('UnknownOperationException', `${operation} is not emulated.`, 404);
      if (functionArn instanceof Error) throw functionArn;
      const type = String(headers['x-amz-invocation-type'] ?? 'RequestResponse');
      await invokeAs(type, { functionArn, body, response, answer }, options);
    },
    refuse: (error) => {
      const { statusCode, headers: ofError, body: text } = formError('json', error);
      response.writeHead(statusCode, { ...ofError, 'content-type': 'application/json' });
      response.end(text);
    },
  };
}

interface Invocation {
  functionArn: string;
  body: Buffer | Error;
  response: ServerResponse;
  answer: Answer;
}

async function invokeAs(
  type: string,
  { functionArn, body, response, answer }: Invocation,
  { invoke, invokeAsynchronously }: LambdaApiOptions,
): Promise<void> {
  if (type === 'DryRun') return write(response, 204, undefined);
  if (type !== 'RequestResponse' && type !== 'Event') {
    throw new AwsError(
      'InvalidParameterValueException',
      `Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [RequestResponse, Event, DryRun]`,
    );
  }
  const event = eventOf(body, type === 'Event' ? MAX_EVENT_BYTES : MAX_PAYLOAD_BYTES);
  if (type === 'Event') {
    invokeAsynchronously(functionArn, event);
    return write(response, 202, undefined);
  }
  const executed = { 'x-amz-executed-version': '$LATEST' };
  try {
    const result = await invoke(functionArn, event);
    if (answer === 'discard') return;
    write(response, 200, answer === 'send' ? result : await answer(result), executed);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    const { errorType, errorMessage } = error.payload;
    const refusal = Object.hasOwn(REFUSALS, errorType) ? REFUSALS[errorType] : undefined;
    if (refusal) throw new AwsError(refusal[0], errorMessage, refusal[1]);
    // Faults in which Step Functions gets no answer from Lambda. Another client gets none either.
    if (/^Lambda\.(SdkClientException|Unknown)$/.test(errorType)) throw new ConnectionCut();
    write(response, 200, error.payload, { ...executed, 'x-amz-function-error': 'Unhandled' });
  }
}

/** @throws AwsError `RequestTooLargeException`, `InvalidRequestContentException` */
function eventOf(body: Buffer | Error, limit: number): unknown {
  if (body instanceof ConnectionCut) throw body;
  if (body instanceof Error || body.length > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new AwsError('RequestTooLargeException', message, 413);
  }
  if (body.length === 0) return {};
  try {
    const event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (!isDeeper(event)) return event;
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new AwsError('InvalidRequestContentException', message);
  }
  throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json: nested too deeply');
}

/** Finds a function by its name, its partial ARN (from the account on) or its ARN, each with or without `$LATEST`, the only
 * version here. @returns its ARN, or the error for a function that does not exist */
function arnOf(named: string, qualifier: string | null, functionArns: readonly string[]): string | AwsError {
  const found = functionArns.find((arn) => {
    const [, , , , accountId, , name] = arn.split(':');
    const names = [name, `function:${name}`, `${accountId}:function:${name}`, arn];
    return names.includes(named.replace(/:\$LATEST$/, ''));
  });
  if (found && (qualifier ?? '$LATEST') === '$LATEST') return found;
  const missing = qualifier ? `${found ?? named}:${qualifier}` : named;
  return new AwsError('ResourceNotFoundException', `Function not found: ${missing}`, 404);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function write(response: ServerResponse, status: number, payload: unknown, headers: Record<string, string> = {}): void {
  const hasBody = status === 200;
  response.writeHead(status, { ...headers, ...(hasBody && { 'content-type': 'application/json' }) });
  response.end(hasBody ? (JSON.stringify(payload) ?? 'null') : undefined);
}
