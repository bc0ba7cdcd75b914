import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from '../protocols/api-request.ts';
import type { Caller } from '../protocols/aws-json.ts';
import type { EventBridgeEvent } from '../protocols/eventbridge-event.ts';
import { type Address, addressOf, targetOf } from './address.ts';
import { sendError, sendOutput } from './answer.ts';
import type { Body } from './body-files.ts';
import { type Browse, browse } from './browse.ts';
import { assertBucketName, bucketOperations } from './buckets.ts';
import { completeUploadOperations } from './complete-upload.ts';
import { copyObjectsOperations } from './copy-objects.ts';
import { copySourceOf } from './copy-source.ts';
import { deleteObjectsOperations } from './delete-objects.ts';
import { notImplemented, s3Error } from './errors.ts';
import { inputOf, payloadOf } from './input.ts';
import { listObjectsOperations } from './list-objects.ts';
import { listUploadsOperations } from './list-uploads.ts';
import { listVersionsOperations } from './list-versions.ts';
import { findOperation, type ModelOperation } from './model.ts';
import { multipartOperations } from './multipart.ts';
import { objectCreatedEvent } from './object-events.ts';
import type { Output, S3Operation, S3Operations } from './operation.ts';
import { headersOf, presignedCaller } from './presigned.ts';
import { readObjectsOperations } from './read-objects.ts';
import { receive } from './request-body.ts';
import {
  createBucket,
  createStore,
  type DefaultEncryption,
  type S3Request,
  type Store,
  type Versioning,
} from './store.ts';
import { taggingOperations } from './tags.ts';
import { uploadPartsOperations } from './upload-parts.ts';
import { writeObjectsOperations } from './write-objects.ts';

export interface S3Options {
  accountId: string;
  region: string;
  /** The folder for the bodies of the objects. `close` deletes it. */
  folder: string;
  /** Called for each new object in a bucket that notifies EventBridge, after the response is sent. */
  onObjectCreated?: ((event: EventBridgeEvent) => void) | undefined;
}

/** A bucket as a template describes it. */
export interface BucketSpec {
  name: string;
  versioning?: Versioning;
  encryption?: DefaultEncryption | undefined;
  notifiesEventBridge?: boolean;
}

