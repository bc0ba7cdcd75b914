import { bucket, roleArn, stateMachineArn, topicArn } from './sample-arns.ts';

/** The environment variables of a function that its handler and the SDK read. */
export const functionEnvironment: Record<string, string> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_LAMBDA_FUNCTION_NAME: 'a-function',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  STAGE: 'prod',
  STATE_MACHINE_ARN: stateMachineArn,
  PERSONALIZE_ROLE_ARN: roleArn,
  EXPORT_TOPIC_ARN: topicArn,
  EXPORT_BUCKET: bucket,
  EXPORT_KEY_PREFIX: 'exports',
  EXPORT_KMS_KEY_ARN: '',
  EXPORT_JOB_TAGS: '[]',
  INGESTION_MODE: 'ALL',
  DEADLINE_MINUTES: '360',
  VERIFY_EXPORTS: 'true',
  POLL_SHORTEST_SECONDS: '15',
  POLL_LONGEST_SECONDS: '900',
};
