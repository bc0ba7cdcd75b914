import type * as sdk from '@aws-sdk/client-s3';
import { invalidArgument } from './errors.ts';
import { commonPrefixesOf } from './list-objects.ts';
import { keyEncoding, type Listed, listed, page, pageSize } from './lists.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { sortedKeys } from './sorted-keys.ts';
import { type Bucket, bucketNamed, ownerOf, type Store } from './store.ts';
import { partsInOrder, type Upload, uploadIn } from './uploads.ts';

export function listUploadsOperations(store: Store): S3Operations {
  return {
    ListParts: operation<sdk.ListPartsRequest>(['MaxParts', 'PartNumberMarker', 'UploadId'], (input) =>
      listParts(store, input),
    ),
    ListMultipartUploads: operation<sdk.ListMultipartUploadsRequest>(
      ['Delimiter', 'EncodingType', 'KeyMarker', 'MaxUploads', 'Prefix', 'UploadIdMarker'],
      (input) => listMultipartUploads(store, input),
    ),
  };
}

function listParts(store: Store, input: sdk.ListPartsRequest): Output {
  const { Key = '', UploadId } = input;
  const bucket = bucketNamed(store, input.Bucket);
  const upload = uploadIn(bucket, Key, UploadId);
  const most = pageSize(input.MaxParts, 'max-parts');
  const marker = markerOf(input.PartNumberMarker);
  const { entries, isTruncated } = page(
    partsInOrder(upload).filter(({ number }) => number > marker),
    most,
  );
  const { algorithm, checksumType: type, isAlgorithmChosen, properties } = upload;
  const shown = (value: string) => (isAlgorithmChosen ? { [`Checksum${algorithm}`]: value } : {});
  return {
    Bucket: bucket.name,
    Key,
    UploadId,
    PartNumberMarker: marker,
    NextPartNumberMarker: entries.at(-1)?.number ?? 0,
    MaxParts: most,
    IsTruncated: isTruncated,
    Parts: entries.map(({ number, lastModified, etag, length, checksum }) => ({
      PartNumber: number,
      LastModified: lastModified,
      ETag: `"${etag}"`,
      Size: length,
      ...shown(checksum),
    })),
    Initiator: ownerOf(store),
    Owner: ownerOf(store),
    StorageClass: properties.StorageClass ?? 'STANDARD',
    ...(isAlgorithmChosen && { ChecksumAlgorithm: algorithm, ChecksumType: type }),
  };
}

function markerOf(given: string | undefined): number {
  if (given === undefined || given === '') return 0;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw invalidArgument(
    'Provided part-number-marker not an integer or within integer range',
    'part-number-marker',
    given,
  );
}

/** An upload or a common prefix. Each counts towards the size of a page. */
type Entry = Listed & { upload?: Upload };

function listMultipartUploads(store: Store, input: sdk.ListMultipartUploadsRequest): Output {
  const { Prefix = '', Delimiter = '', KeyMarker = '', UploadIdMarker = '', EncodingType, MaxUploads } = input;
  const bucket = bucketNamed(store, input.Bucket);
  const encode = keyEncoding(EncodingType);
  const most = pageSize(MaxUploads, 'max-uploads');
  const { entries, isTruncated } = page(uploadEntries(bucket, input), most);
  const last = entries.at(-1);
  const uploads = entries.flatMap(({ upload }) => upload ?? []);
  return {
    Bucket: bucket.name,
    KeyMarker: encode(KeyMarker),
    // S3 ignores an upload id without a key.
    UploadIdMarker: KeyMarker === '' ? '' : UploadIdMarker,
    NextKeyMarker: encode(isTruncated || last?.upload ? (last?.name ?? '') : ''),
    NextUploadIdMarker: last?.upload?.uploadId ?? '',
    Prefix: encode(Prefix),
    ...(Delimiter !== '' && { Delimiter: encode(Delimiter) }),
    EncodingType: EncodingType || undefined,
    MaxUploads: most,
    IsTruncated: isTruncated,
    Uploads: uploads.map((upload) => uploadMembers(store, upload, encode)),
    CommonPrefixes: commonPrefixesOf(entries, encode),
  };
}

/** The uploads by key, and those with the same key in the order in which they were created. */
function* uploadEntries({ uploads }: Bucket, input: sdk.ListMultipartUploadsRequest): Generator<Entry> {
  const { Prefix = '', Delimiter = '', KeyMarker = '', UploadIdMarker = '' } = input;
  const byKey = Map.groupBy(uploads.values(), ({ key }) => key);
  const keys = sortedKeys();
  for (const key of byKey.keys()) keys.add(key);
  const isAfterIncluded = KeyMarker !== '' && UploadIdMarker !== '';
  const from = (byKey.get(KeyMarker) ?? []).findIndex(({ uploadId }) => uploadId === UploadIdMarker) + 1;
  // The marker's upload may have ended since the previous page. An upload with another key is an error.
  if (isAfterIncluded && from === 0 && uploads.has(UploadIdMarker)) {
    throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', UploadIdMarker);
  }
  const listing = { prefix: Prefix, delimiter: Delimiter, after: KeyMarker, isAfterIncluded };
  for (const entry of listed(keys, listing, () => true)) {
    if (entry.isCommonPrefix) {
      yield entry;
      continue;
    }
    const ofKey = byKey.get(entry.name) ?? [];
    for (const upload of isAfterIncluded && entry.name === KeyMarker ? ofKey.slice(from) : ofKey)
      yield { ...entry, upload };
  }
}

function uploadMembers(store: Store, upload: Upload, encode: (key: string) => string): Output {
  const { key, uploadId, initiated, properties, algorithm, checksumType, isAlgorithmChosen } = upload;
  return {
    Key: encode(key),
    UploadId: uploadId,
    Initiator: ownerOf(store),
    Owner: ownerOf(store),
    StorageClass: properties.StorageClass ?? 'STANDARD',
    Initiated: initiated,
    ...(isAlgorithmChosen && { ChecksumAlgorithm: algorithm, ChecksumType: checksumType }),
  };
}
