import type * as sdk from '@aws-sdk/client-s3';
import { type Body, bytesOf } from './body-files.ts';
import type { StoredObject } from './catalog.ts';
import { type Algorithm, algorithmNamed, checksumMembers, digestOf } from './checksums.ts';
import { assertSource, checkWrite } from './conditions.ts';
import { copySourceOf } from './copy-source.ts';
import { invalidArgument, s3Error } from './errors.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { assertAcl, encryptionMembers, PROPERTY_MEMBERS, propertiesOf } from './properties.ts';
import { type Bucket, bucketNamed, objectIn, type S3Request, type Store, shownVersionId } from './store.ts';
import { tagsOfHeader } from './tags.ts';
import { commit, MOST_BYTES_AT_ONCE, newVersionId } from './write-objects.ts';

export const SOURCE_MEMBERS = [
  'CopySource',
  'CopySourceIfMatch',
  'CopySourceIfModifiedSince',
  'CopySourceIfNoneMatch',
  'CopySourceIfUnmodifiedSince',
  'ExpectedSourceBucketOwner',
] as const;

type SourceInput = Pick<sdk.CopyObjectRequest, (typeof SOURCE_MEMBERS)[number]>;

export function copyObjectsOperations(store: Store): S3Operations {
  return {
    CopyObject: operation<sdk.CopyObjectRequest>(
      [
        ...PROPERTY_MEMBERS,
        ...SOURCE_MEMBERS,
        'ACL',
        'ChecksumAlgorithm',
        'IfMatch',
        'IfNoneMatch',
        'MetadataDirective',
        'Tagging',
        'TaggingDirective',
      ],
      (input, request) => copyObject(store, input, request),
    ),
  };
}

/** The source object of a copy, after its conditions are checked.
 * @throws S3Error `PreconditionFailed`, `NoSuchKey` and so on; `InvalidRequest` for a delete marker */
export function sourceOf(
  store: Store,
  input: SourceInput,
): { bucket: Bucket; object: StoredObject; isVersionNamed: boolean } {
  const { Bucket: name, Key, VersionId } = copySourceOf(input.CopySource ?? '');
  if ((input.ExpectedSourceBucketOwner ?? store.accountId) !== store.accountId) throw s3Error('AccessDenied');
  const bucket = bucketNamed(store, name);
  const object = sourceVersion(store, bucket, Key, VersionId);
  const conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  assertSource(conditions, object);
  return { bucket, object, isVersionNamed: VersionId !== undefined };
}

function sourceVersion(store: Store, bucket: Bucket, key: string, versionId: string | undefined): StoredObject {
  const named =
    versionId === undefined ? undefined : bucket.catalog.versionsOf(key).find((one) => one.versionId === versionId);
  if (!named?.isDeleteMarker) return objectIn(store, bucket, key, versionId);
  const message = 'The source of a copy request may not specifically refer to a delete marker by version id.';
  throw s3Error('InvalidRequest', { message });
}

async function copyObject(store: Store, input: sdk.CopyObjectRequest, request: S3Request): Promise<Output> {
  const { Key: key = '' } = input;
  const bucket = bucketNamed(store, input.Bucket);
  assertAcl(input.ACL);
  const source = sourceOf(store, input);
  if (source.object.length > MOST_BYTES_AT_ONCE) {
    const message = `The specified copy source is larger than the maximum allowable size for a copy source: ${MOST_BYTES_AT_ONCE}`;
    throw s3Error('InvalidRequest', { message });
  }
  const isOntoItself = source.bucket === bucket && source.object.key === key && !source.isVersionNamed;
  if (isOntoItself && !changesSomething(input)) {
    const message =
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
    throw s3Error('InvalidRequest', { message });
  }
  const properties = copiedProperties(input, source.object, bucket);
  const tags = isReplaced(input.TaggingDirective, 'x-amz-tagging-directive')
    ? tagsOfHeader(input.Tagging)
    : source.object.tags;
  const recheck = checkWrite(bucket, key, input);
  const algorithm = input.ChecksumAlgorithm
    ? algorithmNamed(input.ChecksumAlgorithm)
    : source.object.checksum.algorithm;
  const { body, length, etag, checksum } = await copyBody(store, source.object.body, source.object.length, algorithm);
  const object = commit(store, bucket, { key, body, length, etag, properties, tags, checksum }, recheck, request);
  return {
    CopyObjectResult: { LastModified: object.lastModified, ETag: `"${etag}"`, ...checksumMembers(checksum) },
    CopySourceVersionId: shownVersionId(source.bucket, source.object),
    VersionId: newVersionId(bucket, object),
    ...encryptionMembers(properties),
    SSEKMSEncryptionContext: properties.SSEKMSEncryptionContext,
  };
}

/** Copies a body without copying its files, and computes its ETag and checksum. The caller holds the new body. */
export async function copyBody({ files }: Store, source: Body, length: number, algorithm: Algorithm) {
  const body = files.hold(source);
  try {
    const [md5, digest] = [digestOf('MD5'), digestOf(algorithm)];
    for await (const bytes of bytesOf(body)) {
      md5.update(bytes);
      digest.update(bytes);
    }
    const value = (await digest.digest()).toString('base64');
    const etag = (await md5.digest()).toString('hex');
    return { body, length, etag, checksum: { algorithm, value, type: 'FULL_OBJECT' as const } };
  } catch (error) {
    files.release(body);
    throw error;
  }
}

/** Content headers and metadata come from the source or from the request, everything else from the request. */
function copiedProperties(input: sdk.CopyObjectRequest, source: StoredObject, bucket: Bucket) {
  if (isReplaced(input.MetadataDirective, 'x-amz-metadata-directive')) return propertiesOf(input as object, bucket);
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Expires, Metadata } =
    source.properties;
  const { StorageClass, WebsiteRedirectLocation, ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = input;
  return propertiesOf(
    {
      ...{ CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Expires, Metadata },
      ...{ StorageClass, WebsiteRedirectLocation, ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled },
      SSEKMSEncryptionContext: input.SSEKMSEncryptionContext,
    },
    bucket,
  );
}

function isReplaced(directive: string | undefined, header: string): boolean {
  if (directive === undefined || directive === 'COPY') return false;
  if (directive === 'REPLACE') return true;
  const kind = header === 'x-amz-tagging-directive' ? 'tagging' : 'metadata';
  throw invalidArgument(`Unknown ${kind} directive.`, header, directive);
}

function changesSomething(input: sdk.CopyObjectRequest): boolean {
  const { MetadataDirective, StorageClass, WebsiteRedirectLocation, ServerSideEncryption } = input;
  return MetadataDirective === 'REPLACE' || [StorageClass, WebsiteRedirectLocation, ServerSideEncryption].some(Boolean);
}
