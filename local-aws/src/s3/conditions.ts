import type { StoredObject } from './catalog.ts';
import { notImplemented, s3Error } from './errors.ts';
import type { Bucket } from './store.ts';

/** The conditions of a read. */
export interface Conditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: Date | undefined;
  IfUnmodifiedSince?: Date | undefined;
}

/** The conditions of a write. */
export type WriteConditions = Pick<Conditions, 'IfMatch' | 'IfNoneMatch'>;

type Tested = Pick<StoredObject, 'etag' | 'lastModified'>;

/** The condition that fails; `undefined` if none does. As in RFC 7232, an entity tag takes precedence over a date. */
export function failedCondition(conditions: Conditions, object: Tested): keyof typeof HEADERS | undefined {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = object.lastModified.getTime();
  if (IfMatch !== undefined && !matchesEtag(IfMatch, object.etag)) return 'IfMatch';
  if (IfMatch === undefined && IfUnmodifiedSince && modified > IfUnmodifiedSince.getTime()) return 'IfUnmodifiedSince';
  if (IfNoneMatch !== undefined) return matchesEtag(IfNoneMatch, object.etag) ? 'IfNoneMatch' : undefined;
  // S3 ignores a date in the future.
  const since = IfModifiedSince?.getTime() ?? Number.POSITIVE_INFINITY;
  return since <= Date.now() && modified <= since ? 'IfModifiedSince' : undefined;
}

const HEADERS = {
  IfMatch: 'If-Match',
  IfNoneMatch: 'If-None-Match',
  IfModifiedSince: 'If-Modified-Since',
  IfUnmodifiedSince: 'If-Unmodified-Since',
};

/** @throws S3Error `PreconditionFailed` */
export function assertSource(conditions: Conditions, source: Tested): void {
  const failed = failedCondition(conditions, source);
  if (failed) throw preconditionFailed(`x-amz-copy-source-${HEADERS[failed]}`);
}

export function preconditionFailed(condition: string) {
  return s3Error('PreconditionFailed', { details: { Condition: condition } });
}

/** Whether the response to a read is 304 Not Modified.
 * @throws S3Error `PreconditionFailed` */
export function isNotModified(conditions: Conditions, object: Tested): boolean {
  const failed = failedCondition(conditions, object);
  if (failed === 'IfMatch' || failed === 'IfUnmodifiedSince') throw preconditionFailed(HEADERS[failed]);
  return failed !== undefined;
}

/**
 * Checks the conditions of a write when it starts.
 * @returns the check to run when the write takes effect; it throws S3Error `ConditionalRequestConflict`
 * @throws S3Error `PreconditionFailed`, `NoSuchKey`
 */
export function checkWrite({ catalog }: Bucket, key: string, conditions: WriteConditions): () => void {
  const { IfMatch, IfNoneMatch } = conditions;
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
    throw notImplemented('If-None-Match with an entity tag, for a write,');
  if (IfMatch !== undefined && IfNoneMatch !== undefined) throw notImplemented('If-Match together with If-None-Match');
  const failed = () => {
    const current = catalog.current(key);
    if (IfNoneMatch !== undefined && current) return preconditionFailed(HEADERS.IfNoneMatch);
    if (IfMatch === undefined || (current && matchesEtag(IfMatch, current.etag))) return undefined;
    return current ? preconditionFailed(HEADERS.IfMatch) : s3Error('NoSuchKey', { details: { Key: key } });
  };
  const error = failed();
  if (error) throw error;
  return () => {
    if (!failed()) return;
    const condition = IfMatch === undefined ? HEADERS.IfNoneMatch : HEADERS.IfMatch;
    throw s3Error('ConditionalRequestConflict', { details: { Condition: condition, Key: key } });
  };
}

/** Whether an object is unchanged according to an `If-Range` header, which is an entity tag or a date. */
export function isUnchanged(ifRange: string | undefined, { etag, lastModified }: Tested): boolean {
  if (ifRange === undefined) return true;
  const date = new Date(ifRange).getTime();
  return Number.isNaN(date) ? matchesEtag(ifRange, etag) : lastModified.getTime() <= date;
}

/** Whether an entity tag matches a list of entity tags or `*`. Quotes and `W/` are ignored. */
export function matchesEtag(given: string, etag: string): boolean {
  return given.split(',').some((one) => one.trim() === '*' || bareEtag(one) === etag);
}

export function bareEtag(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}
