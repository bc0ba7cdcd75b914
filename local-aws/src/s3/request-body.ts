import type { IncomingMessage } from 'node:http';
import { ConnectionCut } from '../protocols/api-request.ts';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import {
  ALGORITHMS,
  type Algorithm,
  algorithmNamed,
  type Digest,
  digestOf,
  headerOf,
  isChecksum,
} from './checksums.ts';
import { notImplemented, s3Error } from './errors.ts';

/** A body that has not been read yet. */
export interface IncomingBody {
  request: IncomingMessage;
  /** Includes those in the query of a presigned URL. */
  headers: Record<string, string>;
}

/** The digests of a body that has been read. */
export interface ReceivedDigests {
  md5: Buffer;
  /** In Base64. */
  checksums: Partial<Record<Algorithm, string>>;
  /** The algorithm that the client chose. */
  algorithm: Algorithm | undefined;
}

/** The digests that the headers state. */
interface Promised {
  md5: Buffer | undefined;
  sha256: string | undefined;
  algorithm: Algorithm | undefined;
  /** `undefined` if it follows in the trailer. */
  checksum: string | undefined;
}

/**
 * Reads a body piece by piece, decodes `aws-chunked`, and checks the digests that the headers and trailers state.
 * @param wanted additional checksums to compute
 * @param take receives the bytes; if a digest does not match, `discard` receives the result
 * @throws S3Error `EntityTooLarge`, `IncompleteBody`, `BadDigest` and the like; ConnectionCut when the client closes the
 * connection
 */
export async function receive<Taken>(
  { request, headers }: IncomingBody,
  limit: number,
  wanted: readonly Algorithm[],
  take: (bytes: AsyncIterable<Buffer>) => Promise<Taken>,
  discard: (taken: Taken) => void = () => {},
): Promise<{ taken: Taken; digests: ReceivedDigests }> {
  const promised = promisedOf(headers);
  if (Number(headers['x-amz-decoded-content-length'] ?? headers['content-length']) > limit)
    throw s3Error('EntityTooLarge');
  const algorithms = new Set([...wanted, ...(promised.algorithm ? [promised.algorithm] : [])]);
  if (promised.sha256 !== undefined) algorithms.add('SHA256');
  const digests = new Map([...algorithms].map((algorithm) => [algorithm, digestOf(algorithm)]));
  const md5 = digestOf('MD5');
  const decoder = isAwsChunked(headers) ? new AwsChunkedDecoder(headers['x-amz-decoded-content-length']) : undefined;
  const taken = await take(dataOf(request, decoder, limit, [md5, ...digests.values()]));
  try {
    const checksums = await valuesOf(digests);
    const received = { md5: await md5.digest(), checksums, algorithm: promised.algorithm };
    assertKept(promised, received, decoder?.trailers ?? {});
    return { taken, digests: received };
  } catch (error) {
    discard(taken);
    throw error;
  }
}

/** Whether the headers state the length of the body, which S3 requires for an object. */
export function hasLength({ headers }: IncomingBody): boolean {
  return headers['x-amz-decoded-content-length'] !== undefined || headers['content-length'] !== undefined;
}

/** The content encoding of the object: without `aws-chunked`, which belongs to the transfer. */
export function contentEncodingOf(contentEncoding: string | undefined): string | undefined {
  const codings = (contentEncoding ?? '').split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',') || undefined;
}

function isAwsChunked(headers: Record<string, string>): boolean {
  const codings = (headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim());
  return codings.includes('aws-chunked') || (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
}

async function* dataOf(
  request: IncomingMessage,
  decoder: AwsChunkedDecoder | undefined,
  limit: number,
  digests: readonly Digest[],
): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const bytes of piecesOf(request)) {
    for (const data of decoder?.push(bytes) ?? [bytes]) {
      length += data.length;
      if (length > limit) throw s3Error('EntityTooLarge');
      for (const digest of digests) digest.update(data);
      yield data;
    }
  }
  decoder?.end();
}

