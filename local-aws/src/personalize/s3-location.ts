import { JobFailedError } from './jobs.ts';

/** Where to look up the permissions that the service's own message points to. */
const permissionsPage = 'https://docs.aws.amazon.com/personalize/latest/dg/granting-personalize-s3-access.html';

export interface S3Location {
  bucket: string;
  key: string;
}

/**
 * `s3://bucket/key` in its parts. The API's pattern lets `http(s)://` through as well, without saying what it means.
 * @throws JobFailedError
 */
export function parseS3Location(url: string): S3Location {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(url) ?? [];
  if (bucket === undefined) throw new JobFailedError(`${url} is not an s3:// location.`);
  return { bucket, key };
}

/**
 * Runs what talks to S3, so that S3's refusals become the job's failure reason.
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

/** The first two sentences are the service's, from public reports; it does not say which permission was missing. */
export function insufficientPrivileges(bucket: string, { message }: Error): string {
  return `Insufficient privileges for accessing data in S3. Please look at ${permissionsPage} and fix bucket policy on ${bucket}. ${message}`;
}

/** The texts are made up in the service's manner. */
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
