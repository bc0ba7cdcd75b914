import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateDatasetImportJobCommand,
  DescribeDatasetExportJobCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-personalize';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { startLocalAws } from 'local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoDataset, demoDatasets } from '../../demo/data.ts';
import { importDatasets } from '../../demo/import-datasets.ts';
import { receiveNotifications } from '../../demo/notifications.ts';
import { localStack } from '../../scripts/local-stack.ts';
import type { Notification } from '../../src/notify/notification.ts';
import {
  type Deployment,
  datasetArn,
  datasetGroupArn,
  deploy,
  execute,
  executionNames,
  historyOf,
  ofExecution,
  receiveNotification,
  roleArn,
  setFaults,
} from '../deployment.ts';

// The packaged stack after the demo's imports: only the SDK's clients speak to it, over HTTP.
let deployment: Deployment;
let imported: Notification[];

beforeAll(async () => {
  deployment = await deploy();
  const { environment } = deployment.aws;
  const signal = AbortSignal.timeout(30_000);
  await importDatasets(environment, demoDatasets(), () => {}, signal);
  imported = await receiveNotifications(environment, demoDatasets().length, signal);
}, 60_000);
afterAll(() => deployment?.close());

const distinct = (rows: string[][]) => [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];

async function rowsBelow(path: string): Promise<string[][]> {
  const { s3 } = deployment;
  const [, Bucket = '', Prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(path) ?? [];
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const read = async (Key = '') =>
    (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? '';
  const files = await Promise.all(Contents.map(({ Key }) => read(Key)));
  return files.flatMap((file) => parse(file, { from: 2 }) as string[][]);
}

it('each import that completes causes one notification', () => {
  expect(imported.map(({ outcome, datasetType }) => `${datasetType} ${outcome}`).sort()).toEqual([
    'INTERACTIONS ACTIVE',
    'ITEMS ACTIVE',
    'USERS ACTIVE',
  ]);
});

it.each(demoDatasets())(
  'the rows of $datasetType are exported once they are imported',
  async (dataset: DemoDataset) => {
    const type = dataset.datasetType.toUpperCase();
    const { path = '' } = imported.find(({ datasetType }) => datasetType === type) ?? {};
    const given = parse(dataset.csv as string, { from: 2 }) as string[][];
    expect((await rowsBelow(path)).sort()).toEqual(distinct(given).sort());
  },
);

const requestOf = (jobName: string) => ({
  datasetArn: datasetArn('demo-shop', 'ITEMS'),
  jobName,
  roleArn: deployment.aws.environment.PERSONALIZE_ROLE_ARN,
  jobOutput: {
    s3DataDestination: {
      path: `s3://${deployment.aws.environment.EXPORT_BUCKET}/exports/${jobName}/`,
      kmsKeyArn: deployment.aws.environment.EXPORT_KEY_ARN,
    },
  },
  ingestionMode: 'BULK',
  tags: [{ tagKey: 'team', tagValue: 'search' }],
});

it('an export passes through its states in order', async () => {
  const execution = await execute(deployment, { datasetArn: datasetArn('demo-shop', 'ITEMS') });
  const history = await historyOf(deployment, execution);
  expect(history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [])).toEqual([
    ...['PlanExports', 'ImportPhase', 'ExportDatasets', 'CreateExportJob', 'ExportJobPhase'],
    ...['WaitForExportJob', 'DescribeExportJob', 'ExportJobPhase', 'VerifyExport', 'VerificationPhase', 'Notify'],
    ...['DidEveryExportSucceed', 'Exported'],
  ]);
});

it('CreateDatasetExportJob gets every parameter of a request', async () => {
  const { tags, ...parameters } = requestOf('every-parameter');
  const execution = await execute(deployment, { ...parameters, tags });
  const { datasetExportJobArn } = (await receiveNotification(deployment, ofExecution(execution)))?.notification ?? {};
  const { personalize } = deployment;
  const describeJob = new DescribeDatasetExportJobCommand({ datasetExportJobArn });
  expect((await personalize.send(describeJob)).datasetExportJob).toMatchObject(parameters);
  const listTags = new ListTagsForResourceCommand({ resourceArn: datasetExportJobArn });
  expect((await personalize.send(listTags)).tags).toEqual(tags);
});

it('the outcome is in the output of the execution', async () => {
  const request = requestOf('outcome-in-output');
  const { status, output } = await execute(deployment, request);
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(output ?? '')).toMatchObject({
    outcomes: [{ outcome: 'ACTIVE', succeeded: true, path: request.jobOutput.s3DataDestination.path }],
    skipped: [],
  });
});

