import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ACCOUNT_ID, type ClientConfig, REGION } from '../protocols/account.ts';
import type { Stack } from './stack.ts';
import type { Template } from './template.ts';

/** The buckets, topics and queues of the stack, and a queue that gets every notification, in SNS's standard envelope. */
export async function createResources(
  { buckets, topicNames, queueNames }: Stack,
  stackName: string,
  client: ClientConfig,
): Promise<string> {
  const [s3, sns, sqs] = [
    new S3Client({ ...client, forcePathStyle: true }),
    new SNSClient(client),
    new SQSClient(client),
  ];
  for (const Bucket of buckets) await s3.send(new CreateBucketCommand({ Bucket }));
  const QueueName = `${stackName}-notifications`;
  for (const one of [...queueNames, QueueName]) await sqs.send(new CreateQueueCommand({ QueueName: one }));
  const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${QueueName}`;
  for (const Name of topicNames) {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  }
  return queueUrlOf(QueueName, client);
}

/** By address: the emulator's own URLs have a host below `localhost`, which not every resolver knows. */
function queueUrlOf(queueName: string, { endpoint }: ClientConfig): string {
  return `${endpoint}/${ACCOUNT_ID}/${queueName}`;
}

export function deadLettersBy(client: ClientConfig) {
  const sqs = new SQSClient(client);
  return async (queueArn: string, MessageBody: string, attributes: Record<string, string>) => {
    const QueueUrl = queueUrlOf(queueArn.split(':').pop() ?? '', client);
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
  };
}

/** The stack's outputs by the names that a shell uses: `ExportTopicArn` → `EXPORT_TOPIC_ARN`; a queue's URL as it is here. */
export function outputsOf({ Outputs = {} }: Template, { endpoint }: ClientConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Outputs).map(([name, { Value }]) => [
      name.replace(/(?<=.)([A-Z])/g, '_$1').toUpperCase(),
      String(Value).replace(/^https:\/\/sqs\.[^/]+/, endpoint),
    ]),
  );
}
