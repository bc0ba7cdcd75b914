import { UsageError } from '../usage-error.ts';

/** An object in S3. */
export interface S3Place {
  bucket: string;
  key: string;
}

/** @throws UsageError unless the text is `s3://bucket/key` */
export function s3Place(url: string): S3Place {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url) ?? [];
  if (!bucket || !key) throw new UsageError(`${JSON.stringify(url)} is not a location such as s3://bucket/key.`);
  return { bucket, key };
}

/** The folder of an object, with a slash at the end. */
export function folderOf(url: string): string {
  return url.slice(0, url.lastIndexOf('/') + 1);
}

/** Characters in `dataSource.dataLocation` of an import. Source: the API model of Personalize. */
export const MOST_LOCATION_CHARACTERS = 256;

/** Whether an import has to read the folder of the files: an import takes one file or one folder. */
export function isReadByFolder({ entries }: { entries: { url: string }[] }): boolean {
  return entries.length > 1 || entries.some(({ url }) => url.length > MOST_LOCATION_CHARACTERS);
}
