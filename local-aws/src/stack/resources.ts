import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ACCOUNT, type ClientConfig } from '../protocols/account.ts';
import type { S3Service } from '../s3/service.ts';
import type { Stack } from './stack.ts';

/** Creates the stack's buckets, topics and queues, and one more queue that receives what is published to the topics, in
 * SNS's standard envelope.
 * @returns that queue's URL */
export async function createResources(
  { buckets, topicNames, queueNames }: Stack,
  stackName: string,
  { client, s3 }: { client: ClientConfig; s3: S3Service },
): Promise<string> {
  const [sns, sqs] = [new SNSClient(client), new SQSClient(client)];
  for (const bucket of buckets) s3.createBucket(bucket);
  const QueueName = `${stackName}-notifications`;
  for (const one of [...queueNames, QueueName]) await sqs.send(new CreateQueueCommand({ QueueName: one }));
  const Endpoint = `arn:aws:sqs:${ACCOUNT.region}:${ACCOUNT.accountId}:${QueueName}`;
  for (const Name of topicNames) {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  }
  return queueUrlOf(QueueName, client);
}

/** With the address of the local AWS: the URLs of fauxqs have a host below `localhost`, which not every resolver knows. */
function queueUrlOf(queueName: string, { endpoint }: ClientConfig): string {
  return `${endpoint}/${ACCOUNT.accountId}/${queueName}`;
}

/** Sends messages to queues by their ARN, as the account's administrator. */
export function queueSender(client: ClientConfig) {
  const sqs = new SQSClient(client);
  return async (queueArn: string, MessageBody: string, attributes: Record<string, string> = {}): Promise<void> => {
    const QueueUrl = queueUrlOf(queueArn.split(':').pop() ?? '', client);
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
  };
}

/** Replaces the content of objects, as the account's administrator. */
export function objectReplacer(client: ClientConfig) {
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  return async ({ bucket, key }: { bucket: string; key: string }): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'replaced while it was read\n' }));
  };
}

/** The stack's outputs as environment variables: `ExportTopicArn` becomes `EXPORT_TOPIC_ARN`, and the URL of a queue that of
 * the local AWS. */
export function outputVariables({ outputs }: Stack, { endpoint }: ClientConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name.replace(/(?<=.)([A-Z])/g, '_$1').toUpperCase(),
      value.replace(/^https:\/\/sqs\.[^/]+/, endpoint),
    ]),
  );
}
