import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PersonalizeClient, paginateListDatasetExportJobs } from '@aws-sdk/client-personalize';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListExecutions, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig, type LocalAws, startLocalAws } from 'local-aws';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { demoDatasets } from '../../demo/data.ts';
import { importDatasets } from '../../demo/import-datasets.ts';
import { localStack } from '../../scripts/local-stack.ts';

// Events in bursts and repeated, over HTTP: what counts is how many executions, jobs and notifications there are at the end.
const arn = (resource: string) => `arn:aws:personalize:us-east-1:000000000000:${resource}`;
const datasetArn = arn('dataset/demo-shop/USERS');

let aws: LocalAws;
let logsDir: string;
let sfn: SFNClient;
let config: ReturnType<typeof clientConfig>;

beforeAll(async () => {
  logsDir = await mkdtemp(join(tmpdir(), 'logs-'));
  aws = await startLocalAws({ ...localStack, port: 0, jobSeconds: 0.1, logsDir });
  config = clientConfig(aws.environment);
  sfn = new SFNClient(config);
  await importDatasets(aws.environment, demoDatasets(), () => {}, AbortSignal.timeout(40_000));
}, 60_000);

afterAll(async () => {
  await aws?.stop();
  await rm(logsDir, { recursive: true, force: true });
});

/** All that there is, once nothing runs any more. */
async function counts() {
  const personalize = new PersonalizeClient(config);
  const { STATE_MACHINE_ARN: stateMachineArn, NOTIFICATIONS_QUEUE_URL: QueueUrl } = aws.environment;
  return await vi.waitFor(
    async () => {
      let [executions, jobs] = [0, 0];
      for await (const page of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
        for (const { status } of page.executions ?? []) expect(status).not.toBe('RUNNING');
        executions += page.executions?.length ?? 0;
      }
      for await (const page of paginateListDatasetExportJobs({ client: personalize }, {})) {
        jobs += page.datasetExportJobs?.length ?? 0;
      }
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const { Attributes } = await new SQSClient(config).send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
      );
      return { executions, jobs, notifications: Number(Attributes?.ApproximateNumberOfMessages) };
    },
    { timeout: 25_000, interval: 250 },
  );
}

/** What `burst` has added, once it has started as many executions as are owed. */
async function addedBy(burst: () => Promise<unknown>, owed = 1) {
  const before = await counts();
  await burst();
  const started = async () => expect((await counts()).executions).toBeGreaterThanOrEqual(before.executions + owed);
  await vi.waitFor(started, { timeout: 25_000, interval: 100 });
  const after = await counts();
  return {
    executions: after.executions - before.executions,
    jobs: after.jobs - before.jobs,
    notifications: after.notifications - before.notifications,
  };
}

const inParallel = (times: number, act: (n: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: times }, (_, n) => act(n)));

const exported = (DetailType: string, Detail: string) => ({ Source: 'shop.orders', DetailType, Detail });
const put = (Entries: object[]) =>
  new EventBridgeClient(config).send(new PutEventsCommand({ Entries: Entries as never[] }));

it('an event that is delivered hundreds of times, at once and again, is one execution, one job, one notification', async () => {
  const lambda = new LambdaClient(config);
  const detail = { datasetArn };
  const event = { id: 'one-and-the-same', source: 'shop.orders', 'detail-type': 'Dataset Export Requested', detail };
  const invoke = async () => {
    const FunctionName = 'personalize-dataset-export-local-start-export';
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    expect(answer.FunctionError).toBeUndefined();
  };
  expect(await addedBy(() => inParallel(200, invoke))).toEqual({ executions: 1, jobs: 1, notifications: 1 });
  const before = await counts();
  await inParallel(100, invoke);
  expect(await counts()).toEqual(before);
});

it('hundreds of different events at once are as many executions, and each is told of', async () => {
  const tenUnknown = (n: number) => put(Array(10).fill(exported('Dataset Export Requested', `{"unknown":${n}}`)));
  const added = await addedBy(() => inParallel(20, tenUnknown), 200);
  expect(added).toMatchObject({ executions: 200, jobs: 0 });
  // At least once: a notification whose answer comes too late is sent again.
  expect(added.notifications).toBeGreaterThanOrEqual(200);
}, 60_000);

it('StartExecution that is repeated under one name starts once', async () => {
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const input = JSON.stringify({ datasetArn });
  const added = await addedBy(() =>
    inParallel(100, () => sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'by-hand', input }))),
  );
  expect(added).toEqual({ executions: 1, jobs: 1, notifications: 1 });
});

const batch = {
  exports: [
    { datasetGroupArn: arn('dataset-group/demo-shop') },
    { datasetArn },
    { datasetArn: arn('dataset/demo-shop/ITEMS') },
    { datasetArn, ingestionMode: 'PUT' },
    { datasetArn },
  ],
};

it.each([
  ['an event', () => put([exported('Dataset Export Requested', JSON.stringify(batch))])],
  [
    'a file',
    () => {
      const s3 = new S3Client({ ...config, forcePathStyle: true });
      const Body = JSON.stringify(batch);
      return s3.send(new PutObjectCommand({ Bucket: aws.environment.EXPORT_BUCKET, Key: 'requests/batch.json', Body }));
    },
  ],
  [
    'a person',
    () => {
      const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
      return sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(batch) }));
    },
  ],
])('a batch by %s is one execution, in which what is asked for twice is exported once', async (_, send) => {
  expect(await addedBy(send)).toEqual({ executions: 1, jobs: 4, notifications: 4 });
});
