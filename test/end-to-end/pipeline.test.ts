import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateDatasetImportJobCommand,
  DescribeDatasetExportJobCommand,
  ListTagsForResourceCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parse } from 'csv-parse/sync';
import { clientConfig, type LocalAws, startLocalAws } from 'local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoDatasets } from '../../demo/data.ts';
import { importDatasets } from '../../demo/import-datasets.ts';
import { localStack } from '../../scripts/local-stack.ts';
import type { Notification } from '../../src/notify/notification.ts';

// The packaged stack, end to end: only clients speak to it, over HTTP.
let aws: LocalAws;
let logsDir: string;
let imported: Notification[];
let clients: { personalize: PersonalizeClient; s3: S3Client; sfn: SFNClient; sqs: SQSClient };

beforeAll(async () => {
  logsDir = await mkdtemp(join(tmpdir(), 'logs-'));
  aws = await startLocalAws({
    ...localStack,
    port: 0,
    jobSeconds: 0.2,
    logsDir,
  });
  const config = clientConfig(aws.environment);
  clients = {
    personalize: new PersonalizeClient(config),
    s3: new S3Client(config),
    sfn: new SFNClient(config),
    sqs: new SQSClient(config),
  };
  imported = await importDatasets(aws.environment, demoDatasets(), () => {}, AbortSignal.timeout(30_000));
}, 60_000);

afterAll(async () => {
  await aws?.stop();
  await rm(logsDir, { recursive: true, force: true });
});

const datasetArn = (type: string) => `arn:aws:personalize:us-east-1:000000000000:dataset/demo-shop/${type}`;

async function run(input: unknown) {
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const { executionArn } = await clients.sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  await expect
    .poll(async () => (await clients.sfn.send(new DescribeExecutionCommand({ executionArn }))).status, {
      timeout: 15_000,
    })
    .not.toBe('RUNNING');
  const execution = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { events = [] } = await clients.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  const states = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  return { ...execution, states };
}

async function receive(count: number): Promise<{ notification: Notification; attributes: Record<string, string> }[]> {
  const received: { notification: Notification; attributes: Record<string, string> }[] = [];
  const { NOTIFICATIONS_QUEUE_URL: QueueUrl } = aws.environment;
  while (received.length < count) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) break;
    for (const { Body = '', ReceiptHandle } of Messages) {
      const { Message, MessageAttributes } = JSON.parse(Body);
      const attributes = Object.entries(MessageAttributes as Record<string, { Value: string }>);
      received.push({
        notification: JSON.parse(Message),
        attributes: Object.fromEntries(attributes.map(([name, { Value }]) => [name, Value])),
      });
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return received;
}

