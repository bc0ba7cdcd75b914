import type { Readable } from 'node:stream';
import { ConnectionCut } from './api-request.ts';
import { AwsError } from './aws-json.ts';

/** What is read behind a limit and thrown away: many clients hear an answer only after they have sent everything. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/** No AWS JSON is nested like this; it would overflow the stack of whoever walks it. */
const MAX_DEPTH = 100;

/** Takes the bytes of a body as they come and gives the data in them; for the plain body they are the same. */
export interface BodyDecoder {
  push(bytes: Buffer): Buffer[];
  /** @throws AwsError when something is missing */
  end(): void;
}

/** Reads a body into memory. What is above the limit is refused at once and the rest thrown away as it comes.
 * @throws AwsError `EntityTooLarge`, or what the decoder throws; ConnectionCut when the client leaves */
export async function readBody(body: Readable, limit: number, decoder?: BodyDecoder): Promise<Buffer> {
  const data: Buffer[] = [];
  try {
    await takeBody(body, limit, (piece) => data.push(piece), decoder);
    return Buffer.concat(data);
  } finally {
    data.length = 0;
  }
}

/** Hands on a body piece by piece, as `readBody` reads it. Nothing is taken after what `take` throws.
 * @throws AwsError `EntityTooLarge`, or what `take` and the decoder throw; ConnectionCut when the client leaves */
export function takeBody(
  body: Readable,
  limit: number,
  take: (piece: Buffer) => void,
  decoder?: BodyDecoder,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let length = 0;
  let discarded: number | undefined;
  const refuse = (error: unknown) => {
    discarded = 0;
    reject(error);
  };
  body.on('data', (bytes: Buffer) => {
    if (discarded !== undefined) {
      discarded += bytes.length;
      if (discarded > MAX_DISCARDED_BYTES) body.destroy();
      return;
    }
    try {
      for (const piece of decoder?.push(bytes) ?? [bytes]) {
        length += piece.length;
        if (length > limit) throw tooLarge(limit);
        take(piece);
      }
    } catch (error) {
      refuse(error);
    }
  });
  body.on('end', () => {
    try {
      if (discarded === undefined) decoder?.end();
      resolve();
    } catch (error) {
      reject(error);
    }
  });
  body.on('error', () => reject(new ConnectionCut()));
  body.on('close', () => reject(new ConnectionCut()));
  if (body.destroyed && !body.readableEnded) reject(new ConnectionCut());
  return promise;
}

/** @throws AwsError `SerializationException` for what is no JSON in UTF-8, or is nested too deeply */
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

export function tooLarge(limit: number): AwsError {
  return new AwsError('EntityTooLarge', `At most ${limit} bytes are taken.`, 413);
}

/** Whether a value out of JSON is nested more deeply than anything that AWS's JSON has. */
export function isDeeper(value: unknown, depth = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1));
}
