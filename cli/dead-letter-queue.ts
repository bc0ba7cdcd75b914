import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { UsageError } from './usage-error.ts';

const SUFFIX = '-dead-letters';

/** Messages that SQS returns per call at most. */
const MOST_AT_ONCE = 10;

/** How long received messages are hidden from other consumers. Each message takes one invocation of up to 30 s, with retries. */
const VISIBILITY_SECONDS = MOST_AT_ONCE * 60;

export interface QueuedMessage {
  id: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
}

export interface DeadLetterQueue {
  /** Each message once, at most `limit` messages. Messages that are not removed stay hidden until `release`. */
  messages(limit: number): AsyncGenerator<QueuedMessage>;
  remove(message: QueuedMessage): Promise<void>;
  /** Makes the messages that were not removed visible again. */
  release(): Promise<void>;
}

/** The URL of the queue, and the name of the stack that it is of. `knownUrl` replaces the URL that follows
 * from the stack's name.
 * @throws UsageError when the URL is not that of a dead-letter queue of this pipeline; what the SDK throws */
export async function findQueue(sqs: SQSClient, expectedStack: string, knownUrl?: string) {
  const QueueName = knownUrl?.split('/').pop() ?? `${expectedStack}${SUFFIX}`;
  if (!QueueName.endsWith(SUFFIX)) {
    throw new UsageError(
      `DEAD_LETTER_QUEUE_URL names ${QueueName}, which is not a dead-letter queue of this pipeline. Use --stage.`,
    );
  }
  const { QueueUrl = '' } = knownUrl ? { QueueUrl: knownUrl } : await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return { queueUrl: QueueUrl, stack: QueueName.slice(0, -SUFFIX.length) };
}

/** Reads the queue by receiving. SQS's own redrive, StartMessageMoveTask, accepts only queues that are the dead-letter
 * queue of another queue, not those of rules, schedules and functions. */
export function deadLetterQueue(sqs: SQSClient, QueueUrl: string): DeadLetterQueue {
  const kept = new Map<string, QueuedMessage>();
  const seen = new Set<string>();

  async function* messages(limit: number): AsyncGenerator<QueuedMessage> {
    while (seen.size < limit) {
      const received = await receive(sqs, QueueUrl, Math.min(MOST_AT_ONCE, limit - seen.size));
      const news = received.filter(({ id }) => !seen.has(id));
      // Only the latest receipt handle is valid.
      for (const message of received) kept.set(message.id, message);
      // Only messages that were seen before: their visibility timeout has passed, so every other message was received.
      if (news.length === 0) return;
      for (const message of news) {
        seen.add(message.id);
        yield message;
      }
    }
  }

  return {
    messages,
    remove: async ({ id, receiptHandle }) => {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
      kept.delete(id);
    },
    release: () => show(sqs, QueueUrl, [...kept.values()]),
  };
}

/** Makes messages visible to other consumers again. */
async function show(sqs: SQSClient, QueueUrl: string, messages: QueuedMessage[]): Promise<void> {
  const entries = messages.map(({ receiptHandle: ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  for (let start = 0; start < entries.length; start += MOST_AT_ONCE) {
    const Entries = entries.slice(start, start + MOST_AT_ONCE);
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

async function receive(sqs: SQSClient, QueueUrl: string, count: number): Promise<QueuedMessage[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: count,
      MessageAttributeNames: ['All'],
      VisibilityTimeout: VISIBILITY_SECONDS,
      // Long polling queries all of SQS's servers. Short polling may miss messages.
      WaitTimeSeconds: 1,
    }),
  );
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes = {} }) => ({
    id: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
    ),
  }));
}
