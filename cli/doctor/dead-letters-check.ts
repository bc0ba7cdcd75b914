import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Check, fail, ok, warn } from './check.ts';
import { type Deployment, deployCommand } from './deployment.ts';
import { NoAnswerError, present } from './unknown.ts';

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

export const deadLettersCheck: Check = {
  name: 'dead-letters',
  checks: 'The dead-letter queue exists and is empty.',
  why: 'Each message is an event that started no export. SQS deletes it after 14 days.',
  actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
  needsStack: true,
  run: async ({ clients: { sqs }, deployment }) => {
    try {
      const waiting = await waitingIn(sqs, await urlOf(sqs, deployment));
      if (waiting === 0) return [ok('No dead letters.')];
      const command = `npm run redrive -- --stage ${deployment.stage} --region ${deployment.region}`;
      const seen = `${waiting} dead ${waiting === 1 ? 'letter waits' : 'letters wait'}.`;
      return [warn(seen, `See them: ${command} --dry-run. Once the cause is fixed, send them again: ${command}`)];
    } catch (error) {
      if (!isMissing(error as Error)) throw error;
      return [
        fail(
          `There is no queue ${deployment.stackName}-dead-letters.`,
          `Remove the stack and deploy it again: ${deployCommand(deployment)}`,
        ),
      ];
    }
  },
};

const isMissing = ({ name }: Error) => /NonExistentQueue$|^QueueDoesNotExist$/.test(name);

async function urlOf(client: SQSClient, { outputs, stackName }: Deployment): Promise<string> {
  if (outputs.DeadLetterQueueUrl) return outputs.DeadLetterQueueUrl;
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: `${stackName}-dead-letters` }));
  return present(QueueUrl, 'sqs:GetQueueUrl', 'QueueUrl');
}

async function waitingIn(client: SQSClient, QueueUrl: string): Promise<number> {
  const action = 'sqs:GetQueueAttributes';
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] }));
  const attributes = present(Attributes, action, 'Attributes');
  const count = COUNTS.reduce((sum, name) => sum + Number(present(attributes[name], action, name)), 0);
  if (Number.isInteger(count)) return count;
  throw Object.assign(new NoAnswerError('The answer has no number of messages.'), { action });
}
