import type * as sdk from '@aws-sdk/client-s3';
import type { StoredObject } from './catalog.ts';
import { invalidArgument } from './errors.ts';
import { keyEncoding, type Listed, listed, page, pageSize } from './lists.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { type Bucket, bucketNamed, ownerOf, type Store } from './store.ts';

export function listObjectsOperations(store: Store): S3Operations {
  return {
    ListObjects: operation<sdk.ListObjectsRequest>(
      ['Delimiter', 'EncodingType', 'Marker', 'MaxKeys', 'Prefix', 'OptionalObjectAttributes'],
      (input) => listObjects(store, input),
    ),
    ListObjectsV2: operation<sdk.ListObjectsV2Request>(
      [
        'ContinuationToken',
        'Delimiter',
        'EncodingType',
        'FetchOwner',
        'MaxKeys',
        'Prefix',
        'StartAfter',
        'OptionalObjectAttributes',
      ],
      (input) => listObjectsV2(store, input),
    ),
  };
}

function listObjects(store: Store, input: sdk.ListObjectsRequest): Output {
  const { Marker = '', Delimiter = '' } = input;
  const { encode, last, isTruncated, ...answer } = listPage(store, input, Marker, true);
  return {
    ...answer,
    IsTruncated: isTruncated,
    Marker: encode(Marker),
    // Without a delimiter, clients use the last key of the page.
    ...(isTruncated && Delimiter !== '' && { NextMarker: encode(last) }),
  };
}

function listObjectsV2(store: Store, input: sdk.ListObjectsV2Request): Output {
  const { ContinuationToken, StartAfter, FetchOwner = false } = input;
  const after = ContinuationToken === undefined ? (StartAfter ?? '') : tokenContent(ContinuationToken);
  const { encode, last, isTruncated, ...answer } = listPage(store, input, after, FetchOwner);
  return {
    ...answer,
    IsTruncated: isTruncated,
    KeyCount: answer.Contents.length + answer.CommonPrefixes.length,
    ContinuationToken,
    ...(isTruncated && { NextContinuationToken: tokenOf(last) }),
    ...(StartAfter !== undefined && { StartAfter: encode(StartAfter) }),
  };
}

function listPage(
  store: Store,
  input: sdk.ListObjectsRequest | sdk.ListObjectsV2Request,
  after: string,
  showsOwner: boolean,
) {
  const { Prefix = '', Delimiter = '', EncodingType, MaxKeys } = input;
  const bucket = bucketNamed(store, input.Bucket);
  const encode = keyEncoding(EncodingType);
  const most = pageSize(MaxKeys, 'max-keys');
  const isCurrent = (key: string) => bucket.catalog.current(key) !== undefined;
  const all = listed(bucket.catalog.keys, { prefix: Prefix, delimiter: Delimiter, after }, isCurrent);
  const { entries, isTruncated } = page(all, most);
  return {
    encode,
    isTruncated,
    last: entries.at(-1)?.name ?? '',
    Name: bucket.name,
    Prefix: encode(Prefix),
    ...(Delimiter !== '' && { Delimiter: encode(Delimiter) }),
    MaxKeys: most,
    EncodingType: EncodingType || undefined,
    Contents: contentsOf(entries, bucket, encode, showsOwner ? ownerOf(store) : undefined),
    CommonPrefixes: commonPrefixesOf(entries, encode),
  };
}

function contentsOf(
  entries: readonly Listed[],
  { catalog }: Bucket,
  encode: (key: string) => string,
  Owner: object | undefined,
) {
  const objects = entries.flatMap(({ name, isCommonPrefix }) => (isCommonPrefix ? [] : (catalog.current(name) ?? [])));
  return objects.map((object) => ({ ...listedObject(object, encode), Owner }));
}

/** An object's entry in a list. */
export function listedObject(
  { key, etag, lastModified, length, properties, checksum }: StoredObject,
  encode: (key: string) => string,
) {
  return {
    Key: encode(key),
    LastModified: lastModified,
    ETag: `"${etag}"`,
    ChecksumAlgorithm: [checksum.algorithm],
    ChecksumType: checksum.type,
    Size: length,
    StorageClass: properties.StorageClass ?? 'STANDARD',
  };
}

export function commonPrefixesOf(entries: readonly Listed[], encode: (key: string) => string): { Prefix: string }[] {
  return entries.flatMap(({ name, isCommonPrefix }) => (isCommonPrefix ? [{ Prefix: encode(name) }] : []));
}

/** The continuation token: opaque, so that clients do not rely on its content. */
function tokenOf(last: string): string {
  return `1${Buffer.from(last).toString('base64url')}`;
}

function tokenContent(token: string): string {
  const last = Buffer.from(token.slice(1), 'base64url').toString();
  if (token !== '' && tokenOf(last) === token) return last;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}