async function rowsBelow(path: string): Promise<string[][]> {
  const [, Bucket = '', Prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(path) ?? [];
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const files = await Promise.all(
    Contents.map(async ({ Key }) =>
      (await clients.s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString(),
    ),
  );
  return files.flatMap((file) => parse(file ?? '', { from: 2 }) as string[][]);
}

it('exports each dataset whose import completes, and notifies once of each', async () => {
  expect(imported.map(({ outcome, datasetType }) => `${datasetType} ${outcome}`).sort()).toEqual([
    'INTERACTIONS ACTIVE',
    'ITEMS ACTIVE',
    'USERS ACTIVE',
  ]);
  for (const { datasetType, csv } of demoDatasets()) {
    const { path = '', origin } = imported.find((one) => one.datasetType === datasetType.toUpperCase()) ?? {};
    const given = parse(csv as string, { from: 2 }) as string[][];
    const distinct = [...new Map(given.map((row) => [JSON.stringify(row), row])).values()];
    expect((await rowsBelow(path)).sort()).toEqual(distinct.sort());
    expect(origin).toMatchObject({ trigger: 'import started' });
  }
});

it('gives every parameter of a request to CreateDatasetExportJob, and tells the attributes for filter policies', async () => {
  const path = `s3://${aws.environment.EXPORT_BUCKET}/by-hand/`;
  const request = {
    datasetArn: datasetArn('ITEMS'),
    jobName: 'by-hand',
    roleArn: aws.environment.PERSONALIZE_ROLE_ARN,
    jobOutput: { s3DataDestination: { path, kmsKeyArn: aws.environment.EXPORT_KEY_ARN } },
    ingestionMode: 'BULK',
    tags: [{ tagKey: 'team', tagValue: 'search' }],
  };
  const { status, output, states } = await run(request);
  expect(status).toBe('SUCCEEDED');
  expect(states).toEqual([
    ...['PlanExports', 'ImportPhase', 'ExportDatasets', 'CreateExportJob', 'ExportJobPhase'],
    ...['WaitForExportJob', 'DescribeExportJob', 'ExportJobPhase', 'Notify'],
    ...['DidEveryExportSucceed', 'Exported'],
  ]);
  expect(JSON.parse(output ?? '')).toMatchObject({
    outcomes: [{ outcome: 'ACTIVE', succeeded: true, path }],
    skipped: [],
  });
  const [{ notification, attributes } = {}] = await receive(1);
  expect(attributes).toEqual({ outcome: 'ACTIVE', datasetType: 'ITEMS', datasetGroup: 'demo-shop' });
  expect(notification).toMatchObject({ path, files: { count: 1 } });
  const { datasetExportJobArn } = notification ?? {};
  const { datasetExportJob } = await clients.personalize.send(
    new DescribeDatasetExportJobCommand({ datasetExportJobArn }),
  );
  const { tags, ...described } = request;
  expect(datasetExportJob).toMatchObject(described);
  expect(
    (await clients.personalize.send(new ListTagsForResourceCommand({ resourceArn: datasetExportJobArn }))).tags,
  ).toEqual(tags);
});

it('exports every dataset of a group', async () => {
  const { status, output } = await run({
    datasetGroupArn: 'arn:aws:personalize:us-east-1:000000000000:dataset-group/demo-shop',
  });
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(output ?? '').outcomes).toHaveLength(3);
  const received = await receive(3);
  expect(received.map(({ notification }) => notification.datasetType).sort()).toEqual([
    'INTERACTIONS',
    'ITEMS',
    'USERS',
  ]);
});

it('says CREATE FAILED with the reason and what to do, and fails the execution', async () => {
  aws.setFaults([{ job: 'export', failureReason: 'No room left.' }]);
  const { status, error, cause } = await run({ datasetArn: datasetArn('USERS') }).finally(() => {
    aws.setFaults([]);
  });
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'ExportFailed' });
  expect(JSON.parse(cause ?? '')).toMatchObject([{ outcome: 'CREATE FAILED', reason: 'No room left.' }]);
  const [{ notification } = {}] = await receive(1);
  expect(notification).toMatchObject({ outcome: 'CREATE FAILED', reason: 'No room left.', remedy: expect.any(String) });
});

it('rejects a wrong request with a cause that names every field at fault', async () => {
  const { status, error, cause } = await run({ datasetArn: 'interactions', ingestionMode: 'bulk', colour: 'red' });
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'REJECTED' });
  for (const field of ['datasetArn', 'ingestionMode', 'colour']) expect(cause).toContain(`${field}: `);
  const [{ notification } = {}] = await receive(1);
  expect(notification).toMatchObject({ outcome: 'REJECTED', reason: cause });
});

it('says IMPORT FAILED and exports nothing when the import fails', async () => {
  await clients.personalize.send(
    new CreateDatasetImportJobCommand({
      jobName: 'wrong-file',
      datasetArn: datasetArn('USERS'),
      dataSource: { dataLocation: 's3://demo-data/items.csv' },
      roleArn: 'arn:aws:iam::000000000000:role/demo-import',
      importMode: 'FULL',
    }),
  );
  const [{ notification } = {}] = await receive(1);
  expect(notification).toMatchObject({
    outcome: 'IMPORT FAILED',
    datasetImportJobArn: expect.stringContaining('wrong-file'),
    reason: expect.stringContaining('USER_ID'),
  });
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const failed = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' });
  await expect
    .poll(async () => (await clients.sfn.send(failed)).executions?.map(({ name }) => name))
    .toContainEqual(expect.stringMatching(/^import-wrong-file-[0-9a-f]{16}$/));
});

it('writes one JSON line a decision to the log, and no payload', async () => {
  const log = await readFile(join(logsDir, 'personalize-dataset-export-local-create-export-job.log'), 'utf8');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'INFO', message: 'export job created', datasetArn: datasetArn('ITEMS') }),
  );
  expect(log).not.toContain('PersonalizeRole');
});

it('refuses a port that is taken', async () => {
  const port = Number(new URL(aws.environment.AWS_ENDPOINT_URL ?? '').port);
  await expect(startLocalAws({ ...localStack, port, jobSeconds: 1, logsDir })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
