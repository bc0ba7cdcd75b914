import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig, type LocalAws, startLocalAws } from 'local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoDatasets } from '../../demo/data.ts';
import { importDatasets } from '../../demo/import-datasets.ts';
import { localStack } from '../../scripts/local-stack.ts';
import type { Notification } from '../../src/notify/notification.ts';
import { packageWith } from '../package/packaged.ts';

// Every way in, over HTTP, with the rules and schedules of a packaged template.
const SOLUTION_BUS = 'aws-solutions-SO0170-personalize';
const datasetArn = 'arn:aws:personalize:us-east-1:000000000000:dataset/demo-shop/USERS';

let aws: LocalAws;
let logsDir: string;
let clients: { s3: S3Client; sfn: SFNClient; sqs: SQSClient; events: EventBridgeClient };

beforeAll(async () => {
  logsDir = await mkdtemp(join(tmpdir(), 'logs-'));
  const params = { schedulesFile: 'test/fixtures/three-schedules.yml', solutionEventBus: SOLUTION_BUS };
  const { template } = await packageWith(params, ['--stage', 'local']);
  aws = await startLocalAws({ ...localStack, template, port: 0, jobSeconds: 0.1, logsDir });
  const config = clientConfig(aws.environment);
  clients = {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sfn: new SFNClient(config),
    sqs: new SQSClient(config),
    events: new EventBridgeClient(config),
  };
  await importDatasets(aws.environment, demoDatasets(), () => {}, AbortSignal.timeout(40_000));
}, 60_000);

afterAll(async () => {
  await aws?.stop();
  await rm(logsDir, { recursive: true, force: true });
});

async function nextNotification(): Promise<Notification | undefined> {
  const { NOTIFICATIONS_QUEUE_URL: QueueUrl } = aws.environment;
  const { Messages: [message] = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 1 }),
  );
  if (!message) return undefined;
  await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return JSON.parse(JSON.parse(message.Body ?? '').Message);
}

async function executionNames(): Promise<string[]> {
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const { executions = [] } = await clients.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }));
  return executions.map(({ name }) => name ?? '');
}

const drop = (Key: string, Body: string | Buffer) =>
  clients.s3.send(new PutObjectCommand({ Bucket: aws.environment.EXPORT_BUCKET, Key, Body }));

const putEvent = (Source: string, DetailType: string, detail: object, EventBusName?: string) =>
  clients.events.send(
    new PutEventsCommand({ Entries: [{ Source, DetailType, Detail: JSON.stringify(detail), EventBusName }] }),
  );

it('a file under requests/ is an export, and the notification tells its origin', async () => {
  await drop('requests/users of ümläut+1.json', JSON.stringify({ datasetArn, ingestionMode: 'BULK' }));
  expect(await nextNotification()).toMatchObject({
    outcome: 'ACTIVE',
    ingestionMode: 'BULK',
    origin: { way: 'request file', key: 'requests/users of ümläut+1.json' },
  });
});

it('exports once more when the file is put again, as another version', async () => {
  const before = (await executionNames()).length;
  await drop('requests/users of ümläut+1.json', JSON.stringify({ datasetArn, ingestionMode: 'BULK' }));
  expect(await nextNotification()).toMatchObject({ outcome: 'ACTIVE', origin: { way: 'request file' } });
  expect(await executionNames()).toHaveLength(before + 1);
});

it.each([
  ['empty', '', 'is empty'],
  ['not JSON', 'datasetArn: x', 'is not JSON'],
  ['with a byte order mark', '\ufeff{}', 'byte order mark'],
  ['with an unknown field', JSON.stringify({ datasetArn, colour: 'red' }), 'colour: is not a known field'],
  ['too large', JSON.stringify({ datasetArn, jobName: 'x'.repeat(300_000) }), 'at most 200000'],
])('a file that is %s is rejected by its name and fault', async (name, content, fault) => {
  const key = `requests/${name}.json`;
  await drop(key, content);
  expect(await nextNotification()).toMatchObject({
    outcome: 'REJECTED',
    reason: expect.stringContaining(fault),
    origin: { key },
  });
});

it('what is no request file starts nothing', async () => {
  const before = await executionNames();
  await drop('requests/readme.txt', 'x');
  await drop('exports/somewhere/part.json', '{}');
  await drop('requests/last.json', '[]');
  expect(await nextNotification()).toMatchObject({ origin: { key: 'requests/last.json' } });
  expect(await executionNames()).toHaveLength(before.length + 1);
});

it('an event of another service is an export', async () => {
  await putEvent('shop.orders', 'Dataset Export Requested', { datasetArn });
  expect(await nextNotification()).toMatchObject({
    outcome: 'ACTIVE',
    origin: { way: 'event', source: 'shop.orders' },
  });
});

it('an import that the solution tells of is the execution that its start has made already', async () => {
  const before = await executionNames();
  const Arn = 'arn:aws:personalize:us-east-1:000000000000:dataset-import-job/demo-users';
  await putEvent(
    'solutions.aws.personalize',
    'Personalize Dataset Import Job State Change',
    { Arn, Status: 'ACTIVE' },
    SOLUTION_BUS,
  );
  await drop('requests/after-solution.json', '[]');
  expect(await nextNotification()).toMatchObject({ origin: { key: 'requests/after-solution.json' } });
  expect(await executionNames()).toHaveLength(before.length + 1);
});

it('a schedule that is fired is an export', async () => {
  const { AWS_ENDPOINT_URL } = aws.environment;
  const fired = await fetch(`${AWS_ENDPOINT_URL}/_local/schedules/nightly-interactions`, { method: 'POST' });
  expect(fired.status).toBe(202);
  expect(await nextNotification()).toMatchObject({
    outcome: 'ACTIVE',
    datasetType: 'INTERACTIONS',
    origin: { way: 'schedule', schedule: 'nightly-interactions' },
  });
  expect((await fetch(`${AWS_ENDPOINT_URL}/_local/schedules/monthly`, { method: 'POST' })).status).toBe(404);
});
