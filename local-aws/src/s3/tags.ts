import type * as sdk from '@aws-sdk/client-s3';
import type { Tag } from './catalog.ts';
import { s3Error } from './errors.ts';
import { operation, type S3Operations } from './operation.ts';
import { bucketNamed, objectIn, type Store, shownVersionId } from './store.ts';

const MOST_OBJECT_TAGS = 10;
const MOST_BUCKET_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export function taggingOperations(store: Store): S3Operations {
  const tagged = (input: { Bucket: string | undefined; Key: string | undefined; VersionId?: string | undefined }) => {
    const bucket = bucketNamed(store, input.Bucket);
    const object = objectIn(store, bucket, input.Key ?? '', input.VersionId);
    return { object, VersionId: shownVersionId(bucket, object) };
  };
  return {
    GetObjectTagging: operation<sdk.GetObjectTaggingRequest>(['VersionId'], (input) => {
      const { object, VersionId } = tagged(input);
      return { VersionId, TagSet: object.tags };
    }),
    PutObjectTagging: operation<sdk.PutObjectTaggingRequest>(
      ['Tagging', 'VersionId', 'ContentMD5', 'ChecksumAlgorithm'],
      (input) => {
        const tags = checkTags(input.Tagging?.TagSet, MOST_OBJECT_TAGS);
        const { object, VersionId } = tagged(input);
        object.tags = tags;
        return { VersionId };
      },
    ),
    DeleteObjectTagging: operation<sdk.DeleteObjectTaggingRequest>(['VersionId'], (input) => {
      const { object, VersionId } = tagged(input);
      object.tags = [];
      return { VersionId };
    }),
    GetBucketTagging: operation<sdk.GetBucketTaggingRequest>([], ({ Bucket }) => {
      const { name, tags } = bucketNamed(store, Bucket);
      if (tags.length === 0) throw s3Error('NoSuchTagSet', { details: { BucketName: name } });
      return { TagSet: tags };
    }),
    PutBucketTagging: operation<sdk.PutBucketTaggingRequest>(
      ['Tagging', 'ContentMD5', 'ChecksumAlgorithm'],
      ({ Bucket, Tagging }) => {
        const bucket = bucketNamed(store, Bucket);
        bucket.tags = checkTags(Tagging?.TagSet, MOST_BUCKET_TAGS);
        return {};
      },
      204,
    ),
    DeleteBucketTagging: operation<sdk.DeleteBucketTaggingRequest>([], ({ Bucket }) => {
      bucketNamed(store, Bucket).tags = [];
      return {};
    }),
  };
}

/** The tags of an `x-amz-tagging` header, which has the form of a query.
 * @throws S3Error `InvalidTag`, `BadRequest` for too many */
export function tagsOfHeader(header: string | undefined): Tag[] {
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }));
  return checkTags(tags, MOST_OBJECT_TAGS);
}

/** @throws S3Error `MalformedXML` for missing elements, `InvalidTag`, `BadRequest` for too many */
export function checkBucketTags(given: readonly sdk.Tag[]): Tag[] {
  return checkTags(given, MOST_BUCKET_TAGS);
}

function checkTags(given: readonly sdk.Tag[] | undefined, most: number): Tag[] {
  if (!given) throw s3Error('MalformedXML');
  const tags = given.map(({ Key, Value }) => {
    if (Key === undefined || Value === undefined) throw s3Error('MalformedXML');
    return { Key, Value };
  });
  if (tags.length > most) {
    const what = most === MOST_OBJECT_TAGS ? 'Object' : 'Bucket';
    throw s3Error('BadRequest', { message: `${what} tags cannot be greater than ${most}` });
  }
  for (const tag of tags) checkTag(tag);
  const keys = tags.map(({ Key }) => Key);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined) {
    throw s3Error('InvalidTag', {
      message: 'Cannot provide multiple Tags with the same key',
      details: { TagKey: repeated },
    });
  }
  return tags;
}

function checkTag({ Key, Value }: Tag): void {
  const invalid = (message: string, details: Record<string, string>) => s3Error('InvalidTag', { message, details });
  if (Key === '' || Key.length > 128 || !ALLOWED.test(Key)) {
    throw invalid('The TagKey you have provided is invalid', { TagKey: Key });
  }
  if (Value.length > 256 || !ALLOWED.test(Value)) {
    throw invalid('The TagValue you have provided is invalid', { TagKey: Key, TagValue: Value });
  }
  if (/^aws:/i.test(Key)) throw invalid('System tags cannot be added/updated by requester', { TagKey: Key });
}
