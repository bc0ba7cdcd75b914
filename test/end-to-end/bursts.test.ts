import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { paginateListDatasetExportJobs } from '@aws-sdk/client-personalize';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { paginateListExecutions, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  createDatasets,
  type Deployment,
  datasetArn,
  datasetGroupArn,
  deploy,
  executionNames,
  stackName,
} from '../deployment.ts';

// Events in bursts and repeated, over HTTP: what counts is how many executions, jobs and notifications there are at the end.
const users = datasetArn('shop', 'USERS');

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy();
  await createDatasets(deployment, 'shop', ['Interactions', 'Items', 'Users']);
}, 60_000);
afterAll(() => deployment?.close());

/** All that there is, once nothing runs any more. */
async function counts() {
  const { aws, personalize, sfn, sqs } = deployment;
  const { STATE_MACHINE_ARN: stateMachineArn, NOTIFICATIONS_QUEUE_URL: QueueUrl } = aws.environment;
  const count = async () => {
    let [executions, jobs] = [0, 0];
    for await (const page of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
      for (const { status } of page.executions ?? []) expect(status).not.toBe('RUNNING');
      executions += page.executions?.length ?? 0;
    }
    for await (const page of paginateListDatasetExportJobs({ client: personalize }, {})) {
      jobs += page.datasetExportJobs?.length ?? 0;
    }
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return { executions, jobs, notifications: Number(Attributes?.ApproximateNumberOfMessages) };
  };
  return await vi.waitFor(count, { timeout: 25_000, interval: 250 });
}

/** What `burst` has added, once it has started as many executions as it should. */
async function addedBy(burst: () => Promise<unknown>, expected = 1) {
  const before = await counts();
  await burst();
  const started = async () =>
    expect((await executionNames(deployment)).length).toBeGreaterThanOrEqual(before.executions + expected);
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

const exportRequested = (Detail: string) => ({ Source: 'shop.orders', DetailType: 'Dataset Export Requested', Detail });
const put = (Entries: object[]) => deployment.events.send(new PutEventsCommand({ Entries: Entries as never[] }));

/** Delivers one event this often, in parallel. */
const deliver = (times: number, id: string) =>
  inParallel(times, async () => {
    const event = { id, source: 'shop.orders', detail: { datasetArn: users } };
    const Payload = JSON.stringify({ trigger: 'export-requested', event });
    const answer = await deployment.lambda.send(
      new InvokeCommand({ FunctionName: `${stackName}-start-export`, Payload }),
    );
    expect(answer.FunctionError).toBeUndefined();
  });

it('an event that is delivered hundreds of times at once is one execution, one job, one notification', async () => {
  expect(await addedBy(() => deliver(200, 'at once'))).toEqual({ executions: 1, jobs: 1, notifications: 1 });
});

it('an event that is delivered again when its execution has ended starts nothing', async () => {
  await addedBy(() => deliver(1, 'later'));
  const before = await counts();
  await deliver(100, 'later');
  expect(await counts()).toEqual(before);
});

it('hundreds of different events at once are as many executions, with a notification each', async () => {
  const tenUnknown = (n: number) => put(Array(10).fill(exportRequested(`{"unknown":${n}}`)));
  const added = await addedBy(() => inParallel(20, tenUnknown), 200);
  expect(added).toMatchObject({ executions: 200, jobs: 0 });
  // At least once: a notification whose answer comes too late is sent again.
  expect(added.notifications).toBeGreaterThanOrEqual(200);
}, 60_000);

it('StartExecution that is repeated under one name starts one execution', async () => {
  const { STATE_MACHINE_ARN: stateMachineArn } = deployment.aws.environment;
  const input = JSON.stringify({ datasetArn: users });
  const start = () => deployment.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'by-hand', input }));
  expect(await addedBy(() => inParallel(100, start))).toEqual({ executions: 1, jobs: 1, notifications: 1 });
});

const batch = JSON.stringify({
  exports: [
    { datasetGroupArn: datasetGroupArn('shop') },
    { datasetArn: users },
    { datasetArn: datasetArn('shop', 'ITEMS') },
    { datasetArn: users, ingestionMode: 'PUT' },
    { datasetArn: users },
  ],
});

const senders = {
  'an event': () => put([exportRequested(batch)]),
  'a request file': () =>
    deployment.s3.send(
      new PutObjectCommand({
        Bucket: deployment.aws.environment.EXPORT_BUCKET,
        Key: 'requests/batch.json',
        Body: batch,
      }),
    ),
  StartExecution: () =>
    deployment.sfn.send(
      new StartExecutionCommand({ stateMachineArn: deployment.aws.environment.STATE_MACHINE_ARN, input: batch }),
    ),
};

it.each(Object.entries(senders))(
  'a batch from %s is one execution, with one job per distinct export',
  async (_, send) => {
    expect(await addedBy(send)).toEqual({ executions: 1, jobs: 4, notifications: 4 });
  },
);