export interface S3Service {
  /** Reads every request, so other services must come first. */
  read(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<Call>;
  /** @throws S3Error `InvalidBucketName` */
  createBucket(bucket: BucketSpec): void;
  /** The API's names of the implemented operations. */
  operationNames: string[];
  browse: Browse;
  close(): Promise<void>;
}

/** S3 with an index in memory and the bytes of the objects in files. */
export function s3Service(options: S3Options): S3Service {
  const store = createStore(options);
  const operations: S3Operations = operationsOn(store);
  const publish = (operation: string, request: S3Request) => {
    for (const made of request.created) {
      if (!made.bucket.notifiesEventBridge) continue;
      options.onObjectCreated?.(objectCreatedEvent(made, operation, request));
    }
  };
  return {
    read: (request, response, caller) => readCall({ store, operations, publish }, request, response, caller),
    createBucket({ name, versioning, encryption, notifiesEventBridge = false }) {
      assertBucketName(name);
      const bucket = createBucket(name, options.region);
      store.buckets.set(name, { ...bucket, versioning, notifiesEventBridge, ...(encryption && { encryption }) });
    },
    operationNames: Object.keys(operations),
    browse: browse(store),
    async close() {
      await store.files.settled();
      await rm(options.folder, { recursive: true, force: true });
    },
  };
}

function operationsOn(store: Store): S3Operations {
  return {
    ...bucketOperations(store),
    ...taggingOperations(store),
    ...readObjectsOperations(store),
    ...writeObjectsOperations(store),
    ...copyObjectsOperations(store),
    ...deleteObjectsOperations(store),
    ...listObjectsOperations(store),
    ...listVersionsOperations(store),
    ...multipartOperations(store),
    ...uploadPartsOperations(store),
    ...completeUploadOperations(store),
    ...listUploadsOperations(store),
  };
}

interface Service {
  store: Store;
  operations: S3Operations;
  publish: (operation: string, request: S3Request) => void;
}

const MOST_KEY_BYTES = 1024;
/** Enough for 1,000 keys of DeleteObjects and 10,000 parts of CompleteMultipartUpload. */
const MOST_XML_BYTES = 4 * 1024 * 1024;

/** A request, as far as it could be read. */
interface Asked {
  operation: string;
  caller: Caller;
  input: Record<string, unknown>;
  act: () => Promise<{ output: Output; model: ModelOperation; implemented: S3Operation; request: S3Request }>;
}

async function readCall(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  signer: Caller,
): Promise<Call> {
  const { method = 'GET', url = '/' } = request;
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const hostId = randomBytes(48).toString('base64');
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', hostId);
  const { operation, caller, input, act } = await readAsked(service, request, signer, requestId);
  return {
    service: 's3',
    operation,
    caller,
    input,
    act: async (answer) => {
      const { output, model, implemented, request: s3Request } = await act();
      try {
        if (typeof answer === 'function') await answer(undefined);
        if (answer !== 'discard') await sendOutput(response, model, implemented, output);
      } finally {
        service.store.files.release(output.Body as Body | undefined);
        service.publish(operation, s3Request);
      }
    },
    refuse: (error) => {
      sendError(response, error, { method, resource: url.split('?')[0] ?? '', requestId, hostId });
      // The rest of the body must be discarded before the connection can be used again.
      request.resume();
    },
  };
}

async function readAsked(
  service: Service,
  request: IncomingMessage,
  signer: Caller,
  requestId: string,
): Promise<Asked> {
  const { method = 'GET' } = request;
  const asked = { operation: method, caller: signer, input: {} };
  try {
    const address = addressOf(request);
    asked.input = named(address);
    asked.caller = presignedCaller(address.query, signer);
    const headers = headersOf(request.headers, address.query);
    const model = findOperation(method, targetOf(address), address.query, headers);
    if (!model) throw unknownOperation(request, address);
    asked.operation = model.name;
    const implemented = service.operations[model.name];
    if (!implemented) throw notImplemented(model.name);
    const s3Request = { caller: asked.caller, requestId, request, headers, created: [] };
    const input = { ...asked.input, ...inputOf(model, implemented.members, address.query, headers) };
    asked.input = withSource(input);
    assertAddress(service.store, address, input);
    const payload = model.members.find(({ place, schema }) => place === 'payload' && schema.isStructSchema());
    if (payload) {
      // CompleteMultipartUpload states the checksum of the object, the other operations that of the XML.
      const isOfObject = model.members.some(({ name }) => name === 'ChecksumCRC32');
      const body = isOfObject ? { request, headers: withoutChecksums(headers) } : s3Request;
      const { taken } = await receive(body, MOST_XML_BYTES, [], whole);
      Object.assign(input, { [payload.name]: payloadOf(payload, taken) });
      asked.input = input;
    }
    const act = async () => ({
      output: await implemented.run(input, s3Request),
      model,
      implemented,
      request: s3Request,
    });
    return { ...asked, act };
  } catch (error) {
    return { ...asked, act: () => Promise.reject(error) };
  }
}

function named({ bucket, key }: Address): Record<string, unknown> {
  return { ...(bucket !== '' && { Bucket: bucket }), ...(key !== '' && { Key: key }) };
}

/** Adds the source of a copy, which the authorization needs. */
function withSource(input: Record<string, unknown>): Record<string, unknown> {
  const { CopySource } = input;
  return typeof CopySource === 'string' ? { ...input, Source: copySourceOf(CopySource) } : input;
}

function withoutChecksums(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));
}

async function whole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(bytes));
}

/** Uploads of browser forms are a feature of S3 that the SDK's model does not have. */
function unknownOperation({ method, headers }: IncomingMessage, { key, bucket }: Address) {
  const isForm =
    method === 'POST' && bucket !== '' && key === '' && /multipart\/form-data/i.test(headers['content-type'] ?? '');
  if (isForm) return notImplemented('PostObject');
  return method === 'OPTIONS' ? notImplemented('CORS') : s3Error('MethodNotAllowed');
}

function assertAddress(
  { accountId }: Store,
  { key }: Address,
  { ExpectedBucketOwner = accountId }: Record<string, unknown>,
): void {
  const size = Buffer.byteLength(key);
  if (size > MOST_KEY_BYTES)
    throw s3Error('KeyTooLongError', { details: { Size: size, MaxSizeAllowed: MOST_KEY_BYTES } });
  if (ExpectedBucketOwner !== accountId) throw s3Error('AccessDenied');
}
