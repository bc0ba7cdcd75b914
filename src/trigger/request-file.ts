import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
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

/** S3's errors that a retry does not cure, each with its likely cause. */
const FINAL_ERRORS: Record<string, string> = {
  NoSuchKey: 'The file was deleted before it was read.',
  NoSuchVersion: 'This version of the file was deleted before it was read.',
  PreconditionFailed: 'Another file was put in its place before it was read. That one is a request of its own.',
  NoSuchBucket: 'The bucket was deleted before the file was read.',
  InvalidObjectState: 'The file is archived. Put it into a storage class that can be read at once.',
  // Without s3:ListBucket, S3 also answers AccessDenied for an object that does not exist.
  AccessDenied:
    'The file was deleted before it was read, or the role of the function start-export may not read it or use its KMS key.',
};

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
      const { name, message } = error as Error;
      if (!Object.hasOwn(FINAL_ERRORS, name)) throw error;
      return { fault: `could not be read. ${FINAL_ERRORS[name]} S3 answered ${name}: ${message}` };
    }
  };
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
