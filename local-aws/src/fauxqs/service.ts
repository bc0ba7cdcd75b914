import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Call } from '../protocols/api-request.ts';
import { AwsError, type Caller } from '../protocols/aws-json.ts';
import { type ErrorForm, formError } from '../protocols/error-form.ts';
import { parseJsonObject, readBody } from '../protocols/read-body.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type PublishedMessage, publishedMessages } from './published-messages.ts';

/** The largest form or JSON. A message of SQS or SNS has at most 256 KB, a batch ten messages. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Starts SNS, SQS and STS.
 * @param onPublish is called with each message that was published to a topic */
export async function snsSqs(
  region: string,
  onPublish: (message: PublishedMessage) => void = () => {},
): Promise<{
  /** Reads a call; `undefined` for a request to another service. */
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
      // S3 receives forms, too. Those of the query protocol are sent to the root or to the URL of a queue.
      const isQuery = isForm && /^\/(\d{12}\/[^/?]+\/?)?(\?|$)/.test(request.url ?? '');
      return isQuery ? await readQueryCall(request, response, caller, { emulator, onPublish }) : undefined;
    },
    close: () => emulator.close(),
  };
}

/** Reads a call in the JSON protocol, which SQS uses. */
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

/** The version of SQS's API, in every call of the query protocol. */
const SQS_VERSION = '2012-11-05';

/** Source of the versions: SQS developer guide, "Amazon SQS AWS JSON protocol FAQs"; change log of the AWS CLI 2. */
const SQS_QUERY = `SQS's query protocol is not emulated, only its JSON protocol: \
the AWS CLI 1.29.82 or 2.13.34, the AWS SDK for Go 1.47.7, and later versions.`;

/** Reads a call in the query protocol, which has a form, and XML as response. SNS and STS use it, and old clients of SQS. */
async function readQueryCall(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  { emulator, onPublish }: { emulator: Emulator; onPublish: (message: PublishedMessage) => void },
): Promise<Call> {
  const body = await readBody(request, MAX_MESSAGE_BYTES).catch((error: Error) => error);
  const form = new URLSearchParams(body instanceof Error ? '' : body.toString('utf8'));
  const operation = form.get('Action') ?? '';
  const isSqs = form.get('Version') === SQS_VERSION;
  const others = operation === 'GetCallerIdentity' ? 'sts' : 'sns';
  return {
    service: isSqs ? 'sqs' : others,
    operation,
    caller,
    input: Object.fromEntries(form),
    act: async (answer) => {
      if (body instanceof Error) throw body;
      if (isSqs) throw new AwsError('UnsupportedOperation', SQS_QUERY);
      const headers = { ...request.headers, 'content-type': 'application/x-www-form-urlencoded' };
      const published = publishedMessages(form);
      const payload = forQueues(form).toString();
      await inject(response, emulator, { method: 'POST', url: '/', headers, payload }, answer, () => {
        for (const message of published) onPublish(message);
      });
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
  onSuccess: () => void = () => {},
): Promise<void> {
  const { 'content-length': _, 'transfer-encoding': __, ...headers } = given;
  const injected = { method: method as 'POST', url, headers: headers as Record<string, string>, payload };
  const { statusCode, headers: answered, rawPayload } = await emulator.inject(injected);
  if (statusCode < 300) onSuccess();
  if (answer === 'discard') return;
  if (answer !== 'send') await answer(undefined);
  response.writeHead(statusCode, answered as Record<string, string>);
  response.end(rawPayload);
}

/** Emulates `MessageStructure: json`, which the library does not know: a queue receives the member `sqs` of the message or, if
 * there is none, `default`, which is required. */
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
