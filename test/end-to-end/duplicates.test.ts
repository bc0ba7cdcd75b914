import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateDatasetImportJobCommand } from '@aws-sdk/client-personalize';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { executionFor } from '../../src/trigger/event-to-execution.ts';
import type { StartExportEvent } from '../../src/trigger/start-export-event.ts';
import {
  arn,
  createDatasets,
  type Deployment,
  datasetArn,
  deploy,
  execute,
  executionNames,
  receiveNotification,
  roleArn,
  stackName,
} from '../deployment.ts';

// Events that are delivered twice, and names that others have taken, in a deployment whose bucket keeps no versions.
const users = datasetArn('shop', 'USERS');
const items = datasetArn('shop', 'ITEMS');

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy({
    change: ({ Resources }) => {
      Object.assign(Resources.ExportBucket?.Properties ?? {}, { VersioningConfiguration: undefined });
    },
  });
  await createDatasets(deployment, 'shop', ['Users', 'Items']);
}, 60_000);
afterAll(() => deployment?.close());

const bucket = () => deployment.aws.environment.EXPORT_BUCKET;

const put = async (Key: string, request: object) =>
  await deployment.s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body: JSON.stringify(request) }));

/** The S3 event of a file that was put. The rule takes only *.json, so these are delivered by the tests alone. */
const fileEvent = (key: string, etag: string, sequencer: string): StartExportEvent => ({
  trigger: 'request-dropped',
  event: {
    id: `${key} ${sequencer}`,
    source: 'aws.s3',
    detail: { bucket: { name: bucket() }, object: { key, etag, sequencer } },
  },
});

async function deliver(payload: StartExportEvent): Promise<{ executionName: string; alreadyStarted: boolean }> {
  const { FunctionError, Payload } = await deployment.lambda.send(
    new InvokeCommand({ FunctionName: `${stackName}-start-export`, Payload: JSON.stringify(payload) }),
  );
  expect(FunctionError).toBeUndefined();
  return JSON.parse(Payload?.transformToString() ?? '');
}

const notified = async (key: string, count: number) => {
  for (let n = 0; n < count; n++) {
    expect((await receiveNotification(deployment, ({ origin }) => origin?.key === key))?.notification).toBeDefined();
  }
};

it('a request file that is put three times is three executions, though the first and the third are equal', async () => {
  const before = (await executionNames(deployment)).length;
  const key = 'requests/a-b-a.json';
  for (const datasetArn of [users, items, users]) {
    await put(key, { datasetArn });
    await notified(key, 1);
  }
  expect(await executionNames(deployment)).toHaveLength(before + 3);
});

it('the event of a file that has been replaced since starts nothing if it was delivered before', async () => {
  const key = 'requests/replaced.txt';
  const { ETag = '' } = await put(key, { datasetArn: users });
  const event = fileEvent(key, JSON.parse(ETag), '01');
  const { executionName } = await deliver(event);
  await put(key, { datasetArn: items });
  await expect(deliver(event)).resolves.toEqual({ executionName, alreadyStarted: true });
});

it('the event of a file that has been replaced before it was read is rejected, and does not take the other file', async () => {
  const key = 'requests/late.txt';
  const { ETag = '' } = await put(key, { datasetArn: users });
  await put(key, { datasetArn: items });
  await deliver(fileEvent(key, JSON.parse(ETag), '01'));
  const received = await receiveNotification(deployment, ({ origin }) => origin?.key === key);
  expect(received?.notification).toMatchObject({
    outcome: 'REJECTED',
    reason: expect.stringContaining('Another file was put in its place'),
  });
});

it('the event of a file that is gone starts nothing if it was delivered before', async () => {
  const key = 'requests/gone.txt';
  const { ETag = '' } = await put(key, { datasetArn: users });
  const event = fileEvent(key, JSON.parse(ETag), '01');
  const { executionName } = await deliver(event);
  await deployment.s3.send(new DeleteObjectCommand({ Bucket: bucket(), Key: key }));
  await expect(deliver(event)).resolves.toEqual({ executionName, alreadyStarted: true });
});

it('an import is exported though somebody has taken the name of its execution for something else', async () => {
  const jobName = 'name-taken';
  const datasetImportJobArn = arn('personalize', `dataset-import-job/${jobName}`);
  const event = { id: '1', source: 'aws.personalize', detail: { responseElements: { datasetImportJobArn } } };
  const context = { importDatasetGroups: [], readRequestFile: async () => ({ fault: '' }) };
  const { name } = await executionFor({ trigger: 'import-started', event }, context);
  await execute(deployment, { datasetArn: items }, name);
  const dataSource = { dataLocation: 's3://nowhere/users.csv' };
  await deployment.personalize.send(
    new CreateDatasetImportJobCommand({ jobName, datasetArn: users, dataSource, roleArn: roleArn('import') }),
  );
  const received = await receiveNotification(deployment, (one) => one.datasetImportJobArn === datasetImportJobArn);
  expect(received?.notification.executionArn).toMatch(/:import-name-taken-/);
  expect(received?.notification.executionArn).not.toMatch(new RegExp(`:${name}$`));
});
