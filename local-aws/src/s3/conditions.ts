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

/** The header of the condition that does not hold, as RFC 7232 has them: an entity tag goes before a date. */
export function failedCondition(conditions: Conditions, object: Tested): keyof typeof HEADERS | undefined {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = object.lastModified.getTime();
  if (IfMatch !== undefined && !matchesEtag(IfMatch, object.etag)) return 'IfMatch';
  if (IfMatch === undefined && IfUnmodifiedSince && modified > IfUnmodifiedSince.getTime()) return 'IfUnmodifiedSince';
  if (IfNoneMatch !== undefined) return matchesEtag(IfNoneMatch, object.etag) ? 'IfNoneMatch' : undefined;
  // A time that has not come yet is no condition.
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

/** Whether a read fails (412), or is to be answered without the object (304).
 * @throws S3Error `PreconditionFailed` */
export function isNotModified(conditions: Conditions, object: Tested): boolean {
  const failed = failedCondition(conditions, object);
  if (failed === 'IfMatch' || failed === 'IfUnmodifiedSince') throw preconditionFailed(HEADERS[failed]);
  return failed !== undefined;
}

/**
 * Checks a write's conditions as it begins, and gives the check for when it ends, in the turn in which it takes effect.
 * @throws S3Error `PreconditionFailed`, `NoSuchKey`; later `ConditionalRequestConflict`, where they held before
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

/** Whether a list of entity tags, or `*`, has this one; quotes and weakness do not count. */
export function matchesEtag(given: string, etag: string): boolean {
  return given.split(',').some((one) => one.trim() === '*' || bareEtag(one) === etag);
}

export function bareEtag(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}
