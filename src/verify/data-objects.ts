import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Checksum, DataFile } from './measures.ts';

/** A folder in S3; `prefix` ends in a slash. */
export interface Folder {
  bucket: string;
  prefix: string;
}

/** @param path `s3://bucket/prefix/` */
export function folderOf(path: string): Folder {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.+\/)$/.exec(path) ?? [];
  if (!bucket || !prefix) throw new Error(`${path} is not a folder in S3.`);
  return { bucket, prefix };
}

/** The objects of an export that have data, by key. Empty objects, and those whose base name starts with `_` or `.`, have
 * none: they are markers. Athena skips the same names. */
export async function listDataFiles({ bucket, prefix }: Folder, client: S3Client): Promise<DataFile[]> {
  const files: DataFile[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = '', Size = 0, ETag = '' } of Contents) {
      if (isData(Key, Size))
        files.push({ name: Key.slice(prefix.length), bytes: Size, etag: ETag.replaceAll('"', ''), rows: 0 });
    }
  }
  return files;
}

function isData(key: string, size: number): boolean {
  const [baseName = ''] = key.split('/').slice(-1);
  return size > 0 && !/^[_.]/.test(baseName);
}

/** The checksum that S3 stores with the object, if it has one.
 * @throws the error of S3 if the object is not the same any more */
export async function checksumOf(
  { bucket, prefix }: Folder,
  file: DataFile,
  client: S3Client,
): Promise<Checksum | undefined> {
  const { ChecksumType, ...head } = await client.send(
    new HeadObjectCommand({
      Bucket: bucket,
      Key: prefix + file.name,
      IfMatch: `"${file.etag}"`,
      ChecksumMode: 'ENABLED',
    }),
  );
  const [name, value] = Object.entries(head).find(([member]) => member.startsWith('Checksum')) ?? [];
  if (!name) return undefined;
  return {
    algorithm: name.slice('Checksum'.length),
    value: String(value),
    ...(ChecksumType && { type: ChecksumType }),
  };
}
