import type { PutObjectRequest } from '@aws-sdk/client-s3';
import type { Body } from './body-files.ts';
import type { Checksum } from './checksums.ts';
import { type SortedKeys, sortedKeys } from './sorted-keys.ts';

/** What S3 stores with an object and returns unchanged. `Expires` is text: S3 returns it even if it is not a date. */
export type ObjectProperties = Pick<
  PutObjectRequest,
  | 'BucketKeyEnabled'
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'ContentType'
  | 'Metadata'
  | 'ServerSideEncryption'
  | 'SSEKMSEncryptionContext'
  | 'SSEKMSKeyId'
  | 'StorageClass'
  | 'WebsiteRedirectLocation'
> & { Expires?: string };

export interface Tag {
  Key: string;
  Value: string;
}

/** A part of an object that was uploaded in parts. */
export interface ObjectPart {
  number: number;
  length: number;
  /** Base64, by the algorithm of the object's checksum. */
  checksum: string;
}

export interface StoredObject {
  isDeleteMarker: false;
  key: string;
  /** `null` for an object that was written while versioning was not enabled. */
  versionId: string;
  /** In whole seconds, as in HTTP dates. */
  lastModified: Date;
  body: Body;
  length: number;
  /** Without the quotes. */
  etag: string;
  properties: ObjectProperties;
  tags: Tag[];
  checksum: Checksum;
  parts?: ObjectPart[];
  /** The multipart upload that created it. */
  uploadId?: string;
}

export interface DeleteMarker extends Pick<StoredObject, 'key' | 'versionId' | 'lastModified'> {
  isDeleteMarker: true;
}

export type Version = StoredObject | DeleteMarker;

/** The versions of a bucket's objects. */
export interface Catalog {
  readonly keys: SortedKeys;
  readonly isEmpty: boolean;
  /** The newest first. */
  versionsOf(key: string): readonly Version[];
  /** The newest version; `undefined` if there is none or it is a delete marker. */
  current(key: string): StoredObject | undefined;
  /** Adds the newest version. It replaces a version with the same id, which can only be `null`, and returns that one. */
  add(version: Version): Version | undefined;
  /** Removes one version and returns it. */
  remove(key: string, versionId: string): Version | undefined;
}

export function createCatalog(): Catalog {
  const keys = sortedKeys();
  const byKey = new Map<string, Version[]>();
  const remove = (key: string, versionId: string) => {
    const versions = byKey.get(key) ?? [];
    const removed = versions.find((version) => version.versionId === versionId);
    if (!removed) return undefined;
    if (versions.length > 1) {
      byKey.set(
        key,
        versions.filter((version) => version !== removed),
      );
    } else {
      byKey.delete(key);
      keys.delete(key);
    }
    return removed;
  };
  return {
    keys,
    get isEmpty() {
      return byKey.size === 0;
    },
    versionsOf: (key) => byKey.get(key) ?? [],
    current: (key) => {
      const [newest] = byKey.get(key) ?? [];
      return newest?.isDeleteMarker ? undefined : newest;
    },
    add(version) {
      const { key, versionId } = version;
      const replaced = remove(key, versionId);
      byKey.set(key, [version, ...(byKey.get(key) ?? [])]);
      keys.add(key);
      return replaced;
    },
    remove,
  };
}
