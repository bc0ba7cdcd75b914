import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { buildApp } from 'fauxqs';
import type { Call } from './api-request.ts';
import { AwsError, type Caller } from './aws-json.ts';
import { s3Operation } from './s3-operation.ts';

type Emulator = ReturnType<typeof buildApp>;

/** The largest form or JSON: SQS's and SNS's messages have at most 256 KB, and a batch of them ten. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** S3, SNS, SQS and STS: all that is no service of ours. */
export async function s3SnsSqs(region: string): Promise<{
  read(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<Call>;
  close(): Promise<void>;
}> {
  const emulator = buildApp({ logger: false, defaultRegion: region });
  await emulator.ready();
  return {
    read: async (request, response, caller) => {
      const contentType = request.headers['content-type'] ?? '';
      const isMessage = request.method === 'POST' && /x-www-form-urlencoded|x-amz-json-1\.0/.test(contentType);
      return isMessage
        ? readMessageCall(request, response, caller, emulator)
        : readS3Call(request, response, caller, emulator);
    },
    close: () => emulator.close(),
  };
}

/** SNS and STS speak the query protocol's form; SQS speaks JSON, or the form with old clients. */
async function readMessageCall(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  emulator: Emulator,
): Promise<Call> {
  const body = await buffer(request);
  if (body.length > MAX_BODY_BYTES)
    throw new AwsError('RequestEntityTooLarge', `At most ${MAX_BODY_BYTES} bytes are taken.`, 413);
  const target = String(request.headers['x-amz-target'] ?? '');
  const form = target ? undefined : new URLSearchParams(body.toString('utf8'));
  const input = form ? Object.fromEntries(form) : (parseObject(body.toString('utf8')) ?? {});
  const operation = form?.get('Action') ?? target.split('.')[1] ?? '';
  const service = target ? 'sqs' : operation === 'GetCallerIdentity' ? 'sts' : 'sns';
  return {
    service,
    operation,
    caller,
    input,
    act: (answer) => inject(request, response, emulator, form ? forQueues(form).toString() : body, answer),
    refuse: (error) => (form ? refuseInXml(response, error, 'ErrorResponse') : refuseInJson(response, error)),
  };
}

async function readS3Call(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  emulator: Emulator,
): Promise<Call> {
  const { operation, ...input } = s3Operation(request.method ?? 'GET', request.url ?? '/');
  return {
    service: 's3',
    operation,
    caller,
    input,
    act: async (answer) => {
      if (answer === 'discard') return await inject(request, response, emulator, request, answer);
      const ended = new Promise<void>((fulfil) => response.once('close', fulfil));
      emulator.routing(request, response);
      await ended;
    },
    refuse: (error) => refuseInXml(response, error),
  };
}

async function inject(
  request: IncomingMessage,
  response: ServerResponse,
  emulator: Emulator,
  payload: string | Buffer | IncomingMessage,
  answer: 'send' | 'discard',
): Promise<void> {
  const { 'content-length': _, 'transfer-encoding': __, ...headers } = request.headers;
  const {
    statusCode,
    headers: answered,
    rawPayload,
  } = await emulator.inject({
    method: (request.method ?? 'POST') as 'POST',
    url: request.url ?? '/',
    headers: headers as Record<string, string>,
    payload,
  });
  if (answer === 'discard') return;
  response.writeHead(statusCode, answered as Record<string, string>);
  response.end(rawPayload);
}

/** The emulator does not know `MessageStructure: json`: what a queue gets of such a message is its `sqs` member or,
 * without one, `default`. */
function forQueues(form: URLSearchParams): URLSearchParams {
  if (form.get('Action') !== 'Publish' || form.get('MessageStructure') !== 'json') return form;
  const { sqs, default: fallback } = parseObject(form.get('Message') ?? '') ?? {};
  const message = [sqs, fallback].find((text) => typeof text === 'string');
  if (message === undefined) {
    throw new AwsError(
      'InvalidParameter',
      'Invalid parameter: Message Structure - No default entry in JSON message body',
    );
  }
  form.set('Message', message as string);
  form.delete('MessageStructure');
  return form;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function refuseInXml(response: ServerResponse, { name, message, statusCode }: AwsError, wrapper?: string): void {
  const escaped = message.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
  // S3's codes have no suffix: AccessDenied, where other services say AccessDeniedException.
  const error = `<Error><Code>${name.replace(/Exception$/, '')}</Code><Message>${escaped}</Message></Error>`;
  response.writeHead(statusCode, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${wrapper ? `<${wrapper}>${error}</${wrapper}>` : error}`);
}

function refuseInJson(response: ServerResponse, { name, message, statusCode }: AwsError): void {
  response.writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': name });
  response.end(JSON.stringify({ __type: name, message }));
}
