import { GlueClient } from '@aws-sdk/client-glue';

/** Two attempts of at most 5 s each, so that a slow Glue doesn't use up the time of the verification. */
export const glue = new GlueClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});
