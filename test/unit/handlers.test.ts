import { Readable } from 'node:stream';
import {
  CreateDatasetExportJobCommand,
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  DescribeDatasetImportJobCommand,
  DescribeSchemaCommand,
  ListDatasetExportJobsCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mocked } from '../mocked.ts';
import {
  datasetArn,
  datasetExportJobArn,
  datasetGroupArn,
  datasetImportJobArn,
  importStarted,
  kmsKeyArn,
  lambdaContext,
  later,
  now,
  pendingJob,
  personalizeArn,
  plannedExport,
  roleArn,
  sdkError,
  stateMachineArn,
  topicArn,
  triggered,
} from './builders.ts';
import { stopClock } from './stopped-clock.ts';

const polling = { POLL_SHORTEST_SECONDS: '40', POLL_LONGEST_SECONDS: '50' };
const environments = {
  'start-export': { STATE_MACHINE_ARN: stateMachineArn },
  'plan-exports': {
    ...polling,
    STATE_MACHINE_ARN: stateMachineArn,
    PERSONALIZE_ROLE_ARN: roleArn,
    EXPORT_BUCKET: 'exports-bucket',
    EXPORT_KEY_PREFIX: 'exports',
    INGESTION_MODE: 'BULK',
    EXPORT_JOB_TAGS: '[{"tagKey": "team", "tagValue": "search"}]',
    DEADLINE_MINUTES: '60',
    VERIFY_EXPORTS: 'true',
  },
  'describe-import-job': polling,
  'create-export-job': polling,
  'describe-export-job': polling,
  'verify-export': {},
  notify: { EXPORT_TOPIC_ARN: topicArn, STATE_MACHINE_ARN: stateMachineArn, STAGE: 'prod' },
};
type HandlerName = keyof typeof environments;
const names = Object.keys(environments) as HandlerName[];

const personalize = mocked(PersonalizeClient);
const s3 = mocked(S3Client);
const sfn = mocked(SFNClient);
const sns = mocked(SNSClient);

stopClock();
beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Loads the handler again, as Lambda does, with this environment. */
async function load(name: HandlerName, environment: Record<string, string | undefined> = environments[name]) {
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  const { handler } = await import(`../../handlers/${name}.ts`);
  return (event: unknown) => handler(event, lambdaContext);
}

describe('loading the handler', () => {
  const cases = names.flatMap((name) => Object.keys(environments[name]).map((variable) => [name, variable] as const));
  it.each(cases)('the handler %s does not load without the environment variable %s', async (name, variable) => {
    await expect(load(name, { ...environments[name], [variable]: undefined })).rejects.toThrow(
      `The environment variable ${variable} is not set.`,
    );
  });
});

it.each(names)('the handler %s refuses an event of another function', async (name) => {
  const handle = await load(name);
  await expect(handle({ unknown: 1 })).rejects.toMatchObject({
    name: 'InvalidRequestError',
    message: expect.stringContaining('is missing.'),
  });
});

it('the handler start-export starts an execution', async () => {
  sfn.on(StartExecutionCommand).resolves({});
  const handle = await load('start-export');
  const { executionName } = await handle(importStarted());
  expect(sfn).toHaveReceivedCommandExactlyOnceWith(StartExecutionCommand, { stateMachineArn, name: executionName });
});

it.each([
  [undefined, undefined],
  ['shop,news', ['shop', 'news']],
])(
  'the handler start-export reads the setting importDatasetGroups from %j as %j',
  async (variable, onlyDatasetGroups) => {
    sfn.on(StartExecutionCommand).resolves({});
    const environment = { ...environments['start-export'], IMPORT_DATASET_GROUPS: variable };
    const handle = await load('start-export', environment);
    await handle(triggered('solution-import-active', { Arn: datasetImportJobArn }));
    const { input = '' } = sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input ?? {};
    expect(JSON.parse(input).onlyDatasetGroups).toEqual(onlyDatasetGroups);
  },
);