/** Keeps the connection open when the loop over the pieces ends early, so that a response can be sent. */
async function* piecesOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false });
  } catch {
    throw new ConnectionCut();
  }
  if (!request.complete) throw new ConnectionCut();
}

function promisedOf(headers: Record<string, string>): Promised {
  const md5 = headers['content-md5'];
  const digest = md5 === undefined ? undefined : Buffer.from(md5, 'base64');
  if (digest && (digest.length !== 16 || digest.toString('base64') !== md5)) throw s3Error('InvalidDigest');
  const sha256 = headers['x-amz-content-sha256'];
  return {
    md5: digest,
    sha256: /^[0-9a-f]{64}$/i.test(sha256 ?? '') ? sha256?.toLowerCase() : undefined,
    ...promisedChecksum(headers),
  };
}

function promisedChecksum(headers: Record<string, string>): Pick<Promised, 'algorithm' | 'checksum'> {
  const trailers = (headers['x-amz-trailer'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const unknown = trailers.find(
    (name) => /^x-amz-checksum-/.test(name) && !ALGORITHMS.some((one) => headerOf(one) === name),
  );
  if (unknown) throw notImplemented(unknown);
  const given = ALGORITHMS.filter((one) => headers[headerOf(one)] !== undefined || trailers.includes(headerOf(one)));
  if (given.length > 1) {
    const message = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
    throw s3Error('InvalidRequest', { message });
  }
  const [algorithm] = given;
  assertAnnounced(headers['x-amz-sdk-checksum-algorithm'], algorithm);
  const checksum = algorithm && headers[headerOf(algorithm)];
  if (algorithm && checksum !== undefined && !isChecksum(algorithm, checksum)) throw wrongChecksum(headerOf(algorithm));
  return { algorithm, checksum };
}

function assertAnnounced(announced: string | undefined, given: Algorithm | undefined): void {
  // Clients announce Content-MD5 this way too.
  if (announced === undefined || announced.toUpperCase() === 'MD5') return;
  if (algorithmNamed(announced) === given) return;
  const message =
    given === undefined
      ? 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.'
      : 'Value for x-amz-sdk-checksum-algorithm header is invalid.';
  throw s3Error('InvalidRequest', { message });
}

async function valuesOf(digests: Map<Algorithm, Digest>): Promise<Partial<Record<Algorithm, string>>> {
  const values = [...digests].map(async ([algorithm, digest]) => [
    algorithm,
    (await digest.digest()).toString('base64'),
  ]);
  return Object.fromEntries(await Promise.all(values));
}

function assertKept(promised: Promised, received: ReceivedDigests, trailers: Record<string, string>): void {
  const { md5, sha256, algorithm } = promised;
  if (md5 && !md5.equals(received.md5)) {
    const details = { ExpectedDigest: md5.toString('base64'), CalculatedDigest: received.md5.toString('base64') };
    throw s3Error('BadDigest', { details });
  }
  const actual = Buffer.from(received.checksums.SHA256 ?? '', 'base64').toString('hex');
  if (sha256 !== undefined && sha256 !== actual) {
    const details = { ClientComputedContentSHA256: sha256, S3ComputedContentSHA256: actual };
    throw s3Error('XAmzContentSHA256Mismatch', { details });
  }
  if (!algorithm) return;
  const checksum = promised.checksum ?? trailers[headerOf(algorithm)];
  if (checksum === undefined) throw s3Error('MalformedTrailerError');
  if (!isChecksum(algorithm, checksum)) throw wrongChecksum(headerOf(algorithm));
  if (checksum !== received.checksums[algorithm]) {
    throw s3Error('BadDigest', { message: `The ${algorithm} you specified did not match the calculated checksum.` });
  }
}

function wrongChecksum(header: string) {
  return s3Error('InvalidRequest', { message: `Value for ${header} header is invalid.` });
}
