import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

type SdkError = Parameters<typeof isTransientError>[0];

/** Whether the same call may succeed later: throttling, a 5xx, a timeout or a lost connection, as the SDK classifies it. */
export function isRetryable(error: Error): boolean {
  const sdkError = error as SdkError;
  return isThrottled(error) || isTransientError(sdkError) || isServerError(sdkError);
}

/** Whether the service refused a call because there were too many: it was not carried out. */
export function isThrottled(error: Error): boolean {
  // SNS reports by this name that KMS throttles the use of the topic's key. The SDK does not know the name.
  return error.name === 'KMSThrottlingException' || isThrottlingError(error as SdkError);
}
