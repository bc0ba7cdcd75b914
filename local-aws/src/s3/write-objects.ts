import type * as sdk from '@aws-sdk/client-s3';
import { lengthOf } from './body-files.ts';
import type { StoredObject } from './catalog.ts';
import { CHECKSUM_MEMBERS } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { s3Error } from './errors.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { assertAcl, PROPERTY_MEMBERS, propertiesOf, writtenMembers } from './properties.ts';
import { hasLength, receive } from './request-body.ts';
import { type Bucket, bucketNamed, nextVersionId, now, releaseBody, type S3Request, type Store } from './store.ts';
import { tagsOfHeader } from './tags.ts';

/** The largest object of a single PUT, and the largest part. */
export const MOST_BYTES_AT_ONCE = 5 * 1024 ** 3;

export function writeObjectsOperations(store: Store): S3Operations {
  return {
    PutObject: operation<sdk.PutObjectRequest>(
      [
        ...PROPERTY_MEMBERS,
        ...CHECKSUM_MEMBERS,
        'ACL',
        'ChecksumAlgorithm',
        'ContentMD5',
        'IfMatch',
        'IfNoneMatch',
        'Tagging',
      ],
      (input, request) => putObject(store, input, request),
    ),
  };
}

async function putObject(store: Store, input: sdk.PutObjectRequest, request: S3Request): Promise<Output> {
  const { Key: key = '' } = input;
  const bucket = bucketNamed(store, input.Bucket);
  assertAcl(input.ACL);
  const properties = propertiesOf(input as object, bucket);
  const tags = tagsOfHeader(input.Tagging);
  const recheck = checkWrite(bucket, key, input);
  if (!hasLength(request)) throw s3Error('MissingContentLength');
  const { files } = store;
  const { taken: body, digests } = await receive(
    request,
    MOST_BYTES_AT_ONCE,
    ['CRC64NVME'],
    files.write,
    files.release,
  );
  const algorithm = digests.algorithm ?? 'CRC64NVME';
  const checksum = { algorithm, value: digests.checksums[algorithm] ?? '', type: 'FULL_OBJECT' as const };
  const draft = { key, body, length: lengthOf(body), etag: digests.md5.toString('hex'), properties, tags, checksum };
  const object = commit(store, bucket, draft, recheck, request);
  return { ...writtenMembers(object), VersionId: newVersionId(bucket, object) };
}

/** An object with stored bytes, before it becomes a version of its key. */
export type Draft = Omit<StoredObject, 'isDeleteMarker' | 'versionId' | 'lastModified'>;

/**
 * Makes an object the newest version of its key. The write's conditions are checked in the same turn of the event loop. If
 * this fails, the draft's body is released.
 * @throws S3Error what `recheck` throws; `NoSuchBucket` if the bucket was deleted meanwhile
 */
export function commit(
  store: Store,
  bucket: Bucket,
  draft: Draft,
  recheck: () => void,
  request: S3Request,
): StoredObject {
  try {
    if (bucketNamed(store, bucket.name) !== bucket)
      throw s3Error('NoSuchBucket', { details: { BucketName: bucket.name } });
    recheck();
  } catch (error) {
    store.files.release(draft.body);
    throw error;
  }
  const object = {
    ...draft,
    isDeleteMarker: false as const,
    versionId: nextVersionId(store, bucket),
    lastModified: now(),
  };
  releaseBody(store, bucket.catalog.add(object));
  request.created.push({ bucket, object, sequencer: store.nextSequencer() });
  return object;
}

/** The id in the response to a write: S3 returns it only while versioning is enabled. */
export function newVersionId({ versioning }: Bucket, { versionId }: StoredObject): string | undefined {
  return versioning === 'Enabled' ? versionId : undefined;
}
