import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig } from '../../src/protocols/account.ts';
import { queryCall, sendRaw } from '../raw.ts';
import { startStack } from '../stack.ts';

let aws: Awaited<ReturnType<typeof startStack>>;
let port: number;
beforeAll(async () => {
  aws = await startStack();
  port = Number(new URL(aws.environment.AWS_ENDPOINT_URL ?? '').port);
});
afterAll(() => aws?.stop());

describe('SQS', () => {
  const QueueUrl = () => aws.environment.NOTIFICATIONS_QUEUE_URL ?? '';
  it.each<[what: string, form: () => Record<string, string>]>([
    ['ReceiveMessage', () => ({ Action: 'ReceiveMessage', QueueUrl: QueueUrl(), Version: '2012-11-05' })],
    ['ListQueues', () => ({ Action: 'ListQueues', Version: '2012-11-05' })],
  ])('SQS answers %s in the query protocol with the versions from which clients work', async (_, form) => {
    const { status, body } = await sendRaw(port, queryCall(form()));
    expect(status).toBe(400);
    expect(body).toContain('<Code>UnsupportedOperation</Code>');
    expect(body).toMatch(/AWS CLI 1\.29\.82 or 2\.13\.34.*Go 1\.47\.7/);
  });

  it('SQS refuses the query protocol at the URL of a queue, and sends nothing', async () => {
    const path = new URL(QueueUrl()).pathname;
    const pieces = queryCall({ Action: 'SendMessage', MessageBody: 'x', Version: '2012-11-05' });
    const { body } = await sendRaw(
      port,
      pieces.map((piece) => String(piece).replace('POST / ', `POST ${path} `)),
    );
    expect(body).toContain('<Code>UnsupportedOperation</Code>');
    const sqs = new SQSClient(clientConfig(aws.environment));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: QueueUrl() }));
    expect(Messages).toEqual([]);
  });
});

it('SQS answers a client that uses the JSON protocol', async () => {
  const { QueueUrls } = await new SQSClient(clientConfig(aws.environment)).send(new ListQueuesCommand({}));
  expect(QueueUrls).toHaveLength(1);
});
