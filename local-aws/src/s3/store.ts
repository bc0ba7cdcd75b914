import type { IncomingMessage } from 'node:http';
import type { Caller } from '../protocols/aws-json.ts';
import { type BodyFiles, bodyFiles } from './body-files.ts';
import {
  type Catalog,
  createCatalog,
  type ObjectProperties,
  type StoredObject,
  type Tag,
  type Version,
} from './catalog.ts';
import { invalidArgument, s3Error } from './errors.ts';
import { sequencers } from './sequencers.ts';
import type { Upload } from './uploads.ts';
import { type VersionIds, versionIds } from './version-ids.ts';

export type Versioning = 'Enabled' | 'Suspended' | undefined;

export type DefaultEncryption = Pick<ObjectProperties, 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'>;

export interface Bucket {
  name: string;
  region: string;
  creationDate: Date;
  versioning: Versioning;
  /** Applies to objects that are written without an encryption. */
  encryption: DefaultEncryption;
  /** Whether `Object Created` events go to EventBridge. */
  notifiesEventBridge: boolean;
  tags: Tag[];
  catalog: Catalog;
  /** The multipart uploads in progress, in the order in which they were created. */
  uploads: Map<string, Upload>;
}

/** The state of the service. */
export interface Store {
  accountId: string;
  region: string;
  buckets: Map<string, Bucket>;
  files: BodyFiles;
  versionIds: VersionIds;
  nextSequencer: () => string;
}

export interface CreatedObject {
  bucket: Bucket;
  object: StoredObject;
  /** Orders the events of a key. */
  sequencer: string;
}

/** What an operation receives besides its input. */
export interface S3Request {
  caller: Caller;
  requestId: string;
  request: IncomingMessage;
  /** Includes those in the query of a presigned URL. */
  headers: Record<string, string>;
  /** The objects that the operation created. Their events are sent after the response. */
  created: CreatedObject[];
}

export function createStore(options: { folder: string; accountId: string; region: string }): Store {
  const { folder, accountId, region } = options;
  return {
    accountId,
    region,
    buckets: new Map(),
    files: bodyFiles(folder),
    versionIds: versionIds(),
    nextSequencer: sequencers(),
  };
}

export function createBucket(name: string, region: string): Bucket {
  return {
    name,
    region,
    creationDate: now(),
    versioning: undefined,
    encryption: { ServerSideEncryption: 'AES256' },
    notifiesEventBridge: false,
    tags: [],
    catalog: createCatalog(),
    uploads: new Map(),
  };
}

/** @throws S3Error `NoSuchBucket`, `InvalidBucketName` */
export function bucketNamed({ buckets }: Store, name = ''): Bucket {
  const bucket = buckets.get(name);
  if (bucket) return bucket;
  throw s3Error(name.length > 63 ? 'InvalidBucketName' : 'NoSuchBucket', { details: { BucketName: name } });
}

/** The current version or the one with the id.
 * @throws S3Error `NoSuchKey`, `NoSuchVersion`, `InvalidArgument` for an id that was never issued; `MethodNotAllowed` for a delete marker */
export function objectIn(store: Store, bucket: Bucket, key: string, versionId: string | undefined): StoredObject {
  const version = versionIn(store, bucket, key, versionId);
  if (!version.isDeleteMarker) return version;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (versionId === undefined) throw s3Error('NoSuchKey', { details: { Key: key }, headers });
  throw s3Error('MethodNotAllowed', {
    details: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers: { ...headers, allow: 'DELETE', 'last-modified': version.lastModified.toUTCString() },
  });
}

/** Like `objectIn`, but also returns a delete marker. */
export function versionIn(store: Store, bucket: Bucket, key: string, versionId: string | undefined): Version {
  const versions = bucket.catalog.versionsOf(key);
  if (versionId !== undefined) assertVersionId(store, versionId);
  const found = versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  if (found) return found;
  if (versionId === undefined) throw s3Error('NoSuchKey', { details: { Key: key } });
  throw s3Error('NoSuchVersion', { details: { Key: key, VersionId: versionId } });
}

/** @throws S3Error `InvalidArgument` for a version id that was never issued */
export function assertVersionId({ versionIds: ids }: Store, versionId: string): void {
  if (versionId === 'null' || ids.isIssued(versionId)) return;
  throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}

/** The id of the next version. */
export function nextVersionId({ versionIds: ids }: Store, { versioning }: Bucket): string {
  return versioning === 'Enabled' ? ids.next() : 'null';
}

/** The id as responses show it: `undefined` if versioning was never enabled. */
export function shownVersionId({ versioning }: Bucket, { versionId }: Pick<Version, 'versionId'>): string | undefined {
  return versioning === undefined ? undefined : versionId;
}

export function releaseBody({ files }: Store, version: Version | undefined): void {
  if (version && !version.isDeleteMarker) files.release(version.body);
}

/** The time in whole seconds, which is the resolution of S3. */
export function now(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}

/** The owner in lists. */
export function ownerOf({ accountId }: Store): { ID: string; DisplayName: string } {
  return { ID: accountId.padStart(64, '0'), DisplayName: 'local-aws' };
}
