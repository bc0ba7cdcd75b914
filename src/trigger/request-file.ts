import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isRetryable } from '../lambda/is-retryable.ts';
import { MAX_REQUEST_BYTES } from '../lambda/limits.ts';
import { s3 } from '../lambda/s3-client.ts';

/** The request in a file, or what is wrong with the file. A fault is final: reading the file again would not help. */
export type RequestFile = { request: unknown } | { fault: string };

/** A request file: its version, or in a bucket without versions the ETag of what was put. */
export interface FileAddress {
  bucket: string;
  key: string;
  versionId?: string;
  etag?: string;
}

export type ReadRequestFile = (file: FileAddress) => Promise<RequestFile>;

/** The likely cause of each error of S3. */
const CAUSES: Record<string, string> = {
  NoSuchKey: 'The file was deleted before it was read.',
  NoSuchVersion: 'This version of the file was deleted before it was read.',
  PreconditionFailed: 'Another file was put in its place before it was read. That one is a request of its own.',
  NoSuchBucket: 'The bucket was deleted before the file was read.',
  InvalidObjectState: 'The file is archived. Put it into a storage class that can be read at once.',
  InvalidRequest: 'It may be encrypted with a key that only its owner has (SSE-C). Put it again without such a key.',
  'KMS.DisabledException': 'The KMS key that it is encrypted with is disabled.',
  'KMS.KMSInvalidStateException': 'The KMS key that it is encrypted with cannot be used; it may be pending deletion.',
  'KMS.NotFoundException': 'The KMS key that it is encrypted with does not exist any more.',
  // Without s3:ListBucket, S3 also answers AccessDenied for an object that does not exist.
  AccessDenied:
    'The file was deleted before it was read, or the role of the function start-export may not read it or use its KMS key.',
};

/** Errors about the function's credentials or clock: they say nothing about the file. */
const NOT_ABOUT_THE_FILE = [
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
];

/** Returns a function that reads a request from S3, as JSON in UTF-8: what was put when the event happened, nothing later.
 * That function throws the SDK's error if the same call may succeed later. */
export function requestFileReader(client: S3Client = s3): ReadRequestFile {
  return async ({ bucket, key, versionId, etag }) => {
    try {
      const { Body, ContentLength = 0 } = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          VersionId: versionId,
          IfMatch: etag ? `"${etag}"` : undefined,
        }),
      );
      if (ContentLength > MAX_REQUEST_BYTES) {
        (Body as Readable | undefined)?.destroy?.();
        return { fault: `has ${ContentLength} bytes; at most ${MAX_REQUEST_BYTES} are allowed.` };
      }
      return parseRequest((await Body?.transformToByteArray()) ?? new Uint8Array());
    } catch (error) {
      if (!isFinal(error as Error)) throw error;
      const { name, message } = error as Error;
      const cause = Object.hasOwn(CAUSES, name) ? `${CAUSES[name]} ` : '';
      return { fault: `could not be read. ${cause}S3 answered ${name}: ${message}` };
    }
  };
}

/** Whether S3 refuses this file, so that reading it again would not help: any answer of the status 3xx or 4xx but throttling. */
function isFinal(error: Error): boolean {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 300 && status < 500 && !isRetryable(error) && !NOT_ABOUT_THE_FILE.includes(name);
}

function parseRequest(bytes: Uint8Array): RequestFile {
  if (bytes.length === 0) return { fault: 'is empty. Write the request into it as a JSON object.' };
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return { fault: 'starts with a byte order mark. Save it as UTF-8 without one.' };
  }
  try {
    const request: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return request !== null && typeof request === 'object' && !Array.isArray(request)
      ? { request }
      : { fault: 'does not hold a JSON object, such as {"datasetArn": "…"}.' };
  } catch (error) {
    return error instanceof SyntaxError
      ? { fault: `is not JSON: ${error.message}.` }
      : { fault: 'is not valid UTF-8. Save it as UTF-8 without a byte order mark.' };
  }
}
