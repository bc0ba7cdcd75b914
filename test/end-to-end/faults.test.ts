import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateDatasetCommand,
  CreateDatasetExportJobCommand,
  CreateDatasetGroupCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  DescribeDatasetGroupCommand,
  ListDatasetExportJobsCommand,
  ListDatasetGroupsCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { CallFault, Fault } from 'local-aws';
import { clientConfig, type LocalAws, startLocalAws } from 'local-aws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoDatasets } from '../../demo/data.ts';
import { localStack } from '../../scripts/local-stack.ts';

// Faults set over HTTP, as a team sets them, and met by the SDK's clients.
const datasetArn = 'arn:aws:personalize:us-east-1:000000000000:dataset/demo-shop/ITEMS';

let aws: LocalAws;
let logsDir: string;
let url: string;
let personalize: PersonalizeClient;
let s3: S3Client;
let sfn: SFNClient;
let sns: SNSClient;
let sqs: SQSClient;
let events: EventBridgeClient;

beforeAll(async () => {
  logsDir = await mkdtemp(join(tmpdir(), 'logs-'));
  const initial: Fault = { service: 's3', operation: '*', status: 503, times: 1, probability: 0, seed: 1 };
  aws = await startLocalAws({
    ...localStack,
    port: 0,
    jobSeconds: 0.1,
    retryIntervalSeconds: 0.05,
    logsDir,
    faults: [initial],
  });
  url = `${aws.environment.AWS_ENDPOINT_URL}/_local/faults`;
  expect(await (await fetch(url)).json()).toEqual([{ ...initial, hits: 0 }]);
  const config = { ...clientConfig(aws.environment), maxAttempts: 1 };
  personalize = new PersonalizeClient(config);
  s3 = new S3Client({ ...config, forcePathStyle: true });
  sfn = new SFNClient(config);
  sns = new SNSClient(config);
  sqs = new SQSClient(config);
  events = new EventBridgeClient(config);
  await fetch(url, { method: 'DELETE' });
  await createDataset();
  await s3.send(new CreateBucketCommand({ Bucket: 'faulty' }));
}, 60_000);

afterAll(async () => {
  await aws?.stop();
  await rm(logsDir, { recursive: true, force: true });
});

type ServiceException = Error & { $metadata: { httpStatusCode: number } };

beforeEach(async () => {
  await fetch(url, { method: 'DELETE' });
});

/** The demo's items, without a row: nothing is imported, so nothing is exported but by these tests. */
async function createDataset(): Promise<void> {
  const { schema } = demoDatasets().find(({ datasetType }) => datasetType.toUpperCase() === 'ITEMS') ?? {};
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: 'demo-shop' }));
  const describeGroup = async () => await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
  while ((await describeGroup()).datasetGroup?.status !== 'ACTIVE') await sleep(20);
  const { schemaArn } = await personalize.send(
    new CreateSchemaCommand({ name: 'items', schema: JSON.stringify(schema) }),
  );
  await personalize.send(new CreateDatasetCommand({ name: 'items', schemaArn, datasetGroupArn, datasetType: 'ITEMS' }));
  const describeDataset = async () => await personalize.send(new DescribeDatasetCommand({ datasetArn }));
  while ((await describeDataset()).dataset?.status !== 'ACTIVE') await sleep(20);
}

async function put(...faults: unknown[]): Promise<Fault[]> {
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify(faults) });
  expect(response.status).toBe(200);
  return (await response.json()) as Fault[];
}

async function hits(): Promise<number[]> {
  const list = (await (await fetch(url)).json()) as { hits: number }[];
  return list.map((fault) => fault.hits);
}

