import type { IncomingMessage } from 'node:http';
import { s3Error } from './errors.ts';
import type { Target } from './model.ts';

/** The bucket, key and query of a request. */
export interface Address {
  /** Empty for S3 itself. */
  bucket: string;
  /** Empty for a bucket. */
  key: string;
  query: URLSearchParams;
}

/** Reads path style (`/bucket/key`) and virtual-host style (`bucket.localhost`).
 * @throws S3Error `InvalidURI` for a path with invalid escapes, `NoSuchBucket` for a path that starts with `//` */
export function addressOf({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): Address {
  const [path = '', ...search] = url.split('?');
  if (!path.startsWith('/')) throw s3Error('InvalidURI');
  const query = new URLSearchParams(search.join('?'));
  const ofHost = bucketOfHost(headers.host ?? '');
  if (ofHost !== undefined) return { bucket: ofHost, key: decode(path.slice(1)), query };
  if (path.startsWith('//')) throw s3Error('NoSuchBucket', { details: { BucketName: '' } });
  const end = path.indexOf('/', 1);
  if (end < 0) return { bucket: decode(path.slice(1)), key: '', query };
  return { bucket: decode(path.slice(1, end)), key: decode(path.slice(end + 1)), query };
}

export function targetOf({ bucket, key }: Address): Target {
  if (key !== '') return 'object';
  return bucket === '' ? 'service' : 'bucket';
}

/** The bucket in a host such as `bucket.localhost:4566` or `bucket.s3.us-east-1.localhost`. `s3.localhost` has none. */
function bucketOfHost(host: string): string | undefined {
  if (/^s3\./.test(host)) return undefined;
  return /^(.+?)(\.s3(\.[a-z0-9-]+)?)?\.localhost(:\d+)?$/.exec(host)?.[1];
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw s3Error('InvalidURI');
  }
}
