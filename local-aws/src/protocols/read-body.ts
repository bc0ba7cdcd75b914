import type { Readable } from 'node:stream';
import { ConnectionCut } from './api-request.ts';
import { AwsError } from './aws-json.ts';

/** What is read behind a limit and thrown away: many clients hear an answer only after they have sent everything. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/** No AWS JSON is nested like this; it would overflow the stack of whoever walks it. */
const MAX_DEPTH = 100;

/** Reads a body into memory. A body above the limit is refused at once, and the rest of it is discarded as it arrives.
 * @throws AwsError `EntityTooLarge`; ConnectionCut when the client closes the connection */
export function readBody(body: Readable, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let pieces: Buffer[] = [];
  let length = 0;
  body.on('data', (bytes: Buffer) => {
    length += bytes.length;
    if (length <= limit) return void pieces.push(bytes);
    pieces = [];
    reject(tooLarge(limit));
    if (length > limit + MAX_DISCARDED_BYTES) body.destroy();
  });
  body.on('end', () => resolve(Buffer.concat(pieces)));
  body.on('error', () => reject(new ConnectionCut()));
  body.on('close', () => reject(new ConnectionCut()));
  if (body.destroyed && !body.readableEnded) reject(new ConnectionCut());
  return promise;
}

/** @throws AwsError `SerializationException` if the body is not JSON in UTF-8, or is nested too deeply */
export function parseJson(body: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON in UTF-8.');
  }
  if (isDeeper(value)) {
    throw new AwsError('SerializationException', `The body is nested more than ${MAX_DEPTH} levels deep.`);
  }
  return value;
}

/** @throws AwsError `SerializationException` */
export function parseJsonObject(body: Buffer): Record<string, unknown> {
  const value = parseJson(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AwsError('SerializationException', 'The body is not a JSON object.');
}

function tooLarge(limit: number): AwsError {
  return new AwsError('EntityTooLarge', `At most ${limit} bytes are taken.`, 413);
}

/** Whether a value out of JSON is nested more deeply than anything that AWS's JSON has. */
export function isDeeper(value: unknown, depth = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1));
}
