import type { ObjectProperties, StoredObject } from './catalog.ts';
import { checksumMembers } from './checksums.ts';
import { invalidArgument, s3Error } from './errors.ts';
import type { Output } from './operation.ts';
import { contentEncodingOf } from './request-body.ts';
import type { Bucket } from './store.ts';

/** The members that are stored with an object and returned. */
export const PROPERTY_MEMBERS = [
  'BucketKeyEnabled',
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
  'Metadata',
  'SSEKMSEncryptionContext',
  'SSEKMSKeyId',
  'ServerSideEncryption',
  'StorageClass',
  'WebsiteRedirectLocation',
] as const;

const MOST_METADATA_BYTES = 2 * 1024;
const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
];
const ENCRYPTIONS = ['AES256', 'aws:kms', 'aws:kms:dsse'];

type Given = { [Name in (typeof PROPERTY_MEMBERS)[number]]?: unknown };

/** The properties that a request gives an object. Without an encryption in the request, the bucket's applies.
 * @throws S3Error `MetadataTooLarge`, `InvalidStorageClass`, `InvalidArgument` */
export function propertiesOf(given: Given, { encryption }: Pick<Bucket, 'encryption'>): ObjectProperties {
  const kept = PROPERTY_MEMBERS.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  const hasEncryption = given.ServerSideEncryption !== undefined || given.SSEKMSKeyId !== undefined;
  const properties: ObjectProperties = {
    ContentType: 'binary/octet-stream',
    ...(hasEncryption ? {} : encryption),
    ...Object.fromEntries(kept),
  };
  const encoding = contentEncodingOf(properties.ContentEncoding);
  if (encoding === undefined) delete properties.ContentEncoding;
  else properties.ContentEncoding = encoding;
  if (properties.ContentType === '') properties.ContentType = 'binary/octet-stream';
  checkMetadata(properties.Metadata);
  const { StorageClass, ServerSideEncryption, SSEKMSKeyId } = properties;
  if (StorageClass !== undefined && !STORAGE_CLASSES.includes(StorageClass)) {
    throw s3Error('InvalidStorageClass', { details: { StorageClassRequested: StorageClass } });
  }
  if (ServerSideEncryption !== undefined && !ENCRYPTIONS.includes(ServerSideEncryption)) {
    const message = 'The encryption method specified is not supported';
    throw invalidArgument(message, 'x-amz-server-side-encryption', ServerSideEncryption);
  }
  if (SSEKMSKeyId !== undefined && !ServerSideEncryption?.startsWith('aws:kms')) {
    const message =
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms';
    throw invalidArgument(message, 'x-amz-server-side-encryption', ServerSideEncryption ?? 'null');
  }
  return properties;
}

function checkMetadata(metadata: Record<string, string> = {}): void {
  // In Node, each character of a header value is one byte.
  const size = Object.entries(metadata).reduce((total, [name, value]) => total + name.length + value.length, 0);
  if (size <= MOST_METADATA_BYTES) return;
  throw s3Error('MetadataTooLarge', { details: { Size: size, MaxSizeAllowed: MOST_METADATA_BYTES } });
}

/** The properties of an object as members of an output. */
export function propertyMembers({ properties, tags }: StoredObject): Output {
  const { StorageClass, SSEKMSEncryptionContext: _, ...others } = properties;
  return {
    ...others,
    ...encryptionMembers(properties),
    // S3 does not return the class STANDARD.
    ...(StorageClass !== 'STANDARD' && { StorageClass }),
    ...(tags.length > 0 && { TagCount: tags.length }),
  };
}

/** The encryption of an object as members of an output. */
export function encryptionMembers({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }: ObjectProperties): Output {
  return { ServerSideEncryption, SSEKMSKeyId, ...(BucketKeyEnabled && { BucketKeyEnabled }) };
}

/** The members of an output that every write returns. */
export function writtenMembers(object: StoredObject): Output {
  return {
    ETag: `"${object.etag}"`,
    ...checksumMembers(object.checksum),
    ...encryptionMembers(object.properties),
    SSEKMSEncryptionContext: object.properties.SSEKMSEncryptionContext,
  };
}

/** Accepts only the ACLs that S3 accepts for a bucket with disabled ACLs, which is the default.
 * @throws S3Error `AccessControlListNotSupported` */
export function assertAcl(acl: string | undefined): void {
  if (acl === undefined || acl === 'private' || acl === 'bucket-owner-full-control') return;
  throw s3Error('AccessControlListNotSupported');
}
