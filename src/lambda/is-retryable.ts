import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

type SdkError = Parameters<typeof isTransientError>[0];

/** Whether the same call may succeed later (throttling, a 5xx, a time-out, a cut connection), by the SDK's own
 * classification. */
export function canHeal(error: Error): boolean {
  const sdkError = error as SdkError;
  // SNS says by this name that the topic's key is throttled; the SDK does not know it.
  if (error.name === 'KMSThrottlingException') return true;
  return isTransientError(sdkError) || isThrottlingError(sdkError) || isServerError(sdkError);
}
