import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { MAX_REQUEST_BYTES } from '../lambda/limits.ts';
import { s3 } from '../lambda/s3-client.ts';

/** A request that was read from a file, or what is wrong with the file: nothing that a second look would heal. */
export type RequestFile = { request: unknown } | { fault: string };

export type ReadRequestFile = (object: { bucket: string; key: string; versionId?: string }) => Promise<RequestFile>;

/** Reads JSON in UTF-8 from S3: of a versioned bucket the version that the event tells of.
 * @throws the SDK's error where the same call may succeed later. */
export function requestFileReader(client: S3Client = s3): ReadRequestFile {
  return async ({ bucket, key, versionId }) => {
    try {
      const { Body, ContentLength = 0 } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
      );
      if (ContentLength > MAX_REQUEST_BYTES) {
        (Body as Readable | undefined)?.destroy?.();
        return { fault: `has ${ContentLength} bytes; at most ${MAX_REQUEST_BYTES} are allowed.` };
      }
      return parseRequest((await Body?.transformToByteArray()) ?? new Uint8Array());
    } catch (error) {
      // Without s3:ListBucket, S3 answers AccessDenied for an object that is gone.
      const { name, message } = error as Error;
      if (!['NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'AccessDenied', 'InvalidObjectState'].includes(name))
        throw error;
      const perhaps =
        name === 'AccessDenied'
          ? 'it was deleted, or the function start-export may not read it, or not use its key'
          : 'it was deleted, perhaps';
      return { fault: `could not be read (${perhaps}): ${name}: ${message}` };
    }
  };
}

function parseRequest(bytes: Uint8Array): RequestFile {
  if (bytes.length === 0) return { fault: 'is empty; a request as JSON is expected.' };
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return { fault: 'begins with a byte order mark; save it as UTF-8 without one.' };
  }
  try {
    const request: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return request !== null && typeof request === 'object' && !Array.isArray(request)
      ? { request }
      : { fault: 'holds no JSON object.' };
  } catch (error) {
    return { fault: error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'is not UTF-8.' };
  }
}
