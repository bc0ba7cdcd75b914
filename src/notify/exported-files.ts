import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { logger } from '../lambda/logger.ts';
import { s3 } from '../lambda/s3-client.ts';

/** The objects in the folder of an export. `atLeast`: there are more than the thousand that were counted. */
export interface ExportedFiles {
  count: number;
  bytes: number;
  atLeast?: true;
}

/** Counts the objects below `path` (`s3://bucket/prefix/`): Personalize does not report which files an export has.
 * @returns undefined if they can't be listed, for example in another account's bucket. The export has succeeded all the same. */
export async function listExportedFiles(path: string, client: S3Client = s3): Promise<ExportedFiles | undefined> {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (!bucket) return undefined;
  try {
    const { Contents = [], IsTruncated } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
    );
    const bytes = Contents.reduce((sum, { Size = 0 }) => sum + Size, 0);
    return { count: Contents.length, bytes, ...(IsTruncated && { atLeast: true as const }) };
  } catch (error) {
    logger.warn('exported files not listed', { errorName: (error as Error).name });
    return undefined;
  }
}
