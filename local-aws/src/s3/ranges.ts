import { s3Error } from './errors.ts';

/** A range of bytes; both ends are included. */
export interface ByteRange {
  first: number;
  last: number;
}

/** Reads a `Range` header. As S3 does, it ignores a malformed header and several ranges at once.
 * @throws S3Error `InvalidRange` for a range outside the object */
export function rangeOf(header: string | undefined, length: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (header === undefined || first === undefined || last === undefined || first + last === '') return undefined;
  if (first === '') return satisfiable(header, length, { first: Math.max(length - Number(last), 0), last: length - 1 });
  if (last !== '' && Number(last) < Number(first)) return undefined;
  return satisfiable(header, length, {
    first: Number(first),
    last: Math.min(last === '' ? length : Number(last), length - 1),
  });
}

function satisfiable(header: string, length: number, range: ByteRange): ByteRange {
  if (range.first < length) return range;
  throw s3Error('InvalidRange', {
    details: { RangeRequested: header, ActualObjectSize: length },
    headers: { 'content-range': `bytes */${length}` },
  });
}
