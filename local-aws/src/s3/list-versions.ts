import type * as sdk from '@aws-sdk/client-s3';
import type { Version } from './catalog.ts';
import { invalidArgument } from './errors.ts';
import { commonPrefixesOf, listedObject } from './list-objects.ts';
import { keyEncoding, type Listed, listed, page, pageSize } from './lists.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { assertVersionId, type Bucket, bucketNamed, ownerOf, type Store } from './store.ts';

export function listVersionsOperations(store: Store): S3Operations {
  return {
    ListObjectVersions: operation<sdk.ListObjectVersionsRequest>(
      ['Delimiter', 'EncodingType', 'KeyMarker', 'MaxKeys', 'Prefix', 'VersionIdMarker', 'OptionalObjectAttributes'],
      (input) => listObjectVersions(store, input),
    ),
  };
}

/** A version or a common prefix. Each counts towards the size of a page. */
type Entry = Listed & { version?: Version };

function listObjectVersions(store: Store, input: sdk.ListObjectVersionsRequest): Output {
  const { Prefix = '', Delimiter = '', KeyMarker = '', VersionIdMarker, EncodingType, MaxKeys } = input;
  const bucket = bucketNamed(store, input.Bucket);
  const encode = keyEncoding(EncodingType);
  const most = pageSize(MaxKeys, 'max-keys');
  if (VersionIdMarker !== undefined) checkVersionIdMarker(store, VersionIdMarker, KeyMarker);
  const { entries, isTruncated } = page(versionEntries(bucket, input), most);
  const last = entries.at(-1);
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    ...(Delimiter !== '' && { Delimiter: encode(Delimiter) }),
    KeyMarker: encode(KeyMarker),
    VersionIdMarker: VersionIdMarker ?? '',
    MaxKeys: most,
    EncodingType: EncodingType || undefined,
    IsTruncated: isTruncated,
    ...(isTruncated && { NextKeyMarker: encode(last?.name ?? ''), NextVersionIdMarker: last?.version?.versionId }),
    ...versionMembers(entries, bucket, encode, ownerOf(store)),
    CommonPrefixes: commonPrefixesOf(entries, encode),
  };
}

function checkVersionIdMarker(store: Store, marker: string, keyMarker: string): void {
  const name = 'version-id-marker';
  if (marker === '') throw invalidArgument('A version-id marker cannot be empty.', name, marker);
  if (keyMarker === '')
    throw invalidArgument('A version-id marker cannot be specified without a key marker.', name, marker);
  assertVersionId(store, marker);
}

function* versionEntries({ catalog }: Bucket, input: sdk.ListObjectVersionsRequest): Generator<Entry> {
  const { Prefix = '', Delimiter = '', KeyMarker = '', VersionIdMarker } = input;
  const isAfterIncluded = VersionIdMarker !== undefined;
  const listing = { prefix: Prefix, delimiter: Delimiter, after: KeyMarker, isAfterIncluded };
  for (const entry of listed(catalog.keys, listing, () => true)) {
    if (entry.isCommonPrefix) {
      yield entry;
      continue;
    }
    const versions = catalog.versionsOf(entry.name);
    const isStarted = isAfterIncluded && entry.name === KeyMarker;
    const from = isStarted ? versions.findIndex(({ versionId }) => versionId === VersionIdMarker) + 1 : 0;
    for (const version of versions.slice(from)) yield { ...entry, version };
  }
}

function versionMembers(
  entries: readonly Entry[],
  { catalog }: Bucket,
  encode: (key: string) => string,
  Owner: object,
) {
  const Versions: Output[] = [];
  const DeleteMarkers: Output[] = [];
  for (const { version } of entries) {
    if (!version) continue;
    const IsLatest = catalog.versionsOf(version.key)[0] === version;
    const common = { VersionId: version.versionId, IsLatest, Owner };
    if (version.isDeleteMarker) {
      DeleteMarkers.push({ ...common, Key: encode(version.key), LastModified: version.lastModified });
    } else {
      Versions.push({ ...listedObject(version, encode), ...common });
    }
  }
  return { Versions, DeleteMarkers };
}
