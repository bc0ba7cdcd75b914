import type * as sdk from '@aws-sdk/client-s3';
import { sliceOf } from './body-files.ts';
import type { ObjectPart, StoredObject } from './catalog.ts';
import { checksumMembers } from './checksums.ts';
import { isNotModified, isUnchanged } from './conditions.ts';
import { s3Error } from './errors.ts';
import { type Output, operation, type S3Operations } from './operation.ts';
import { propertyMembers } from './properties.ts';
import { type ByteRange, rangeOf } from './ranges.ts';
import { bucketNamed, objectIn, type S3Request, type Store, shownVersionId } from './store.ts';

const MEMBERS = [
  'ChecksumMode',
  'IfMatch',
  'IfModifiedSince',
  'IfNoneMatch',
  'IfUnmodifiedSince',
  'PartNumber',
  'Range',
  'ResponseCacheControl',
  'ResponseContentDisposition',
  'ResponseContentEncoding',
  'ResponseContentLanguage',
  'ResponseContentType',
  'ResponseExpires',
  'VersionId',
] as const;

/** The key of an output's status, if it is 206 or 304. */
export const STATUS = Symbol('status');

export function readObjectsOperations(store: Store): S3Operations {
  return {
    GetObject: operation<sdk.GetObjectRequest>(MEMBERS, (input, request) => {
      const { object, range, output } = readObject(store, input, request);
      if (output[STATUS] === 304) return output;
      const body = range ? sliceOf(object.body, range.first, range.last - range.first + 1) : object.body;
      return { ...output, Body: store.files.hold(body) };
    }),
    HeadObject: operation<sdk.HeadObjectRequest>(MEMBERS, (input, request) => readObject(store, input, request).output),
    GetObjectAttributes: operation<sdk.GetObjectAttributesRequest>(
      ['MaxParts', 'ObjectAttributes', 'PartNumberMarker', 'VersionId'],
      (input) => objectAttributes(store, input),
    ),
  };
}

interface ReadObject {
  object: StoredObject;
  /** `undefined` for the whole object. */
  range: ByteRange | undefined;
  output: Output & { [STATUS]?: number };
}

function readObject(store: Store, input: sdk.GetObjectRequest, { headers }: S3Request): ReadObject {
  const bucket = bucketNamed(store, input.Bucket);
  const object = objectIn(store, bucket, input.Key ?? '', input.VersionId);
  const common = {
    ETag: `"${object.etag}"`,
    LastModified: object.lastModified,
    VersionId: shownVersionId(bucket, object),
  };
  if (isNotModified(input, object)) return { object, range: undefined, output: { ...common, [STATUS]: 304 } };
  if (input.Range !== undefined && input.PartNumber !== undefined) {
    throw s3Error('InvalidRequest', { message: 'Cannot specify both Range header and partNumber query parameter' });
  }
  const part = input.PartNumber === undefined ? undefined : partOf(object, input.PartNumber);
  // If the object has changed, the rest of it does not fit what the client has.
  const isRangeWanted = isUnchanged(headers['if-range'], object);
  const range = part ? part.range : isRangeWanted ? rangeOf(input.Range, object.length) : undefined;
  const isPartial = range !== undefined;
  const output = {
    ...common,
    AcceptRanges: 'bytes',
    ...propertyMembers(object),
    ContentLength: range ? range.last - range.first + 1 : object.length,
    ...(range && { ContentRange: `bytes ${range.first}-${range.last}/${object.length}` }),
    ...(part && object.parts && { PartsCount: object.parts.length }),
    ...checksumShown(object, input, part?.part, isPartial),
    ...overrides(input),
    ...(isPartial && { [STATUS]: 206 }),
  };
  return { object, range, output };
}

/** A part and its range. An object that was not uploaded in parts has one part.
 * @throws S3Error `InvalidPartNumber` */
function partOf({ parts, length }: StoredObject, number: number): { part?: ObjectPart; range: ByteRange | undefined } {
  const all = parts ?? [{ number: 1, length, checksum: '' }];
  const index = number - 1;
  const part = all[index];
  if (!part) {
    throw s3Error('InvalidPartNumber', { details: { ActualPartCount: all.length, PartNumberRequested: number } });
  }
  const first = all.slice(0, index).reduce((total, earlier) => total + earlier.length, 0);
  const range = part.length > 0 ? { first, last: first + part.length - 1 } : undefined;
  return { ...(parts && { part }), range };
}

/** The checksum of the returned bytes, if it was requested. */
function checksumShown(
  { checksum }: StoredObject,
  { ChecksumMode }: sdk.GetObjectRequest,
  part: ObjectPart | undefined,
  isPartial: boolean,
): Output {
  if (ChecksumMode?.toUpperCase() !== 'ENABLED') return {};
  if (part) return { ...checksumMembers({ ...checksum, value: part.checksum }) };
  return isPartial ? {} : checksumMembers(checksum);
}

function overrides(input: sdk.GetObjectRequest): Output {
  const given = {
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
    Expires: input.ResponseExpires,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function objectAttributes(store: Store, input: sdk.GetObjectAttributesRequest): Output {
  const asked = new Set<string>(input.ObjectAttributes);
  const known = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];
  if (asked.size === 0 || ![...asked].every((name) => known.includes(name))) {
    const message =
      asked.size === 0
        ? 'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty'
        : 'Invalid attribute name specified.';
    throw s3Error('InvalidArgument', { message, details: { ArgumentName: 'x-amz-object-attributes' } });
  }
  const bucket = bucketNamed(store, input.Bucket);
  const object = objectIn(store, bucket, input.Key ?? '', input.VersionId);
  const values: Output = {
    ETag: object.etag,
    Checksum: checksumMembers(object.checksum),
    ObjectParts: object.parts && objectParts(object, object.parts, input),
    StorageClass: object.properties.StorageClass ?? 'STANDARD',
    ObjectSize: object.length,
  };
  return {
    LastModified: object.lastModified,
    VersionId: shownVersionId(bucket, object),
    ...Object.fromEntries(Object.entries(values).filter(([name]) => asked.has(name))),
  };
}

function objectParts(
  { checksum }: StoredObject,
  parts: readonly ObjectPart[],
  input: sdk.GetObjectAttributesRequest,
): Output {
  const { MaxParts = 1000 } = input;
  const marker = Number(input.PartNumberMarker ?? 0);
  // S3 lists the parts only for a composite checksum.
  if (checksum.type !== 'COMPOSITE') return { TotalPartsCount: parts.length };
  const rest = parts.filter(({ number }) => number > marker);
  const page = rest.slice(0, Math.min(MaxParts, 1000));
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts,
    IsTruncated: page.length < rest.length,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      Size: part.length,
      [`Checksum${checksum.algorithm}`]: part.checksum,
    })),
  };
}