it('a notification has the attributes that filter policies use', async () => {
  const execution = await execute(deployment, requestOf('attributes'));
  const { attributes, notification } = (await receiveNotification(deployment, ofExecution(execution))) ?? {};
  expect(attributes).toMatchObject({
    outcome: 'ACTIVE',
    datasetType: 'ITEMS',
    datasetGroup: 'demo-shop',
    verification: 'PASSED',
  });
  expect(notification).toMatchObject({ files: { count: 1 } });
});

it('a request for a group exports every dataset of the group', async () => {
  const execution = await execute(deployment, { datasetGroupArn: datasetGroupArn('demo-shop') });
  expect(execution.status).toBe('SUCCEEDED');
  const isOurs = ofExecution(execution);
  const received = [1, 2, 3].map(async () => (await receiveNotification(deployment, isOurs))?.notification.datasetType);
  expect((await Promise.all(received)).sort()).toEqual(['INTERACTIONS', 'ITEMS', 'USERS']);
});

it('a failed job is reported as CREATE FAILED with the reason and a remedy, and fails the execution', async () => {
  await setFaults(deployment, { job: 'export', failureReason: 'No room left.', times: 1 });
  const execution = await execute(deployment, { datasetArn: datasetArn('demo-shop', 'USERS') });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
  const failed = { outcome: 'CREATE FAILED', reason: 'No room left.' };
  expect(JSON.parse(execution.cause ?? '')).toMatchObject([failed]);
  const { notification } = (await receiveNotification(deployment, ofExecution(execution))) ?? {};
  expect(notification).toMatchObject({ ...failed, remedy: expect.any(String) });
});

it('a wrong request is rejected with a reason that names every wrong field', async () => {
  const execution = await execute(deployment, { datasetArn: 'interactions', ingestionMode: 'bulk', colour: 'red' });
  const { cause } = execution;
  expect(execution).toMatchObject({ status: 'FAILED', error: 'REJECTED' });
  for (const field of ['datasetArn', 'ingestionMode', 'colour']) expect(cause).toContain(`${field}: `);
  const { notification } = (await receiveNotification(deployment, ofExecution(execution))) ?? {};
  expect(notification).toMatchObject({ outcome: 'REJECTED', reason: cause });
});

it('a failed import is reported as IMPORT FAILED, and nothing is exported', async () => {
  await deployment.personalize.send(
    new CreateDatasetImportJobCommand({
      jobName: 'wrong-file',
      datasetArn: datasetArn('demo-shop', 'USERS'),
      dataSource: { dataLocation: 's3://demo-data/items.csv' },
      roleArn: roleArn('demo-import'),
      importMode: 'FULL',
    }),
  );
  const isOfImport = ({ datasetImportJobArn }: Notification) => datasetImportJobArn?.endsWith('/wrong-file') ?? false;
  const { notification } = (await receiveNotification(deployment, isOfImport)) ?? {};
  expect(notification).toMatchObject({ outcome: 'IMPORT FAILED', reason: expect.stringContaining('USER_ID') });
  expect(notification).not.toHaveProperty('datasetExportJobArn');
  expect(await executionNames(deployment)).toContainEqual(expect.stringMatching(/^import-wrong-file-[0-9a-f]{16}$/));
});

it('the functions log one JSON line per decision, and no payload', async () => {
  const log = await readFile(join(deployment.logsDir, `${localStack.stackName}-create-export-job.log`), 'utf8');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'INFO',
      message: 'export job created',
      datasetArn: datasetArn('demo-shop', 'ITEMS'),
    }),
  );
  expect(log).not.toContain('PersonalizeRole');
});

it('a second local AWS refuses a port that is taken', async () => {
  const port = Number(new URL(deployment.aws.environment.AWS_ENDPOINT_URL ?? '').port);
  const { logsDir } = deployment;
  await expect(startLocalAws({ ...localStack, port, jobSeconds: 1, logsDir })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