describe('the handler plan-exports', () => {
  const dataset = { datasetArn, datasetType: 'INTERACTIONS', datasetGroupArn };
  const event = { request: { datasetArn }, executionName: 'run-1', startedAt: now };
  beforeEach(() => {
    personalize.on(DescribeDatasetCommand).resolves({ dataset });
  });

  it.each([
    [undefined, {}],
    [kmsKeyArn, { kmsKeyArn }],
  ])("the handler plan-exports plans with the deployment's settings and the key %s", async (key, keyInPlan) => {
    const handle = await load('plan-exports', { ...environments['plan-exports'], EXPORT_KMS_KEY_ARN: key });
    const { exports } = await handle(event);
    expect(exports).toEqual([
      expect.objectContaining({
        roleArn,
        ingestionMode: 'BULK',
        tags: [{ tagKey: 'team', tagValue: 'search' }],
        deadline: later(3600),
        jobOutput: {
          s3DataDestination: { path: expect.stringMatching(/^s3:\/\/exports-bucket\/exports\/shop\//), ...keyInPlan },
        },
      }),
    ]);
  });

  it('the handler plan-exports names every wrong field of a request', async () => {
    const handle = await load('plan-exports');
    await expect(handle({ ...event, request: { datasetArn: 1, jobname: 'x' } })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringMatching(/jobname: .*\ndatasetArn: /),
    });
  });
});

it('the handler describe-import-job polls by the bounds of the deployment', async () => {
  personalize.on(DescribeDatasetImportJobCommand).resolves({ datasetImportJob: { status: 'CREATE PENDING' } });
  const handle = await load('describe-import-job');
  const known = { datasetImportJobArn, startedAt: now, deadline: later(3600) };
  expect(await handle({ import: { phase: 'pending', ...known }, exports: [] })).toEqual({
    ...known,
    phase: 'pending',
    status: 'CREATE PENDING',
    waitSeconds: 40,
  });
});

it('the handler create-export-job creates the job', async () => {
  personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
  personalize.on(ListDatasetExportJobsCommand).resolves({});
  const handle = await load('create-export-job');
  expect(await handle({ export: plannedExport(), executionName: 'run-1' })).toMatchObject({
    phase: 'pending',
    datasetExportJobArn,
    waitSeconds: 40,
  });
});

it('the handler describe-export-job describes the job', async () => {
  personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: { status: 'CREATE IN_PROGRESS' } });
  const handle = await load('describe-export-job');
  const job = pendingJob({ startedAt: later(-5000) });
  expect(await handle({ export: plannedExport(), job })).toMatchObject({ phase: 'pending', waitSeconds: 50 });
});

it('the handler verify-export reads the export, and stops in time', async () => {
  personalize.on(DescribeDatasetExportJobCommand).resolves({
    datasetExportJob: { creationDateTime: new Date(now), lastUpdatedDateTime: new Date(later(60)) },
  });
  personalize.on(DescribeDatasetCommand).resolves({ dataset: { schemaArn: personalizeArn('schema/shop') } });
  personalize.on(DescribeSchemaCommand).resolves({ schema: { schema: '{"fields": []}' } });
  const Body = Readable.from([Buffer.from('USER_ID\n'), Buffer.from('u1\n')]);
  s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'exports/part-0.csv', Size: 11, ETag: '"e"' }] });
  s3.on(GetObjectCommand).resolves({ Body: Body as never });
  s3.on(PutObjectCommand).resolves({});
  const handle = await load('verify-export');
  const job = pendingJob({ phase: 'succeeded', status: 'ACTIVE' });
  // The context of the tests leaves half a minute, which is what verify-export keeps for storing its progress.
  expect(await handle({ executionName: 'run-1', export: plannedExport(), job })).toMatchObject({
    phase: 'pending',
    bytesRead: 8,
    bytes: 11,
  });
});

it('the handler notify publishes to the topic of the deployment', async () => {
  s3.on(ListObjectsV2Command).resolves({});
  sns.on(PublishCommand).resolves({});
  const handle = await load('notify');
  const job = pendingJob({ phase: 'succeeded', status: 'ACTIVE' });
  expect(await handle({ executionName: 'run-1', export: plannedExport(), job })).toMatchObject({ outcome: 'ACTIVE' });
  expect(sns).toHaveReceivedCommandExactlyOnceWith(PublishCommand, { TopicArn: topicArn });
});

it('the handler create-export-job throws a TransientError, which the definition retries, for a retryable error', async () => {
  personalize.on(CreateDatasetExportJobCommand).rejects(sdkError('InternalServerException', { status: 500 }));
  const handle = await load('create-export-job');
  await expect(handle({ export: plannedExport() })).rejects.toMatchObject({ name: 'TransientError' });
});
