import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { s3 } from '../lambda/s3-client.ts';
import { invalidPath, keyInBucket } from './output-path.ts';

/** Refuses a folder in the deployment's bucket that is not empty: an export would add its rows to the data in it.
 * @throws InvalidRequestError; the SDK's error if the folder can't be listed */
export async function refuseFolderInUse(path: string, bucket: string, client: S3Client = s3): Promise<void> {
  const { Contents = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: keyInBucket(path, bucket), MaxKeys: 1 }),
  );
  if (Contents.length === 0) return;
  throw invalidPath(
    `${path} is not empty. Choose an empty folder, such as ${path}{jobName}/, where {jobName} stands for the name of the job.`,
  );
}
