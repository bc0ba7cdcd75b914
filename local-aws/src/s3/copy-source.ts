import { invalidArgument } from './errors.ts';

/** The object that an `x-amz-copy-source` header names. */
export interface CopySource {
  Bucket: string;
  Key: string;
  VersionId?: string;
}

/** Parses `bucket/key?versionId=id` in URL encoding, with or without a leading slash.
 * @throws S3Error `InvalidArgument` */
export function copySourceOf(header: string): CopySource {
  const [, path = '', versionId] = /^\/?(.*?)(?:\?versionId=([^&]*))?$/s.exec(header) ?? [];
  const source = decode(path, header);
  const end = source.indexOf('/');
  if (end < 1 || end === source.length - 1) throw wrong(header);
  const named = { Bucket: source.slice(0, end), Key: source.slice(end + 1) };
  return versionId === undefined ? named : { ...named, VersionId: decode(versionId, header) };
}

function decode(text: string, header: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(header);
  }
}

function wrong(header: string) {
  const message = 'Invalid copy source object key or bucket name.';
  return invalidArgument(message, 'x-amz-copy-source', header);
}
