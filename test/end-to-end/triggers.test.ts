import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateDatasetImportJobCommand, ListDatasetExportJobsCommand } from '@aws-sdk/client-personalize';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Notification } from '../../src/notify/notification.ts';
import {
  arn,
  createDatasets,
  type Deployment,
  datasetArn,
  deploy,
  executionNames,
  receiveNotification,
  roleArn,
  setFaults,
  until,
} from '../deployment.ts';
import { packageWith } from '../package/packaged.ts';

// Every trigger, over HTTP, with the rules and schedules of a packaged template.
const SOLUTION_BUS = 'aws-solutions-SO0170-personalize';
const users = datasetArn('shop', 'USERS');

let deployment: Deployment;
beforeAll(async () => {
  const params = {
    schedulesFile: 'test/fixtures/three-schedules.yml',
    solutionEventBus: SOLUTION_BUS,
    importDatasetGroups: 'shop',
  };
  const { template } = await packageWith(params, ['--stage', 'local']);
  deployment = await deploy({ template });
  await createDatasets(deployment, 'shop', ['Users']);
  await createDatasets(deployment, 'demo-shop', ['Interactions']);
}, 60_000);
afterAll(() => deployment?.close());
beforeEach(async () => void (await setFaults(deployment)));

async function notificationWith(origin: Record<string, string>): Promise<Notification | undefined> {
  const members = Object.entries(origin);
  const received = await receiveNotification(deployment, (one) =>
    members.every(([name, value]) => one.origin?.[name] === value),
  );
  return received?.notification;
}

const drop = (Key: string, content: string) =>
  deployment.s3.send(
    new PutObjectCommand({ Bucket: deployment.aws.environment.EXPORT_BUCKET, Key, Body: Buffer.from(content) }),
  );

const putEvent = (Source: string, DetailType: string, detail: object, EventBusName?: string) =>
  deployment.events.send(
    new PutEventsCommand({ Entries: [{ Source, DetailType, Detail: JSON.stringify(detail), EventBusName }] }),
  );

/** Starts an import as soon as no export of another test uses the dataset. */
async function importUsers(jobName: string): Promise<void> {
  const { personalize } = deployment;
  const exportsOfUsers = async () =>
    (await personalize.send(new ListDatasetExportJobsCommand({ datasetArn: users }))).datasetExportJobs ?? [];
  await until(exportsOfUsers, (jobs) => jobs.every(({ status }) => status === 'ACTIVE' || status === 'CREATE FAILED'));
  const dataSource = { dataLocation: 's3://nowhere/users.csv' };
  await personalize.send(
    new CreateDatasetImportJobCommand({ jobName, datasetArn: users, dataSource, roleArn: roleArn('import') }),
  );
}

/** How many executions have started; `drop` delivers its events in order, so that a last file ends the counting. */
async function startedBy(act: () => Promise<unknown>, lastKey: string): Promise<number> {
  const before = (await executionNames(deployment)).length;
  await act();
  await drop(lastKey, '{}');
  expect(await notificationWith({ key: lastKey })).toMatchObject({ outcome: 'REJECTED' });
  return (await executionNames(deployment)).length - before - 1;
}

it('a file below requests/ starts an export, and the notification says which file', async () => {
  const key = 'requests/users of ümläut+1.json';
  await drop(key, JSON.stringify({ datasetArn: users, ingestionMode: 'BULK' }));
  expect(await notificationWith({ key })).toMatchObject({
    outcome: 'ACTIVE',
    ingestionMode: 'BULK',
    origin: { trigger: 'request file' },
  });
});

it('a file that is put again, as another version, is exported once more', async () => {
  const key = 'requests/again.json';
  await drop(key, JSON.stringify({ datasetArn: users }));
  expect(await notificationWith({ key })).toMatchObject({ outcome: 'ACTIVE' });
  const again = async () => await drop(key, JSON.stringify({ datasetArn: users }));
  expect(await startedBy(again, 'requests/after-again.json')).toBe(1);
});

it.each([
  ['is empty', '', 'is empty'],
  ['is not JSON', 'datasetArn: x', 'is not JSON'],
  ['begins with a byte order mark', '\ufeff{}', 'byte order mark'],
  ['has an unknown field', JSON.stringify({ datasetArn: users, colour: 'red' }), 'colour: is not a known field'],
  ['is too large', JSON.stringify({ datasetArn: users, jobName: 'x'.repeat(300_000) }), 'at most 200000'],
])('a request file that %s is rejected, and the reason says so', async (what, content, fault) => {
  const key = `requests/${what}.json`;
  await drop(key, content);
  expect(await notificationWith({ key })).toMatchObject({
    outcome: 'REJECTED',
    reason: expect.stringContaining(fault),
  });
});

