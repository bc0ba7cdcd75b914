import { JobFailedError } from './jobs.ts';

/** The page that the message of the service names. */
const PERMISSIONS_PAGE = 'https://docs.aws.amazon.com/personalize/latest/dg/granting-personalize-s3-access.html';

export interface S3Location {
  bucket: string;
  key: string;
}

/**
 * Splits `s3://bucket/key`. The API's pattern allows `http(s)://`, too, but its meaning is not documented.
 * @throws JobFailedError
 */
export function parseS3Location(url: string): S3Location {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(url) ?? [];
  if (bucket === undefined) throw new JobFailedError(`${url} is not an s3:// location.`);
  return { bucket, key };
}

/**
 * Calls S3, and turns its errors into the failure reason of the job.
 * @throws JobFailedError
 */
export async function explainS3Errors<T>({ bucket, key }: S3Location, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const reason = s3FailureReason(cause as Error & { $metadata?: { httpStatusCode?: number } }, bucket, key);
    throw reason === undefined ? cause : new JobFailedError(reason, { cause });
  }
}

/** The first two sentences are those of the service, known from public reports. The service does not name the permission. */
export function insufficientPrivileges(bucket: string, { message }: Error): string {
  return `Insufficient privileges for accessing data in S3. Please look at ${PERMISSIONS_PAGE} and fix bucket policy on ${bucket}. ${message}`;
}

/** The texts imitate those of the service. */
function s3FailureReason(
  error: Error & { $metadata?: { httpStatusCode?: number } },
  bucket: string,
  key: string,
): string | undefined {
  const status = error.$metadata?.httpStatusCode;
  if (error.name === 'NoSuchBucket') return `The S3 bucket ${bucket} does not exist.`;
  if (error.name === 'NoSuchKey' || error.name === 'NotFound') return `s3://${bucket}/${key} does not exist.`;
  if (error.name === 'AccessDenied' || status === 403) return insufficientPrivileges(bucket, error);
  return status === undefined ? undefined : `S3 failed on s3://${bucket}/${key}: ${error.name}: ${error.message}`;
}
