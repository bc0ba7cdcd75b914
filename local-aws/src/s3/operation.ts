/** What a request asks of S3, with path-style addressing: the operation by its API name, and what it is about. */
export interface S3Request {
  operation: string;
  Bucket: string;
  Key: string;
  query: Record<string, string>;
}

/** Operations on an object and on a bucket that a part of the query tells from the plain ones. */
const BY_QUERY: [parameter: string, ofObject: Record<string, string>, ofBucket: Record<string, string>][] = [
  ['uploads', { POST: 'CreateMultipartUpload' }, { GET: 'ListMultipartUploads' }],
  ['partNumber', { PUT: 'UploadPart' }, {}],
  ['uploadId', { POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload', GET: 'ListParts' }, {}],
  ['delete', {}, { POST: 'DeleteObjects' }],
  ['list-type', {}, { GET: 'ListObjectsV2' }],
  ['location', {}, { GET: 'GetBucketLocation' }],
];

const OF_OBJECT: Record<string, string> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};
const OF_BUCKET: Record<string, string> = {
  GET: 'ListObjects',
  HEAD: 'HeadBucket',
  PUT: 'CreateBucket',
  DELETE: 'DeleteBucket',
};

/** Reads method and URL; what it does not know is called by the method. */
export function s3Operation(method: string, url: string): S3Request {
  const [, pathname = '', search = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  const searchParams = new URLSearchParams(search);
  const [, Bucket = '', path = ''] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? [];
  const query = Object.fromEntries(searchParams);
  const special = BY_QUERY.find(([parameter]) => searchParams.has(parameter));
  const plain = Bucket === '' ? { GET: 'ListBuckets' } : path ? OF_OBJECT : OF_BUCKET;
  const operations: Record<string, string> = { ...plain, ...(path ? special?.[1] : special?.[2]) };
  const operation = Object.hasOwn(operations, method) ? operations[method] : undefined;
  return { operation: operation ?? method, Bucket, Key: decode(path), query };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