describe('/_local/faults', () => {
  const fault = { service: 'sns', operation: 'ListTopics', error: 'ThrottledException' };

  it('takes a list, shows how often each was hit, replaces and clears it', async () => {
    expect(await put(fault)).toEqual([{ ...fault, hits: 0 }]);
    await expect(sns.send(new ListTopicsCommand({}))).rejects.toThrow();
    expect(await (await fetch(url)).json()).toEqual([{ ...fault, hits: 1 }]);
    expect(await put({ ...fault, operation: '*' })).toEqual([{ ...fault, operation: '*', hits: 0 }]);
    expect(await (await fetch(url, { method: 'DELETE' })).json()).toEqual([]);
    await expect(sns.send(new ListTopicsCommand({}))).resolves.toBeDefined();
  });

  it.each([
    ['PUT', '[{"service":"sns","operation":"*"}]', 400, '[0]: nothing goes wrong'],
    ['PUT', '[{"service":"states","operation":"StartExecutions","status":500}]', 400, 'StartExecution, '],
    ['PUT', '[{"service":"lambda","operation":"create","status":500}]', 400, 'create-export-job'],
    ['PUT', '[', 400, 'not JSON'],
    ['PUT', '', 400, 'not JSON'],
    ['PUT', '"x"', 400, 'a JSON list of faults'],
    ['POST', '[]', 405, 'Allowed: GET, PUT, DELETE'],
    ['PATCH', '[]', 405, 'Allowed: GET, PUT, DELETE'],
  ])('%s %s: %i', async (method, body, status, said) => {
    await put(fault);
    const response = await fetch(url, { method, body });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ __type: expect.any(String), message: expect.stringContaining(said) });
    expect(await (await fetch(url)).json()).toEqual([{ ...fault, hits: 0 }]);
  });
});

const calls: [service: string, operation: string, call: () => Promise<unknown>][] = [
  ['personalize', 'ListDatasetGroups', () => personalize.send(new ListDatasetGroupsCommand({}))],
  [
    'states',
    'ListExecutions',
    () => sfn.send(new ListExecutionsCommand({ stateMachineArn: aws.environment.STATE_MACHINE_ARN })),
  ],
  [
    'events',
    'PutEvents',
    () => events.send(new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }] })),
  ],
  ['s3', 'ListObjectsV2', () => s3.send(new ListObjectsV2Command({ Bucket: 'faulty' }))],
  ['s3', 'PutObject', () => s3.send(new PutObjectCommand({ Bucket: 'faulty', Key: 'x', Body: 'x' }))],
  ['sns', 'ListTopics', () => sns.send(new ListTopicsCommand({}))],
  ['sqs', 'ListQueues', () => sqs.send(new ListQueuesCommand({}))],
];

describe.each(calls)('%s %s', (service, operation, call) => {
  it.each<[fault: Partial<CallFault>, error: Record<string, unknown>]>([
    [{ error: 'ThrottlingException' }, { name: /^Throttling(Exception)?$/, status: 400 }],
    [{ error: 'AccessDeniedException' }, { name: /^AccessDenied(Exception)?$/, status: /^40[03]$/ }],
    [{ status: 500 }, { name: 'InternalFailure', status: 500 }],
    [
      { status: 503, message: 'Later, <please> & \u0000 thanks.' },
      { name: 'ServiceUnavailable', status: 503, message: /^Later, <please> & . thanks\.$/ },
    ],
    [
      { error: 'Teapot', status: 418 },
      { name: 'Teapot', status: 418 },
    ],
  ])('answers %j', async (fault, { name, status, message = /./ }) => {
    await put({ service, operation, times: 1, ...fault });
    const error = (await call().catch((thrown) => thrown)) as ServiceException;
    expect(error.name).toMatch(name as RegExp);
    expect(String(error.$metadata.httpStatusCode)).toMatch(status instanceof RegExp ? status : String(status));
    expect(error.message).toMatch(message as RegExp);
    expect(await hits()).toEqual([1]);
    await expect(call()).resolves.toBeDefined();
  });

  it.each(['before', 'after'] as const)('is cut %s', async (cut) => {
    await put({ service, operation: '*', times: 1, cut });
    await expect(call()).rejects.toThrow(/ECONNRESET|socket hang up|EPIPE/);
    expect(await hits()).toEqual([1]);
    await expect(call()).resolves.toBeDefined();
  });

  it('answers late', async () => {
    await put({ service, operation, times: 1, delayMs: 120 });
    const started = performance.now();
    await expect(call()).resolves.toBeDefined();
    expect(performance.now() - started).toBeGreaterThan(100);
  });
});

