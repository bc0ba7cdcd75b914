// Prices in USD for us-east-1, as of 2025, from the AWS pages named here. Check the prices of your region.

/** Step Functions pricing: Standard workflows, $0.025 per 1,000 state transitions, retries included. */
export const TRANSITION = 0.025 / 1000;
/** Step Functions pricing: transitions that are free each month, without an end date. */
export const FREE_TRANSITIONS = 4_000;
/** Lambda pricing: arm64, the first 7.5 billion GB-s per month. */
export const LAMBDA_GB_SECOND = 0.0000133334;
export const LAMBDA_REQUEST = 0.2 / 1e6;
/** Lambda pricing: free each month, without an end date. */
export const FREE_LAMBDA = { requests: 1e6, gbSeconds: 400_000 };
/** SNS pricing: standard topics. Deliveries to Lambda and SQS are free. 1,000 e-mails per month are free, then $2 per
 * 100,000. */
export const SNS_PUBLISH = 0.5 / 1e6;
export const SNS_EMAIL = 2 / 100_000;
/** S3 pricing: one LIST or PUT request; one GET or HEAD request. */
export const S3_LIST = 0.005 / 1000;
export const S3_PUT = 0.005 / 1000;
export const S3_GET = 0.0004 / 1000;
/** CloudWatch pricing: one GB of logs in the standard class; one alarm of standard resolution (10 are free). */
export const LOGS_GB = 0.5;
export const ALARM = 0.1;
/** KMS pricing: one customer managed key per month; one request. */
export const KMS_KEY = 1;
export const KMS_REQUEST = 0.03 / 10_000;
/** X-Ray pricing: one recorded trace (100,000 per month are free). */
export const XRAY_TRACE = 5 / 1e6;

// Assumed, not measured on AWS:

/** Memory of a function, as serverless.yml sets it. */
export const FUNCTION_GB = 0.25;
/** One warm invocation with its calls to AWS. A cold start takes longer, and a poll every few minutes is often a cold start. */
export const INVOCATION_SECONDS = 0.5;
/** Memory of verify-export, as resources/verify-export-function.yml sets it: the size that has a whole processor. */
export const VERIFY_GB = 1769 / 1024;
/** Verifying a few MB, with the calls to AWS. */
export const VERIFY_SECONDS = 1;
/** The requests to S3 that verifying one file takes: it is listed twice and read once, and its manifest is written twice. */
export const VERIFY_REQUESTS = 2 * S3_LIST + 4 * S3_GET + 2 * S3_PUT;
/** What one invocation logs, with Lambda's own lines. */
export const LOG_BYTES = 2_000;
/** Requests to KMS per export, for the data keys of S3 and SNS. */
export const KMS_REQUESTS = 8;
