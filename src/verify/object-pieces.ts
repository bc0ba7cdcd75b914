import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { TransientError } from '../lambda/errors.ts';
import { isRetryable } from '../lambda/is-retryable.ts';
import type { Folder } from './data-objects.ts';
import type { DataFile } from './measures.ts';

/** Reading fails after this many failed attempts in a row, without a byte between them. */
const MAX_FAILURES = 4;
const FIRST_PAUSE_MILLISECONDS = 200;

/** The object is not the one that was listed: it was replaced or deleted. */
export class ObjectChangedError extends Error {
  override readonly name = 'ObjectChangedError' as const;
}

/** The bytes of an object from the byte `from` on, in pieces. After a cut connection it continues where that ended.
 * @throws ObjectChangedError */
export async function* objectPieces(
  { bucket, prefix }: Folder,
  { name, etag, bytes }: DataFile,
  from: number,
  client: S3Client,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): AsyncGenerator<Uint8Array> {
  let at = from;
  for (let failures = 0; at < bytes; ) {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: prefix + name,
          IfMatch: `"${etag}"`,
          ...(at > 0 && { Range: `bytes=${at}-` }),
        }),
      );
      for await (const piece of Body as AsyncIterable<Uint8Array>) {
        at += piece.length;
        failures = 0;
        yield piece;
      }
      if (at < bytes) throw new TransientError(`${name} ended after ${at} of ${bytes} bytes.`);
    } catch (error) {
      throwIfChanged(error as Error);
      failures += 1;
      if (failures >= MAX_FAILURES || !canRetry(error as Error)) throw error;
      await pause(FIRST_PAUSE_MILLISECONDS * 2 ** failures);
    }
  }
}

function canRetry(error: Error): boolean {
  return error instanceof TransientError || isRetryable(error);
}

/** @throws ObjectChangedError if the answer means that the object was replaced or deleted */
export function throwIfChanged(error: Error & { $metadata?: { httpStatusCode?: number } }): void {
  const { httpStatusCode } = error.$metadata ?? {};
  if (httpStatusCode === 404 || httpStatusCode === 412 || httpStatusCode === 416) {
    throw new ObjectChangedError(error.message, { cause: error });
  }
}
