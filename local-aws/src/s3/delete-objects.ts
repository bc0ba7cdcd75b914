import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../protocols/aws-json.ts';
import { checkWrite } from './conditions.ts';
import { notImplemented, s3Error } from './errors.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import {
  assertVersionId,
  type Bucket,
  bucketNamed,
  nextVersionId,
  now,
  releaseBody,
  type S3Request,
  type Store,
} from './store.ts';

const MOST_KEYS = 1000;

export function deleteObjectsOperations(store: Store): S3Operations {
  return {
    DeleteObject: operation<sdk.DeleteObjectRequest>(
      ['IfMatch', 'VersionId'],
      ({ Bucket, Key = '', VersionId, IfMatch }) => {
        const bucket = bucketNamed(store, Bucket);
        if (VersionId !== undefined) assertVersionId(store, VersionId);
        return deleteOne(store, bucket, { Key, VersionId, ETag: IfMatch });
      },
    ),
    DeleteObjects: operation<sdk.DeleteObjectsRequest>(['ChecksumAlgorithm', 'Delete'], (input, request) =>
      deleteMany(store, input, request),
    ),
  };
}

/** Deletes a version, or adds a delete marker. If the object or version does not exist, this succeeds too. */
function deleteOne(store: Store, bucket: Bucket, { Key: key = '', VersionId, ETag }: sdk.ObjectIdentifier): Output {
  if (ETag !== undefined) checkWrite(bucket, key, { IfMatch: ETag });
  const { catalog, versioning } = bucket;
  if (VersionId !== undefined) {
    const removed = catalog.remove(key, VersionId);
    releaseBody(store, removed);
    return { VersionId, ...(removed?.isDeleteMarker && { DeleteMarker: true }) };
  }
  if (versioning === undefined) {
    releaseBody(store, catalog.remove(key, 'null'));
    return {};
  }
  const versionId = nextVersionId(store, bucket);
  releaseBody(store, catalog.add({ isDeleteMarker: true, key, versionId, lastModified: now() }));
  return { VersionId: versionId, DeleteMarker: true };
}

function deleteMany(store: Store, { Bucket, Delete }: sdk.DeleteObjectsRequest, { headers }: S3Request): Output {
  const bucket = bucketNamed(store, Bucket);
  const hasDigest = Object.keys(headers).some(
    (name) => name === 'content-md5' || /^x-amz-(checksum-|trailer$)/.test(name),
  );
  if (!hasDigest) {
    const message = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*';
    throw s3Error('InvalidRequest', { message });
  }
  const { Objects = [], Quiet = false } = Delete ?? {};
  if (Objects.length === 0 || Objects.length > MOST_KEYS) throw s3Error('MalformedXML');
  for (const { Key, LastModifiedTime, Size } of Objects) {
    if (!Key) throw s3Error('MalformedXML');
    if (LastModifiedTime !== undefined || Size !== undefined)
      throw notImplemented('A condition on LastModifiedTime or Size');
  }
  const Deleted: Output[] = [];
  const Errors: Output[] = [];
  for (const object of Objects) {
    try {
      Deleted.push(deletedOf(object, deleteListed(store, bucket, object)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { Key, VersionId } = object;
      Errors.push({ Key, VersionId, Code: error.name, Message: error.message });
    }
  }
  return { ...(!Quiet && { Deleted }), Errors };
}

function deleteListed(store: Store, bucket: Bucket, object: sdk.ObjectIdentifier): Output {
  const { VersionId } = object;
  const isKnown = VersionId === undefined || VersionId === 'null' || store.versionIds.isIssued(VersionId);
  if (!isKnown) throw s3Error('NoSuchVersion');
  return deleteOne(store, bucket, object);
}

function deletedOf({ Key, VersionId }: sdk.ObjectIdentifier, { DeleteMarker, VersionId: result }: Output): Output {
  return { Key, VersionId, ...(DeleteMarker === true && { DeleteMarker, DeleteMarkerVersionId: result }) };
}