it.each([
  ['InvalidRequest', 'encrypted with a key that only its owner has'],
  ['KMS.DisabledException', 'is disabled'],
  ['KMS.KMSInvalidStateException', 'pending deletion'],
])('a request file that S3 refuses with %s is rejected, and is not a dead letter', async (error, cause) => {
  const key = `requests/${error}.json`;
  await setFaults(deployment, { service: 's3', operation: 'GetObject', error, status: 400 });
  await drop(key, '{}');
  expect(await notificationWith({ key })).toMatchObject({
    outcome: 'REJECTED',
    reason: expect.stringContaining(cause),
  });
});

it('a file that is not named requests/*.json starts nothing', async () => {
  const others = async () => {
    await drop('requests/readme.txt', 'x');
    await drop('exports/somewhere/part.json', '{}');
  };
  expect(await startedBy(others, 'requests/after-others.json')).toBe(0);
});

it('an event of another service starts an export', async () => {
  await putEvent('shop.orders', 'Dataset Export Requested', { datasetArn: users });
  expect(await notificationWith({ trigger: 'event' })).toMatchObject({
    outcome: 'ACTIVE',
    origin: { source: 'shop.orders' },
  });
});

it('an event for this stage starts an export, and one for another stage starts nothing', async () => {
  await putEvent('shop.stages', 'Dataset Export Requested', { datasetArn: users, stage: 'local' });
  expect(await notificationWith({ source: 'shop.stages' })).toMatchObject({ outcome: 'ACTIVE' });
  const another = () => putEvent('shop.stages', 'Dataset Export Requested', { datasetArn: users, stage: 'prod' });
  expect(await startedBy(another, 'requests/after-another-stage.json')).toBe(0);
});

it('an import starts one export, though both CloudTrail and the AWS Solution report it', async () => {
  const jobName = 'reported-twice';
  const imported = arn('personalize', `dataset-import-job/${jobName}`);
  await importUsers(jobName);
  expect(await notificationWith({ trigger: 'import started' })).toMatchObject({ datasetImportJobArn: imported });
  const report = () =>
    putEvent(
      'solutions.aws.personalize',
      'Personalize Dataset Import Job State Change',
      { Arn: imported, Status: 'ACTIVE' },
      SOLUTION_BUS,
    );
  expect(await startedBy(report, 'requests/after-solution.json')).toBe(0);
});

it('an import into a dataset group that is not followed ends without an export', async () => {
  const { personalize, sfn, aws } = deployment;
  const importJob = {
    jobName: 'not-followed',
    datasetArn: datasetArn('demo-shop', 'INTERACTIONS'),
    dataSource: { dataLocation: 's3://nowhere/interactions.csv' },
    roleArn: roleArn('import'),
  };
  await personalize.send(new CreateDatasetImportJobCommand(importJob));
  const names = await until(
    () => executionNames(deployment),
    (all) => all.some((name) => name.startsWith('import-not-followed-')),
  );
  const name = names.find((one) => one.startsWith('import-not-followed-'));
  const executionArn = `${aws.environment.STATE_MACHINE_ARN?.replace(':stateMachine:', ':execution:')}:${name}`;
  const { status, input } = await until(
    () => sfn.send(new DescribeExecutionCommand({ executionArn })),
    (execution) => execution.status !== 'RUNNING',
  );
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(input ?? '')).toMatchObject({ onlyDatasetGroups: ['shop'] });
});

it('an event that only claims to be of the AWS Solution does not take the place of an import', async () => {
  const jobName = 'claimed';
  const claim = { Arn: arn('personalize', `dataset-import-job/${jobName}`), Status: 'ACTIVE' };
  await putEvent('solutions.aws.personalize', 'Dataset Export Requested', claim);
  expect(await notificationWith({ source: 'solutions.aws.personalize' })).toMatchObject({ outcome: 'REJECTED' });
  await importUsers(jobName);
  expect(await notificationWith({ trigger: 'import started' })).toMatchObject({ datasetImportJobArn: claim.Arn });
});

it('a schedule starts an export', async () => {
  const { AWS_ENDPOINT_URL } = deployment.aws.environment;
  const fired = await fetch(`${AWS_ENDPOINT_URL}/_local/schedules/nightly-interactions`, { method: 'POST' });
  expect(fired.status).toBe(202);
  expect(await notificationWith({ trigger: 'schedule' })).toMatchObject({
    outcome: 'ACTIVE',
    datasetType: 'INTERACTIONS',
    origin: { schedule: 'nightly-interactions' },
  });
});

it('a schedule that is not deployed cannot be fired', async () => {
  const { AWS_ENDPOINT_URL } = deployment.aws.environment;
  expect((await fetch(`${AWS_ENDPOINT_URL}/_local/schedules/monthly`, { method: 'POST' })).status).toBe(404);
});
