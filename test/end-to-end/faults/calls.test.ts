import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateDatasetGroupCommand, ListDatasetGroupsCommand } from '@aws-sdk/client-personalize';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type CallFault, clientConfig } from 'local-aws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasRunningExecutions } from '../../../demo/seed-data.ts';
import {
  clientsOf,
  type Deployment,
  deploy,
  executionNames,
  hits,
  receive,
  setFaults,
  until,
} from '../../deployment.ts';

// Faults of calls, as the SDK's clients meet them.
let deployment: Deployment;
let clients: ReturnType<typeof clientsOf>;
beforeAll(async () => {
  deployment = await deploy();
  clients = clientsOf({ ...clientConfig(deployment.aws.environment), maxAttempts: 1 });
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'faulty' }));
}, 60_000);
afterAll(() => deployment?.close());
beforeEach(async () => {
  await setFaults(deployment);
  // The calls of an execution that a test has started would meet the faults of the next test.
  await until(
    () => hasRunningExecutions(deployment.sfn, stateMachineArn()),
    (isRunning) => !isRunning,
  );
});

type ServiceException = Error & { $metadata: { httpStatusCode: number } };

const stateMachineArn = () => deployment.aws.environment.STATE_MACHINE_ARN;
const entry = { Source: 'a', DetailType: 'b', Detail: '{}' };
const calls: [service: string, operation: string, call: () => Promise<unknown>][] = [
  ['personalize', 'ListDatasetGroups', () => clients.personalize.send(new ListDatasetGroupsCommand({}))],
  [
    'states',
    'ListExecutions',
    () => clients.sfn.send(new ListExecutionsCommand({ stateMachineArn: stateMachineArn() })),
  ],
  ['events', 'PutEvents', () => clients.events.send(new PutEventsCommand({ Entries: [entry] }))],
  ['s3', 'ListObjectsV2', () => clients.s3.send(new ListObjectsV2Command({ Bucket: 'faulty' }))],
  ['s3', 'PutObject', () => clients.s3.send(new PutObjectCommand({ Bucket: 'faulty', Key: 'x', Body: 'x' }))],
  ['sns', 'ListTopics', () => clients.sns.send(new ListTopicsCommand({}))],
  ['sqs', 'ListQueues', () => clients.sqs.send(new ListQueuesCommand({}))],
];

describe.each(calls)('the call %s %s', (service, operation, call) => {
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
  ])('a call fails once with the fault %j', async (fault, { name, status, message = /./ }) => {
    await setFaults(deployment, { service, operation, times: 1, ...fault });
    const error = (await call().catch((thrown) => thrown)) as ServiceException;
    expect(error.name).toMatch(name as RegExp);
    expect(String(error.$metadata.httpStatusCode)).toMatch(status instanceof RegExp ? status : String(status));
    expect(error.message).toMatch(message as RegExp);
    expect(await hits(deployment)).toEqual([1]);
    await expect(call()).resolves.toBeDefined();
  });

  it.each(['before', 'after'] as const)('a call loses its connection once with the fault cut: %s', async (cut) => {
    await setFaults(deployment, { service, operation: '*', times: 1, cut });
    await expect(call()).rejects.toThrow(/ECONNRESET|socket hang up|EPIPE/);
    expect(await hits(deployment)).toEqual([1]);
    await expect(call()).resolves.toBeDefined();
  });

  it('a call answers late with the fault delayMs', async () => {
    await setFaults(deployment, { service, operation, times: 1, delayMs: 120 });
    const started = performance.now();
    await expect(call()).resolves.toBeDefined();
    expect(performance.now() - started).toBeGreaterThan(100);
  });
});

interface Effect {
  act(name: string): Promise<unknown>;
  /** How often the service has acted. */
  count(name: string): Promise<number>;
}

const occurrences = (all: (string | undefined)[] = [], name: string) => all.filter((one) => one === name).length;

async function drain(queueUrl: string | undefined): Promise<string[]> {
  const { Body } = (await receive(deployment, queueUrl, 0)) ?? {};
  return Body === undefined ? [] : [Body, ...(await drain(queueUrl))];
}

