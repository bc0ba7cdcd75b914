import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Call } from '../protocols/api-request.ts';
import { AwsError, type Caller } from '../protocols/aws-json.ts';
import { type ErrorForm, formError } from '../protocols/error-form.ts';
import { parseJsonObject, readBody } from '../protocols/read-body.ts';
import { type Emulator, startEmulator } from './emulator.ts';

/** The largest form or JSON: SQS's and SNS's messages have at most 256 KB, and a batch of them ten. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** SNS, SQS and STS. */
export async function snsSqs(region: string): Promise<{
  /** Reads a call; `undefined` when it is for none of them. */
  read(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<Call | undefined>;
  close(): Promise<void>;
}> {
  const emulator = await startEmulator(region);
  return {
    read: async (request, response, caller) => {
      const contentType = request.headers['content-type'] ?? '';
      if (request.headers['x-amz-target'] || contentType.includes('x-amz-json')) {
        return await readJsonMessageCall(request, response, caller, emulator);
      }
      const isForm = request.method === 'POST' && contentType.includes('x-www-form-urlencoded');
      // S3 gets forms too; those of the query protocol come to the root, or to a queue's URL.
      const isQuery = isForm && /^\/(\d{12}\/[^/?]+\/?)?(\?|$)/.test(request.url ?? '');
      return isQuery ? await readQueryCall(request, response, caller, emulator) : undefined;
    },
    close: () => emulator.close(),
  };
}

/** SQS speaks JSON. */
async function readJsonMessageCall(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  emulator: Emulator,
): Promise<Call> {
  const [prefix = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const body = await readBody(request, MAX_MESSAGE_BYTES).catch((error: Error) => error);
  const input = body instanceof Error ? body : attempt(() => parseJsonObject(body));
  return {
    service: prefix === 'AmazonSQS' ? 'sqs' : prefix,
    operation,
    caller,
    input: input instanceof Error ? {} : input,
    act: async (answer) => {
      if (prefix !== 'AmazonSQS') {
        throw new AwsError('UnknownOperationException', `${prefix || 'A call without X-Amz-Target'} is not emulated.`);
      }
      if (body instanceof Error) throw body;
      if (input instanceof Error) throw input;
      const headers = { ...request.headers, 'content-type': 'application/x-amz-json-1.0' };
      await inject(response, emulator, { method: 'POST', url: '/', headers, payload: body }, answer);
    },
    refuse: (error) => refuse(response, error, 'json'),
  };
}

/** SNS and STS speak the query protocol: a form, and XML for an answer. */
async function readQueryCall(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  emulator: Emulator,
): Promise<Call> {
  const body = await readBody(request, MAX_MESSAGE_BYTES).catch((error: Error) => error);
  const form = new URLSearchParams(body instanceof Error ? '' : body.toString('utf8'));
  const operation = form.get('Action') ?? '';
  return {
    service: operation === 'GetCallerIdentity' ? 'sts' : 'sns',
    operation,
    caller,
    input: Object.fromEntries(form),
    act: async (answer) => {
      if (body instanceof Error) throw body;
      const headers = { ...request.headers, 'content-type': 'application/x-www-form-urlencoded' };
      const payload = forQueues(form).toString();
      await inject(response, emulator, { method: 'POST', url: '/', headers, payload }, answer);
    },
    refuse: (error) => refuse(response, error, 'query'),
  };
}

interface InjectedRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  payload: string | Buffer;
}

async function inject(
  response: ServerResponse,
  emulator: Emulator,
  { method, url, headers: given, payload }: InjectedRequest,
  answer: Answer,
): Promise<void> {
  const { 'content-length': _, 'transfer-encoding': __, ...headers } = given;
  const injected = { method: method as 'POST', url, headers: headers as Record<string, string>, payload };
  const { statusCode, headers: answered, rawPayload } = await emulator.inject(injected);
  if (answer === 'discard') return;
  if (answer !== 'send') await answer(undefined);
  response.writeHead(statusCode, answered as Record<string, string>);
  response.end(rawPayload);
}

/** The emulator does not know `MessageStructure: json`: what a queue gets of such a message is its `sqs` member or,
 * without one, `default`, which has to be there. */
function forQueues(form: URLSearchParams): URLSearchParams {
  const structure = form.get('MessageStructure');
  if (form.get('Action') !== 'Publish' || !structure) return form;
  const invalid = (reason: string) =>
    new AwsError('InvalidParameter', `Invalid parameter: Message Structure - ${reason}`);
  if (structure !== 'json') throw invalid(`${structure} is not supported`);
  const message = attempt(() => parseJsonObject(Buffer.from(form.get('Message') ?? '')));
  if (message instanceof Error) throw invalid('JSON message body failed to parse');
  const { default: fallback, sqs = fallback } = message;
  if (typeof fallback !== 'string') throw invalid('No default entry in JSON message body');
  form.set('Message', typeof sqs === 'string' ? sqs : fallback);
  form.delete('MessageStructure');
  return form;
}

function attempt<Result>(act: () => Result): Result | Error {
  try {
    return act();
  } catch (error) {
    return error as Error;
  }
}

function refuse(response: ServerResponse, error: AwsError, form: ErrorForm): void {
  const { statusCode, headers, body } = formError(form, error);
  response.writeHead(statusCode, headers);
  response.end(body);
}
