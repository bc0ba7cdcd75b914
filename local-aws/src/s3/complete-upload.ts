import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import type { StoredObject } from './catalog.ts';
import { ALGORITHMS, CHECKSUM_MEMBERS, type Checksum, checksumMembers, checksumOfParts } from './checksums.ts';
import { bareEtag, checkWrite } from './conditions.ts';
import { s3Error } from './errors.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { encryptionMembers } from './properties.ts';
import { type Bucket, bucketNamed, type S3Request, type Store } from './store.ts';
import { type Upload, type UploadedPart, uploadIn } from './uploads.ts';
import { commit, newVersionId } from './write-objects.ts';

/** The smallest size of a part. It does not apply to the last part. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

type Input = sdk.CompleteMultipartUploadRequest;

export function completeUploadOperations(store: Store): S3Operations {
  return {
    CompleteMultipartUpload: operation<Input>(
      [...CHECKSUM_MEMBERS, 'ChecksumType', 'IfMatch', 'IfNoneMatch', 'MpuObjectSize', 'MultipartUpload', 'UploadId'],
      (input, request) => completeUpload(store, input, request),
    ),
  };
}

async function completeUpload(store: Store, input: Input, request: S3Request): Promise<Output> {
  const { Key: key = '', UploadId } = input;
  const bucket = bucketNamed(store, input.Bucket);
  const earlier = bucket.catalog.current(key);
  // The client did not receive the first response, and retries.
  if (UploadId !== undefined && earlier?.uploadId === UploadId) return answerOf(bucket, earlier, request);
  const upload = uploadIn(bucket, key, UploadId);
  const recheck = checkWrite(bucket, key, input);
  const parts = chosenParts(input, upload);
  const length = parts.reduce((total, part) => total + part.length, 0);
  // A part may be uploaded again during the next await, which would delete its file.
  const body = store.files.hold(parts.flatMap((part) => part.body));
  let checksum: Checksum;
  try {
    checksum = await checksumOfParts(upload.algorithm, upload.checksumType, parts);
    assertWhole(input, upload, checksum, length);
    uploadIn(bucket, key, UploadId);
  } catch (error) {
    store.files.release(body);
    throw error;
  }
  const draft = {
    key,
    body,
    length,
    etag: etagOf(parts),
    properties: upload.properties,
    tags: upload.tags,
    checksum,
    // The part numbers of an object are consecutive.
    parts: parts.map((part, index) => ({ number: index + 1, length: part.length, checksum: part.checksum })),
    uploadId: upload.uploadId,
  };
  const object = commit(store, bucket, draft, recheck, request);
  bucket.uploads.delete(upload.uploadId);
  for (const part of upload.parts.values()) store.files.release(part.body);
  return answerOf(bucket, object, request);
}

/** The uploaded parts that the request lists.
 * @throws S3Error `MalformedXML`, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall` */
function chosenParts({ MultipartUpload }: Input, upload: Upload): UploadedPart[] {
  const listed = MultipartUpload?.Parts ?? [];
  if (listed.length === 0) throw s3Error('MalformedXML');
  const chosen = listed.map((part, index) => {
    const { PartNumber = 0 } = part;
    if (PartNumber <= (listed[index - 1]?.PartNumber ?? 0))
      throw s3Error('InvalidPartOrder', { details: { UploadId: upload.uploadId } });
    return chosenPart(part, upload);
  });
  for (const { number, length, etag } of chosen.slice(0, -1)) {
    if (length >= LEAST_PART_BYTES) continue;
    throw s3Error('EntityTooSmall', {
      details: { ETag: etag, MinSizeAllowed: LEAST_PART_BYTES, PartNumber: number, ProposedSize: length },
    });
  }
  return chosen;
}

function chosenPart(
  listed: sdk.CompletedPart,
  { uploadId, parts, algorithm, checksumType, isAlgorithmChosen }: Upload,
): UploadedPart {
  const { PartNumber = 0, ETag } = listed;
  const part = parts.get(PartNumber);
  const checksum = listed[`Checksum${algorithm}`];
  if (ETag === undefined) throw s3Error('MalformedXML');
  const isRight = part && part.etag === bareEtag(ETag) && (checksum === undefined || checksum === part.checksum);
  if (!isRight) throw s3Error('InvalidPart', { details: { UploadId: uploadId, PartNumber, ETag: bareEtag(ETag) } });
  if (isAlgorithmChosen && checksumType === 'COMPOSITE' && checksum === undefined) {
    const message = `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${PartNumber} in the request.`;
    throw s3Error('InvalidRequest', { message });
  }
  return part;
}

/** Checks the size and the checksum that the request states for the whole object.
 * @throws S3Error `BadDigest`, `InvalidRequest` */
function assertWhole(input: Input, upload: Upload, checksum: Checksum, length: number): void {
  const { MpuObjectSize, ChecksumType } = input;
  if (MpuObjectSize !== undefined && Number(MpuObjectSize) !== length) {
    const message = `The provided 'x-amz-mp-object-size' header value ${MpuObjectSize} does not match what was computed: ${length}`;
    throw s3Error('InvalidRequest', { message });
  }
  if (ChecksumType !== undefined && ChecksumType !== upload.checksumType) {
    const message = `The upload was created using the ${upload.checksumType} checksum mode. The complete request must use the same checksum mode.`;
    throw s3Error('InvalidRequest', { message });
  }
  for (const algorithm of ALGORITHMS) {
    const given = input[`Checksum${algorithm}`];
    if (given === undefined) continue;
    const isSame = algorithm === checksum.algorithm && given === checksum.value;
    if (!isSame)
      throw s3Error('BadDigest', { message: `The ${algorithm} you specified did not match the calculated checksum.` });
  }
}

/** The MD5 of the parts' MD5s, followed by the number of parts. */
function etagOf(parts: readonly UploadedPart[]): string {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  return `${createHash('md5').update(digests).digest('hex')}-${parts.length}`;
}

function answerOf(bucket: Bucket, object: StoredObject, { headers }: S3Request): Output {
  const key = object.key.split('/').map(encodeURIComponent).join('/');
  return {
    Location: `http://${headers.host ?? 'localhost'}/${bucket.name}/${key}`,
    Bucket: bucket.name,
    Key: object.key,
    ETag: `"${object.etag}"`,
    ...checksumMembers(object.checksum),
    VersionId: newVersionId(bucket, object),
    ...encryptionMembers(object.properties),
  };
}
