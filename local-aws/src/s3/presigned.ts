import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../protocols/aws-json.ts';
import { s3Error } from './errors.ts';

const MOST_SECONDS = 7 * 24 * 60 * 60;

/** The caller of a presigned URL. The expiry is checked, the signature is not.
 * @throws S3Error `AccessDenied` for an expired URL, `AuthorizationQueryParametersError` for an invalid date or duration */
export function presignedCaller(query: URLSearchParams, caller: Caller): Caller {
  if (query.has('X-Amz-Signature')) {
    checkVersion4(query);
    const [accessKeyId = '', , region = caller.region] = (query.get('X-Amz-Credential') ?? '').split('/');
    return { ...caller, accessKeyId, region };
  }
  if (query.has('Signature') && query.has('AWSAccessKeyId')) {
    checkTime(new Date(Number(query.get('Expires')) * 1000), {});
    return { ...caller, accessKeyId: query.get('AWSAccessKeyId') ?? '' };
  }
  return caller;
}

/** The request's headers, and those that a presigned URL has in its query. */
export function headersOf(headers: IncomingHttpHeaders, query: URLSearchParams): Record<string, string> {
  const given: Record<string, string> = {};
  if (query.has('X-Amz-Signature')) {
    for (const [name, value] of query) if (/^x-amz-(?!signature$)/i.test(name)) given[name.toLowerCase()] = value;
  }
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) given[name] = String(value);
  return given;
}

function checkVersion4(query: URLSearchParams): void {
  const wrong = (message: string) => s3Error('AuthorizationQueryParametersError', { message });
  const expires = query.get('X-Amz-Expires') ?? '';
  if (!/^\d{1,7}$/.test(expires) || Number(expires) < 1) throw wrong('X-Amz-Expires should be a number');
  if (Number(expires) > MOST_SECONDS) throw wrong('X-Amz-Expires must be less than a week (in seconds)');
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const [year = 0, month = 1, ...rest] = parts.map(Number);
  if (year === 0) throw wrong("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const signed = Date.UTC(year, month - 1, ...rest);
  checkTime(new Date(signed + Number(expires) * 1000), { 'X-Amz-Expires': expires });
}

function checkTime(end: Date, details: Record<string, string>): void {
  if (end.getTime() > Date.now()) return;
  if (Number.isNaN(end.getTime()))
    throw s3Error('AccessDenied', { message: 'Invalid date (should be seconds since epoch)' });
  throw s3Error('AccessDenied', {
    message: 'Request has expired',
    details: { ...details, Expires: end.toISOString(), ServerTime: new Date().toISOString() },
  });
}
