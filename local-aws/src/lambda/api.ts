import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type Call, ConnectionCut } from '../protocols/api-request.ts';
import { AwsError } from '../protocols/aws-json.ts';
import { formError } from '../protocols/error-form.ts';
import { isDeeper, readBody } from '../protocols/read-body.ts';
import type { CredentialScope } from '../protocols/server.ts';
import { FunctionError, type InvokeFunction } from './function-error.ts';

export interface LambdaApiOptions {
  functionArns: string[];
  invoke: InvokeFunction;
  /** Takes an asynchronous invocation: its retries, and where it goes when they fail. */
  invokeLater: (functionArn: string, event: unknown) => void;
}

/** Lambda's own: of a synchronous invocation. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Of an asynchronous one. */
const MAX_EVENT_BYTES = 1024 * 1024;

const FUNCTIONS_PATH = '/2015-03-31/functions';

/** What Step Functions names as a function's error where Lambda itself refuses: a client of Lambda meets these. */
const REFUSALS: Record<string, [name: string, statusCode: number]> = {
  'Lambda.TooManyRequestsException': ['TooManyRequestsException', 429],
  'Lambda.ServiceException': ['ServiceException', 500],
  'Lambda.ResourceNotFoundException': ['ResourceNotFoundException', 404],
};

/** Lambda's API, of which only `Invoke` is here. `undefined` when the request is for another service.
 * Source: AWS Lambda API reference, "Invoke". */
export async function readLambdaCall(
  request: IncomingMessage,
  response: ServerResponse,
  { signingName, ...caller }: CredentialScope,
  options: LambdaApiOptions,
): Promise<Call | undefined> {
  const { method, headers } = request;
  const [path = '', query] = (request.url ?? '').split('?');
  // A bucket could be called 2015-03-31.
  if (signingName === 's3' || !path.startsWith(FUNCTIONS_PATH)) return undefined;
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
  { invoke, invokeLater }: LambdaApiOptions,
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
    invokeLater(functionArn, event);
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
    // The faults in which Step Functions has no answer from Lambda: neither has another client.
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

/** A function is named by its name, a part of its ARN from the account on, or its ARN; each with or without the only
 * version that is here. @returns its ARN, or what Lambda says of one that is not there */
function arnOf(named: string, qualifier: string | null, functionArns: string[]): string | AwsError {
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