const effects: Record<string, Effect> = {
  'personalize CreateDatasetGroup': {
    act: (name) => clients.personalize.send(new CreateDatasetGroupCommand({ name })),
    count: async (name) => {
      const { datasetGroups } = await clients.personalize.send(new ListDatasetGroupsCommand({}));
      return occurrences(
        datasetGroups?.map((group) => group.name),
        name,
      );
    },
  },
  's3 PutObject': {
    act: (Key) => clients.s3.send(new PutObjectCommand({ Bucket: 'faulty', Key, Body: 'x' })),
    count: async (name) => {
      const { Contents } = await clients.s3.send(new ListObjectsV2Command({ Bucket: 'faulty' }));
      return occurrences(
        Contents?.map(({ Key }) => Key),
        name,
      );
    },
  },
  'states StartExecution': {
    act: (name) =>
      clients.sfn.send(new StartExecutionCommand({ stateMachineArn: stateMachineArn(), name, input: '{}' })),
    count: async (name) => occurrences(await executionNames(deployment), name),
  },
  'sqs SendMessage': {
    act: (MessageBody) => {
      const { DEAD_LETTER_QUEUE_URL: QueueUrl } = deployment.aws.environment;
      return clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    count: async (name) => occurrences(await drain(deployment.aws.environment.DEAD_LETTER_QUEUE_URL), name),
  },
  'sns CreateTopic': {
    act: (Name) => clients.sns.send(new CreateTopicCommand({ Name })),
    count: async (name) => {
      const { Topics } = await clients.sns.send(new ListTopicsCommand({}));
      return occurrences(
        Topics?.map(({ TopicArn }) => TopicArn?.split(':').pop()),
        name,
      );
    },
  },
};

describe.each(Object.entries(effects))('the call %s', (call, { act, count }) => {
  const [service, operation] = call.split(' ');

  it.each<[fault: Partial<CallFault>, times: number]>([
    [{ cut: 'before' }, 0],
    [{ cut: 'after' }, 1],
    [{ cut: 'after', status: 500 }, 1],
    [{ cut: 'before', status: 500 }, 0],
    [{ error: 'ThrottlingException' }, 0],
    [{ cut: 'before', delayMs: 30 }, 0],
    [{ cut: 'after', delayMs: 30 }, 1],
  ])('a call fails with the fault %j after the service acted %i times', async (fault, times) => {
    const name = `${operation}-${JSON.stringify(fault).replace(/\W+/g, '-')}`.slice(0, 60);
    await setFaults(deployment, { service, operation, times: 1, ...fault });
    await expect(act(name)).rejects.toThrow();
    expect(await hits(deployment)).toEqual([1]);
    expect(await count(name)).toBe(times);
  });
});

it.each<[string, Partial<CallFault>]>([
  ['lost', { cut: 'after' }],
  ['late', { delayMs: 20 }],
])('an object keeps its bytes if its answer is %s', async (Key, fault) => {
  const Body = Buffer.alloc(12 * 1024 * 1024, 'abcdefg');
  await setFaults(deployment, { service: 's3', operation: 'PutObject', times: 1, ...fault });
  await clients.s3.send(new PutObjectCommand({ Bucket: 'faulty', Key, Body })).catch(() => {});
  const got = await clients.s3.send(new GetObjectCommand({ Bucket: 'faulty', Key }));
  expect(Body.equals((await got.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
});

it('a call that answers late acts at once', async () => {
  await setFaults(deployment, { service: 'personalize', operation: 'CreateDatasetGroup', delayMs: 60_000 });
  const leaving = new AbortController();
  let hasEnded = false;
  const create = new CreateDatasetGroupCommand({ name: 'late' });
  const call = clients.personalize.send(create, { abortSignal: leaving.signal }).finally(() => {
    hasEnded = true;
  });
  await expect.poll(() => effects['personalize CreateDatasetGroup']?.count('late'), { timeout: 30_000 }).toBe(1);
  expect(hasEnded).toBe(false);
  leaving.abort();
  await expect(call).rejects.toThrow();
});
