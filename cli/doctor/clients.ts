import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { withCallDetails } from '../explain.ts';
import { type Limits, withTimeLimit } from './time-limit.ts';

/** The clients of all checks. They share the credentials, which are resolved once.
 * @param run aborts every call */
export function createClients(region: string | undefined, limits: Limits, run: AbortSignal) {
  // One retry fits into the time limit of a call, also after throttling.
  const maxAttempts = 2;
  const sts = new STSClient({ region, maxAttempts });
  const config = { region: sts.config.region, credentials: sts.config.credentials, maxAttempts };
  const clients = {
    sts,
    cloudFormation: new CloudFormationClient(config),
    cloudTrail: new CloudTrailClient(config),
    events: new EventBridgeClient(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    lambda: new LambdaClient(config),
    personalize: new PersonalizeClient(config),
    s3: new S3Client(config),
    scheduler: new SchedulerClient(config),
    sfn: new SFNClient(config),
    sns: new SNSClient(config),
    // Otherwise the host in the queue's URL would take precedence over AWS_ENDPOINT_URL.
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
  };
  for (const client of Object.values(clients)) withTimeLimit(withCallDetails(client), limits, run);
  return clients;
}

export type Clients = ReturnType<typeof createClients>;
