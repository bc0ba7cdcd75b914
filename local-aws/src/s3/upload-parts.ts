import type * as sdk from '@aws-sdk/client-s3';
import { lengthOf, sliceOf } from './body-files.ts';
import { CHECKSUM_MEMBERS } from './checksums.ts';
import { copyBody, SOURCE_MEMBERS, sourceOf } from './copy-objects.ts';
import { invalidArgument, s3Error } from './errors.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { encryptionMembers } from './properties.ts';
import { hasLength, receive } from './request-body.ts';
import { type Bucket, bucketNamed, now, type S3Request, type Store, shownVersionId } from './store.ts';
import { type Upload, type UploadedPart, uploadIn } from './uploads.ts';
import { MOST_BYTES_AT_ONCE } from './write-objects.ts';

const MOST_PARTS = 10_000;

export function uploadPartsOperations(store: Store): S3Operations {
  return {
    UploadPart: operation<sdk.UploadPartRequest>(
      [...CHECKSUM_MEMBERS, 'ChecksumAlgorithm', 'ContentMD5', 'PartNumber', 'UploadId'],
      (input, request) => uploadPart(store, input, request),
    ),
    UploadPartCopy: operation<sdk.UploadPartCopyRequest>(
      [...SOURCE_MEMBERS, 'CopySourceRange', 'PartNumber', 'UploadId'],
      (input) => uploadPartCopy(store, input),
    ),
  };
}

async function uploadPart(store: Store, input: sdk.UploadPartRequest, request: S3Request): Promise<Output> {
  const { Key: key = '', UploadId } = input;
  const number = checkPartNumber(input.PartNumber);
  const bucket = bucketNamed(store, input.Bucket);
  const upload = uploadIn(bucket, key, UploadId);
  if (!hasLength(request)) throw s3Error('MissingContentLength');
  const { files } = store;
  const { taken: body, digests } = await receive(
    request,
    MOST_BYTES_AT_ONCE,
    [upload.algorithm],
    files.write,
    files.release,
  );
  if (upload.isAlgorithmChosen && digests.algorithm && digests.algorithm !== upload.algorithm) {
    files.release(body);
    const message = `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${digests.algorithm.toLowerCase()}`;
    throw s3Error('InvalidRequest', { message });
  }
  const etag = digests.md5.toString('hex');
  const checksum = digests.checksums[upload.algorithm] ?? '';
  addPart(store, bucket, upload, { number, body, length: lengthOf(body), etag, checksum, lastModified: now() });
  const answered = digests.algorithm ?? upload.algorithm;
  return {
    ETag: `"${etag}"`,
    [`Checksum${answered}`]: digests.checksums[answered],
    ...encryptionMembers(upload.properties),
  };
}

async function uploadPartCopy(store: Store, input: sdk.UploadPartCopyRequest): Promise<Output> {
  const { Key: key = '', UploadId } = input;
  const number = checkPartNumber(input.PartNumber);
  const bucket = bucketNamed(store, input.Bucket);
  const upload = uploadIn(bucket, key, UploadId);
  const source = sourceOf(store, input);
  const { start, length } = copiedRange(input.CopySourceRange, source.object.length);
  const slice = sliceOf(source.object.body, start, length);
  const { body, etag, checksum } = await copyBody(store, slice, length, upload.algorithm);
  const part = { number, body, length, etag, checksum: checksum.value, lastModified: now() };
  addPart(store, bucket, upload, part);
  return {
    CopyPartResult: {
      ETag: `"${etag}"`,
      LastModified: part.lastModified,
      ...(upload.isAlgorithmChosen && { [`Checksum${upload.algorithm}`]: checksum.value }),
    },
    CopySourceVersionId: shownVersionId(source.bucket, source.object),
    ...encryptionMembers(upload.properties),
  };
}

/** Adds a part, or replaces the part with the same number. If the upload has ended meanwhile, the part is discarded.
 * @throws S3Error `NoSuchUpload` */
function addPart({ files }: Store, bucket: Bucket, upload: Upload, part: UploadedPart): void {
  if (bucket.uploads.get(upload.uploadId) !== upload) {
    files.release(part.body);
    throw s3Error('NoSuchUpload', { details: { UploadId: upload.uploadId } });
  }
  files.release(upload.parts.get(part.number)?.body);
  upload.parts.set(part.number, part);
}

function checkPartNumber(number = 0): number {
  if (number >= 1 && number <= MOST_PARTS) return number;
  const message = `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`;
  throw invalidArgument(message, 'partNumber', String(number));
}

function copiedRange(header: string | undefined, length: number): { start: number; length: number } {
  if (header === undefined) return { start: 0, length };
  const [first, last] = (/^bytes=(\d+)-(\d+)$/.exec(header)?.slice(1) ?? []).map(Number);
  if (first === undefined || last === undefined || last < first) {
    const message =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';
    throw invalidArgument(message, 'x-amz-copy-source-range', header);
  }
  if (first >= length) {
    throw s3Error('InvalidRequest', { message: 'The specified copy range is invalid for the source object size' });
  }
  if (last >= length) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${length}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return { start: first, length: last - first + 1 };
}
