import {
  DescribeDatasetCommand,
  DescribeDatasetImportJobCommand,
  InvalidInputException,
  ListDatasetsCommand,
  PersonalizeClient,
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
  summary,
  waitAfter,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';
import { plan, planned } from './planning.ts';

const personalize = mocked(PersonalizeClient);
stopClock();

describe('a dataset group', () => {
  it('a dataset group stands for every dataset on all pages of the list', async () => {
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
    const [first] = personalize.commandCalls(ListDatasetsCommand);
    expect(first?.args[0].input).toMatchObject({ datasetGroupArn, maxResults: 100 });
  });

  it("a dataset group gets a folder for each dataset below the request's path", async () => {
    personalize.on(ListDatasetsCommand).resolves({ datasets: [summary('ITEMS'), summary('USERS')] });
    const { exports } = await plan({ datasetGroupArn, jobOutput: { s3DataDestination: { path: 's3://mine/all' } } });
    expect(exports.map(({ jobOutput }) => jobOutput.s3DataDestination.path)).toEqual([
      's3://mine/all/ITEMS/',
      's3://mine/all/USERS/',
    ]);
  });

  it("a dataset group skips the datasets that can't be exported and says why", async () => {
    const datasets = ['Items', 'Actions', 'Action_Interactions'].map(summary);
    personalize.on(ListDatasetsCommand).resolves({ datasets });
    const { exports, skipped } = await plan({ datasetGroupArn });
    expect(exports.map(({ datasetType }) => datasetType)).toEqual(['ITEMS']);
    expect(skipped).toEqual([
      { datasetArn: datasets[1]?.datasetArn, reason: expect.stringContaining('has the type ACTIONS') },
      { datasetArn: datasets[2]?.datasetArn, reason: expect.stringContaining('has the type ACTION_INTERACTIONS') },
    ]);
  });

  it('a dataset group without datasets has nothing to export', async () => {
    personalize.on(ListDatasetsCommand).resolves({ datasets: [] });
    expect(await plan({ datasetGroupArn })).toMatchObject({
      exports: [],
      skipped: [{ datasetGroupArn, reason: `${datasetGroupArn} has no datasets.` }],
      nothingToExport: { datasetGroup: 'shop' },
    });
  });

  it('a list of datasets without the field datasets is an unexpected answer', async () => {
    personalize.on(ListDatasetsCommand).resolves({});
    await expect(plan({ datasetGroupArn })).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
  });

  it.each([{ datasetType: 'ITEMS' }, { datasetArn }, { datasetArn: 'ITEMS', datasetType: 'ITEMS' }])(
    'a list of datasets with %j is an unexpected answer',
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
    ['ACTIVE', { phase: 'succeeded', endedAt: now }],
    ['CREATE FAILED', { phase: 'failed', failureReason: 'no such file' }],
  ])('an import with the status %s is planned with its dataset and the state %j', async (status, state) => {
    const failure = status === 'CREATE FAILED' ? { failureReason: 'no such file' } : {};
    personalize.on(DescribeDatasetImportJobCommand, { datasetImportJobArn }).resolves(importJob(status, failure));
    const { import: imported, exports } = await plan({ datasetImportJobArn });
    expect(imported).toEqual({ ...known, status, ...state });
    expect(exports).toMatchObject([{ datasetArn, datasetType: 'INTERACTIONS', deadline }]);
  });

  it('an import may be combined with a jobName', async () => {
    personalize.on(DescribeDatasetImportJobCommand).resolves(importJob('ACTIVE'));
    expect(await planned({ datasetImportJobArn, jobName: 'after-import' })).toMatchObject({ jobName: 'after-import' });
  });

  it("an import is not awaited if its dataset can't be exported", async () => {
    personalize.on(DescribeDatasetImportJobCommand).resolves(importJob('CREATE PENDING'));
    personalize.on(DescribeDatasetCommand, { datasetArn }).resolves({ dataset: described('ACTIONS') });
    expect(await plan({ datasetImportJobArn })).toMatchObject({
      import: { phase: 'none' },
      exports: [],
      skipped: [{ datasetArn: summary('ACTIONS').datasetArn }],
    });
  });

  it('an import without a status is an unexpected answer', async () => {
    personalize.on(DescribeDatasetImportJobCommand).resolves(importJob(undefined));
    await expect(plan({ datasetImportJobArn })).rejects.toMatchObject({
      name: 'UnexpectedAnswerError',
      message: `Personalize described ${datasetImportJobArn} without a status.`,
    });
  });

  // Personalize would refuse DescribeDataset without an ARN, and the request would get the blame.
  it.each([[{}], [{ datasetImportJob: { status: 'ACTIVE' } }]])(
    'an import that is described as %j is an unexpected answer',
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

describe('onlyDatasetGroups', () => {
  const importJob = { datasetImportJobArn, datasetArn, status: 'CREATE PENDING', creationDateTime: new Date(now) };

  beforeEach(() => {
    personalize.on(DescribeDatasetCommand, { datasetArn }).resolves({ dataset: described('INTERACTIONS') });
    personalize.on(DescribeDatasetImportJobCommand).resolves({ datasetImportJob: importJob });
    personalize.on(ListDatasetsCommand).resolves({ datasets: [summary('ITEMS'), summary('USERS')] });
  });

  it.each([{ datasetArn }, { datasetImportJobArn }, { datasetGroupArn }])(
    'onlyDatasetGroups lets %j through if its group is one of them',
    async (subject) => {
      const { exports: limited, ...rest } = await plan({ ...subject, onlyDatasetGroups: ['news', 'shop'] });
      const { exports, ...restUnlimited } = await plan(subject);
      expect(limited.length).toBeGreaterThan(0);
      expect({ exports: limited, ...rest }).toEqual({ exports, ...restUnlimited });
    },
  );

  it('onlyDatasetGroups skips the dataset of an import of another group, and does not wait for that import', async () => {
    expect(await plan({ datasetImportJobArn, onlyDatasetGroups: ['news', 'books'] })).toMatchObject({
      import: { phase: 'none' },
      exports: [],
      skipped: [
        {
          datasetArn,
          reason: `${datasetArn} is in the dataset group shop, but onlyDatasetGroups is news, books.`,
        },
      ],
    });
  });

  it('onlyDatasetGroups skips every dataset of another group', async () => {
    const { exports, skipped } = await plan({ datasetGroupArn, onlyDatasetGroups: ['news'] });
    expect(exports).toEqual([]);
    expect(skipped).toHaveLength(2);
  });

  it('onlyDatasetGroups rejects a request for one dataset of another group, since it contradicts itself', async () => {
    await expect(plan({ datasetArn, onlyDatasetGroups: ['news'] })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringMatching(/^datasetArn: .* dataset group shop, but onlyDatasetGroups is news\.$/),
    });
  });
});
