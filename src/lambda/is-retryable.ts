import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

type SdkError = Parameters<typeof isTransientError>[0];

/** Whether the same call may succeed later: throttling, a 5xx, a timeout or a lost connection, as the SDK classifies it. */
export function isRetryable(error: Error): boolean {
  const sdkError = error as SdkError;
  return isThrottled(error) || isTransientError(sdkError) || isServerError(sdkError);
}

/** Whether the service refused a call because there were too many: it was not carried out. */
export function isThrottled(error: Error): boolean {
  // SNS and S3 report by these names that KMS throttles the use of a key. The SDK does not know the names.
  return (
    ['KMSThrottlingException', 'KMS.ThrottlingException'].includes(error.name) || isThrottlingError(error as SdkError)
  );
}
