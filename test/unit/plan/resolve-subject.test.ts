import {
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  InvalidInputException,
  ListDatasetsCommand,
  PersonalizeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { beforeEach, describe, expect, it } from 'vitest';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetGroupArn,
  datasetImportJobArn,
  deadline,
  described,
  now,
  sdkError,
  summary,
  waitAfter,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';
import { plan, planned } from './planning.ts';

const personalize = mocked(PersonalizeClient);
stopClock();

describe('a group', () => {
  it('is each of its datasets, through all pages', async () => {
    personalize
      .on(ListDatasetsCommand, { datasetGroupArn })
      .resolves({ datasets: [summary('INTERACTIONS')], nextToken: 'page 2' })
      .on(ListDatasetsCommand, { datasetGroupArn, nextToken: 'page 2' })
      .resolves({ datasets: [], nextToken: 'page 3' })
      .on(ListDatasetsCommand, { datasetGroupArn, nextToken: 'page 3' })
      .resolves({ datasets: [summary('ITEMS'), summary('USERS')] });
    const { exports, skipped, import: imported } = await plan({ datasetGroupArn });
    expect(exports.map(({ datasetType, datasetGroup }) => `${datasetGroup} ${datasetType}`)).toEqual([
      'shop INTERACTIONS',
      'shop ITEMS',
      'shop USERS',
    ]);
    expect(new Set(exports.map(({ jobName }) => jobName)).size).toBe(3);
    expect(new Set(exports.map(({ jobOutput }) => jobOutput.s3DataDestination.path)).size).toBe(3);
    expect({ skipped, imported }).toEqual({ skipped: [], imported: { phase: 'none' } });
  });

  it('has a folder for each dataset below the path of the request', async () => {
    personalize.on(ListDatasetsCommand).resolves({ datasets: [summary('ITEMS'), summary('USERS')] });
    const { exports } = await plan({ datasetGroupArn, jobOutput: { s3DataDestination: { path: 's3://mine/all' } } });
    expect(exports.map(({ jobOutput }) => jobOutput.s3DataDestination.path)).toEqual([
      's3://mine/all/ITEMS/',
      's3://mine/all/USERS/',
    ]);
  });

  it('skips what can not be exported, and says why', async () => {
    const datasets = ['Items', 'Actions', 'Action_Interactions'].map(summary);
    personalize.on(ListDatasetsCommand).resolves({ datasets });
    const { exports, skipped } = await plan({ datasetGroupArn });
    expect(exports.map(({ datasetType }) => datasetType)).toEqual(['ITEMS']);
    expect(skipped).toEqual([
      { datasetArn: datasets[1]?.datasetArn, reason: expect.stringContaining('is of type ACTIONS') },
      { datasetArn: datasets[2]?.datasetArn, reason: expect.stringContaining('is of type ACTION_INTERACTIONS') },
    ]);
  });

  it('without datasets has nothing to export', async () => {
    personalize.on(ListDatasetsCommand).resolves({ datasets: [] });
    expect(await plan({ datasetGroupArn })).toMatchObject({ exports: [], skipped: [] });
  });

  it('that is not listed at all is an unexpected answer', async () => {
    personalize.on(ListDatasetsCommand).resolves({});
    await expect(plan({ datasetGroupArn })).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
  });

  it.each([{ datasetType: 'ITEMS' }, { datasetArn }, { datasetArn: 'ITEMS', datasetType: 'ITEMS' }])(
    'with the dataset %j is an unexpected answer',
    async (dataset) => {
      personalize.on(ListDatasetsCommand).resolves({ datasets: [dataset] });
      await expect(plan({ datasetGroupArn })).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
    },
  );
});

describe('an import', () => {
  const importJob = (status: string | undefined, more: object = {}) => ({
    datasetImportJob: { datasetImportJobArn, datasetArn, status, creationDateTime: new Date(now), ...more },
  });
  const dataset = { datasetArn, datasetType: 'INTERACTIONS', datasetGroup: 'shop' };
  const known = { ...dataset, datasetImportJobArn, startedAt: now, deadline };

  beforeEach(() => {
    personalize.on(DescribeDatasetCommand, { datasetArn }).resolves({ dataset: described('INTERACTIONS') });
  });

  it.each([
    ['CREATE PENDING', { phase: 'pending', waitSeconds: waitAfter(0) }],
    ['CREATE IN_PROGRESS', { phase: 'pending', waitSeconds: waitAfter(0) }],
    ['SOMETHING NEW', { phase: 'pending', waitSeconds: waitAfter(0) }],
    ['ACTIVE', { phase: 'succeeded' }],
    ['CREATE FAILED', { phase: 'failed', failureReason: 'no such file' }],
  ])('that is %s plans its dataset and says %j', async (status, state) => {
    const failure = status === 'CREATE FAILED' ? { failureReason: 'no such file' } : {};
    personalize.on(DescribeDatasetImportJobCommand, { datasetImportJobArn }).resolves(importJob(status, failure));
    const { import: imported, exports } = await plan({ datasetImportJobArn });
    expect(imported).toEqual({ ...known, status, ...state });
    expect(exports).toMatchObject([{ datasetArn, datasetType: 'INTERACTIONS', deadline }]);
  });

  it('may name the job', async () => {
    personalize.on(DescribeDatasetImportJobCommand).resolves(importJob('ACTIVE'));
    expect(await planned({ datasetImportJobArn, jobName: 'after-import' })).toMatchObject({ jobName: 'after-import' });
  });

  it('of a dataset that can not be exported is not waited for', async () => {
    personalize.on(DescribeDatasetImportJobCommand).resolves(importJob('CREATE PENDING'));
    personalize.on(DescribeDatasetCommand, { datasetArn }).resolves({ dataset: described('ACTIONS') });
    expect(await plan({ datasetImportJobArn })).toMatchObject({
      import: { phase: 'none' },
      exports: [],
      skipped: [{ datasetArn: summary('ACTIONS').datasetArn }],
    });
  });

  it('without a status is an unexpected answer', async () => {
    personalize.on(DescribeDatasetImportJobCommand).resolves(importJob(undefined));
    await expect(plan({ datasetImportJobArn })).rejects.toMatchObject({
      name: 'UnexpectedAnswerError',
      message: `Personalize described ${datasetImportJobArn} without a status.`,
    });
  });

  // The service refuses a DescribeDataset without an ARN; the fault is not the request's.
  it.each([[{}], [{ datasetImportJob: { status: 'ACTIVE' } }]])(
    'described as %j is an unexpected answer',
    async (answer) => {
      const message = 'datasetArn must not be null';
      personalize.on(DescribeDatasetImportJobCommand).resolves(answer);
      personalize
        .on(DescribeDatasetCommand, { datasetArn: undefined }, true)
        .rejects(new InvalidInputException({ message, $metadata: {} }));
      await expect(plan({ datasetImportJobArn })).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
    },
  );
});

describe('a description of a dataset', () => {
  it.each([
    [{}],
    [{ dataset: {} }],
    [{ dataset: summary('ITEMS') }],
    [{ dataset: { datasetArn, datasetGroupArn } }],
    [{ dataset: { datasetType: 'ITEMS', datasetGroupArn } }],
  ])('as %j is an unexpected answer', async (answer) => {
    personalize.on(DescribeDatasetCommand).resolves(answer);
    await expect(plan({ datasetArn })).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
  });
});

describe('what the service answers to the subject', () => {
  const subjects = [
    ['datasetArn', DescribeDatasetCommand, datasetArn],
    ['datasetGroupArn', DescribeDatasetGroupCommand, datasetGroupArn],
    ['datasetGroupArn', ListDatasetsCommand, datasetGroupArn],
    ['datasetImportJobArn', DescribeDatasetImportJobCommand, datasetImportJobArn],
  ] as const;
  const refusals = [
    new ResourceNotFoundException({ message: 'Resource not found', $metadata: {} }),
    new InvalidInputException({ message: 'Invalid ARN', $metadata: {} }),
  ];

  it.each(subjects.flatMap((subject) => refusals.map((refusal) => [...subject, refusal] as const)))(
    '%s: a refusal is an invalid request',
    async (field, command, arn, refusal) => {
      personalize.on(command as typeof DescribeDatasetCommand).rejects(refusal);
      await expect(plan({ [field]: arn })).rejects.toMatchObject({
        name: 'InvalidRequestError',
        message: expect.stringContaining(refusal.message),
        cause: refusal,
      });
    },
  );

  it.each(subjects)('%s: the refusal names the field', async (field, command, arn) => {
    personalize.on(command as typeof DescribeDatasetCommand).rejects(refusals[0]);
    await expect(plan({ [field]: arn })).rejects.toMatchObject({ message: expect.stringMatching(`^${field}: `) });
  });

  it.each([
    sdkError('AccessDeniedException', { status: 400 }),
    sdkError('ThrottlingException', { status: 400 }),
    sdkError('InternalServerException', { status: 500 }),
  ])('%s stays what it is', async (error) => {
    personalize.on(DescribeDatasetCommand).rejects(error);
    await expect(plan({ datasetArn })).rejects.toBe(error);
  });
});
