// Prices in USD, us-east-1, as known in 2025 by the pages named. Check those of your region.

/** Step Functions pricing: Standard workflows, $0.025 per 1,000 state transitions, retries included. */
export const TRANSITION = 0.025 / 1000;
/** Step Functions pricing: so many transitions a month are free, always. */
export const FREE_TRANSITIONS = 4_000;
/** Lambda pricing: arm64, the first 7.5 billion GB-s a month. */
export const LAMBDA_GB_SECOND = 0.0000133334;
export const LAMBDA_REQUEST = 0.2 / 1e6;
/** Lambda pricing: free each month, always. */
export const FREE_LAMBDA = { requests: 1e6, gbSeconds: 400_000 };
/** SNS pricing: standard topics; deliveries to Lambda and SQS are free, 1,000 e-mails a month are, then $2 per 100,000. */
export const SNS_PUBLISH = 0.5 / 1e6;
export const SNS_EMAIL = 2 / 100_000;
/** S3 pricing: a LIST. */
export const S3_LIST = 0.005 / 1000;
/** CloudWatch pricing: logs, standard class; an alarm of standard resolution (10 are free). */
export const LOGS_GB = 0.5;
export const ALARM = 0.1;
/** KMS pricing: a key of one's own, a month; a request. */
export const KMS_KEY = 1;
export const KMS_REQUEST = 0.03 / 10_000;
/** X-Ray pricing: a trace recorded (100,000 a month are free). */
export const XRAY_TRACE = 5 / 1e6;

// Assumed, not measured on AWS:

/** Memory of a function, as serverless.yml sets it. */
export const FUNCTION_GB = 0.25;
/** An invocation that is warm, with its calls to AWS; cold ones take longer, and a look every few minutes is often cold. */
export const INVOCATION_SECONDS = 0.5;
/** What an invocation logs, Lambda's own lines included. */
export const LOG_BYTES = 2_000;
/** Requests to KMS an export: S3's and SNS's data keys. */
export const KMS_REQUESTS = 4;
