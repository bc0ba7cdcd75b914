import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { ConnectionCut } from '../protocols/api-request.ts';
import { AwsError } from '../protocols/aws-json.ts';
import { type ErrorForm, formError } from '../protocols/error-form.ts';
import { parseJsonObject, readBody } from '../protocols/read-body.ts';
import { readS3Body } from '../s3/request-body.ts';
import { FileS3Store } from '../s3/store.ts';
import { BodyStream } from '../s3/stored-body.ts';

export type Emulator = Awaited<ReturnType<typeof buildApp>>;

/** The largest form or JSON: SQS's and SNS's messages have at most 256 KB, and a batch of them ten. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** fauxqs with its bodies read by us, as large as S3's and checked, those of objects into a folder of its own that is
 * deleted as it closes, and its errors in the services' own forms. */
export async function startEmulator(region: string): Promise<Emulator> {
  const folder = join(tmpdir(), `personalize-s3-${randomUUID()}`);
  // The emulator makes the other stores itself, though its types want them.
  const stores = { s3Store: new FileS3Store(folder) } as unknown as NonNullable<BuildAppOptions['stores']>;
  const emulator = buildApp({ logger: false, defaultRegion: region, stores });
  emulator.addHook('onClose', () => rm(folder, { recursive: true, force: true }));
  emulator.removeAllContentTypeParsers();
  emulator.addContentTypeParser('*', async (request: { raw: IncomingMessage }, payload: IncomingMessage) => {
    const { url, method, headers } = request.raw;
    if (url === '/') return readMessage(await readBody(payload, MAX_MESSAGE_BYTES), headers['content-type'] ?? '');
    const isForm = method !== 'PUT' && /multipart\/form-data/i.test(headers['content-type'] ?? '');
    const kind = method === 'PUT' && isKeyGiven(url) ? 'object' : isForm ? 'form' : 'xml';
    return await readS3Body(payload, headers, kind, folder);
  });
  emulator.addHook('onSend', (request, reply, payload, done) => {
    if (request.headers['x-amz-target']) reply.header('content-type', 'application/x-amz-json-1.0');
    // Its handlers end before a stream does: as long as no header is written, fastify would answer with nothing then.
    if (payload instanceof BodyStream) reply.raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
    done();
  });
  emulator.setErrorHandler((error, request, reply) => {
    if (error instanceof ConnectionCut) return void request.raw.socket.destroy();
    const form = request.url !== '/' ? 's3' : request.headers['x-amz-target'] ? 'json' : 'query';
    const { statusCode, headers, body } = formError(form, asAwsError(error as Error, form));
    return reply.code(statusCode).headers(headers).send(body);
  });
  emulator.setNotFoundHandler((request, reply) => {
    const message = `${request.method} is not emulated for this resource.`;
    const { statusCode, headers, body } = formError('s3', new AwsError('MethodNotAllowed', message, 405));
    return reply.code(statusCode).headers(headers).send(body);
  });
  await emulator.ready();
  return emulator;
}

function readMessage(body: Buffer, contentType: string): Record<string, unknown> {
  return contentType.includes('json')
    ? parseJsonObject(body)
    : Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

function isKeyGiven(url = ''): boolean {
  return /^\/[^/?]+\/[^?]/.test(url);
}

function asAwsError(error: Error & { statusCode?: number }, form: ErrorForm): AwsError {
  if (error instanceof AwsError) return error;
  if (form === 'json' && error instanceof TypeError) {
    return new AwsError('SerializationException', 'A member of the request has a wrong type.');
  }
  if (error instanceof URIError) return new AwsError('InvalidArgument', error.message);
  const { statusCode = 500, message } = error;
  return new AwsError(statusCode < 500 ? 'InvalidRequest' : 'InternalError', message, statusCode);
}