describe('a service acts once or not at all', () => {
  const createGroup = (name: string) => personalize.send(new CreateDatasetGroupCommand({ name }));
  const groups = async () =>
    (await personalize.send(new ListDatasetGroupsCommand({}))).datasetGroups?.map(({ name }) => name);
  const sendMessage = (MessageBody: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl: aws.environment.NOTIFICATIONS_QUEUE_URL, MessageBody }));

  it.each<[fault: Partial<CallFault>, acted: boolean]>([
    [{ cut: 'before' }, false],
    [{ cut: 'after' }, true],
    [{ cut: 'after', status: 500 }, true],
    [{ cut: 'before', status: 500 }, false],
    [{ error: 'ThrottlingException' }, false],
    [{ cut: 'before', delayMs: 30 }, false],
    [{ cut: 'after', delayMs: 30 }, true],
  ])('%j: %s', async (fault, acted) => {
    const name = `group-${JSON.stringify(fault).replace(/\W+/g, '-')}`.slice(0, 60);
    const effects = { times: 1, ...fault };
    await put(
      { service: 'personalize', operation: 'CreateDatasetGroup', ...effects },
      { service: 's3', operation: 'PutObject', ...effects },
      { service: 'states', operation: 'StartExecution', ...effects },
      { service: 'sqs', operation: 'SendMessage', ...effects },
      { service: 'sns', operation: 'CreateTopic', ...effects },
    );
    await expect(createGroup(name)).rejects.toThrow();
    await expect(s3.send(new PutObjectCommand({ Bucket: 'faulty', Key: name, Body: 'x' }))).rejects.toThrow();
    const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: '{}' }))).rejects.toThrow();
    await expect(sendMessage(name)).rejects.toThrow();
    await expect(sns.send(new CreateTopicCommand({ Name: name }))).rejects.toThrow();
    expect(await hits()).toEqual([1, 1, 1, 1, 1]);

    expect((await groups())?.filter((one) => one === name)).toHaveLength(acted ? 1 : 0);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'faulty' }));
    expect(Contents.filter(({ Key }) => Key === name)).toHaveLength(acted ? 1 : 0);
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions.filter((one) => one.name === name)).toHaveLength(acted ? 1 : 0);
    expect((await drain()).filter((body) => body === name)).toHaveLength(acted ? 1 : 0);
    const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
    expect(Topics.filter(({ TopicArn }) => TopicArn?.endsWith(`:${name}`))).toHaveLength(acted ? 1 : 0);
  });

  async function drain(): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const { NOTIFICATIONS_QUEUE_URL: QueueUrl } = aws.environment;
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = '' }) => Body));
    }
  }

  it('keeps the bytes of an object whose answer was lost or late', async () => {
    const Body = Buffer.alloc(12 * 1024 * 1024, 'abcdefg');
    for (const [Key, fault] of Object.entries({ lost: { cut: 'after' }, late: { delayMs: 20 } })) {
      await put({ service: 's3', operation: 'PutObject', times: 1, ...fault });
      await s3.send(new PutObjectCommand({ Bucket: 'faulty', Key, Body })).catch(() => {});
      const got = await s3.send(new GetObjectCommand({ Bucket: 'faulty', Key }));
      expect(Body.equals((await got.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
    }
  });

  it('acts at once though it answers late', async () => {
    await put({ service: 'personalize', operation: 'CreateDatasetGroup', delayMs: 5000 });
    const signal = AbortSignal.timeout(100);
    await expect(
      personalize.send(new CreateDatasetGroupCommand({ name: 'late' }), { abortSignal: signal }),
    ).rejects.toThrow();
    expect(await groups()).toContain('late');
  });
});

async function exportJob(jobName: string) {
  const path = `s3://${aws.environment.EXPORT_BUCKET}/${jobName}/`;
  const { datasetExportJobArn } = await personalize.send(
    new CreateDatasetExportJobCommand({
      jobName,
      datasetArn,
      roleArn: aws.environment.PERSONALIZE_ROLE_ARN,
      jobOutput: { s3DataDestination: { path } },
    }),
  );
  return async () =>
    (await personalize.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }))).datasetExportJob;
}

