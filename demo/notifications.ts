import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from 'local-aws';
import type { Notification } from '../src/notify/notification.ts';

/** Waits for this many notifications, and takes them out of the queue.
 * @param environment the environment variables of a client of the local AWS
 * @param signal stops the waiting */
export async function receiveNotifications(
  environment: Record<string, string>,
  count: number,
  signal: AbortSignal,
): Promise<Notification[]> {
  const sqs = new SQSClient(clientConfig(environment));
  const QueueUrl = environment.NOTIFICATIONS_QUEUE_URL;
  const notifications: Notification[] = [];
  while (notifications.length < count) {
    const request = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    const { Messages = [] } = await sqs.send(request, { abortSignal: signal });
    for (const { Body = '', ReceiptHandle } of Messages) {
      notifications.push(JSON.parse(JSON.parse(Body).Message));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return notifications;
}
