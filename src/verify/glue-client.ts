import { GlueClient } from '@aws-sdk/client-glue';

/** Two attempts of at most 5 s: a table is not worth more of the time in which the verification has to end. */
export const glue = new GlueClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});