it('changes an answer', async () => {
  const describeJob = await exportJob('changed');
  const operation = 'DescribeDatasetExportJob';
  const [set, remove] = [{ 'datasetExportJob.status': 'PAUSED' }, ['datasetExportJob.status']];
  await put(
    { service: 'personalize', operation, times: 1, answer: { set } },
    { service: 'personalize', operation, times: 1, answer: { remove } },
  );
  expect(await describeJob()).toMatchObject({ jobName: 'changed', status: 'PAUSED' });
  expect(await describeJob()).not.toHaveProperty('status');
  await expect.poll(describeJob).toMatchObject({ status: 'ACTIVE' });
});

describe('a job', () => {
  it.each([
    [{ status: 'CREATE STOPPED' }, { status: 'CREATE STOPPED' }],
    [{ failureReason: 'x'.repeat(1_000_000) }, { status: 'CREATE FAILED', failureReason: 'x'.repeat(1_000_000) }],
    [{ stuck: true }, { status: 'CREATE IN_PROGRESS' }],
  ])('ends as it is told: %#', async (fault, expected) => {
    await put({ job: 'export', times: 1, ...fault });
    const describeJob = await exportJob(`told-${expected.status.replace(' ', '-')}`);
    await expect.poll(describeJob).toMatchObject(expected);
    expect(await hits()).toEqual([1]);
    expect(await personalize.send(new ListDatasetExportJobsCommand({ datasetArn }))).toBeDefined();
  });
});

async function execute(name: string) {
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const input = JSON.stringify({ datasetArn });
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  const describeExecution = async () => (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
  await expect.poll(describeExecution, { timeout: 15_000 }).not.toBe('RUNNING');
  const { events: history = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  const failures = history.flatMap(
    ({ lambdaFunctionFailedEventDetails }) => lambdaFunctionFailedEventDetails?.error ?? [],
  );
  return { status: await describeExecution(), failures };
}

async function jobsOf(execution: string) {
  const { datasetExportJobs = [] } = await personalize.send(new ListDatasetExportJobsCommand({ datasetArn }));
  return datasetExportJobs.filter(({ jobName }) => jobName?.includes(execution));
}

it('makes the machine meet a function that fails, and once its result was lost', async () => {
  await put(
    { service: 'lambda', operation: 'plan-exports', error: 'Lambda.TooManyRequestsException', times: 1 },
    { service: 'lambda', operation: 'create-export-job', cut: 'after', times: 1 },
  );
  expect(await execute('faulty-functions')).toEqual({
    status: 'SUCCEEDED',
    failures: ['Lambda.TooManyRequestsException', 'Lambda.Unknown'],
  });
  expect(await hits()).toEqual([1, 1]);
  expect(await jobsOf('faulty-functions')).toHaveLength(1);
});

it('makes the machine meet a function whose result was lost and that never runs again: its job is found', async () => {
  await put(
    { service: 'lambda', operation: 'create-export-job', cut: 'after', times: 1 },
    { service: 'lambda', operation: 'create-export-job', error: 'Lambda.TooManyRequestsException' },
  );
  const { status, failures } = await execute('lost-functions');
  expect(status).toBe('SUCCEEDED');
  expect(failures).toEqual(['Lambda.Unknown', ...Array(8).fill('Lambda.TooManyRequestsException')]);
  expect(await jobsOf('lost-functions')).toHaveLength(1);
});
