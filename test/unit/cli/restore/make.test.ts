import {
  CreateDatasetCommand,
  CreateDatasetImportJobCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  DescribeSchemaCommand,
  ListDatasetImportJobsCommand,
  ListDatasetsCommand,
  ListEventTrackersCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { makeDataset, makeImport } from '../../../../cli/restore/make.ts';
import type { RestorePlan } from '../../../../cli/restore/plan.ts';
import { mocked } from '../../../mocked.ts';
import { sdkError } from '../../builders.ts';
import { arn } from './builders.ts';

const personalize = mocked(PersonalizeClient);
const datasetArn = arn('dataset/copy/ITEMS');
const making = {
  personalize: new PersonalizeClient({ region: 'eu-west-1', maxAttempts: 1 }),
  ...{ signal: new AbortController().signal, log: () => {}, show: () => {} },
};
const plan = {
  importJob: { action: 'create', base: 'restore-items', number: 1, dataLocation: 's3://bucket/a.csv' },
  roleArn: 'arn:aws:iam::123456789012:role/reader',
} as RestorePlan;

/** The name restore-items is taken by this job; the dataset was made at 12 o'clock. */
function takenBy(job: { datasetArn: string; creationDateTime: Date }): void {
  personalize
    .on(CreateDatasetImportJobCommand)
    .callsFake(({ jobName }) => ({ datasetImportJobArn: arn(`dataset-import-job/${jobName}`) }))
    .on(CreateDatasetImportJobCommand, { jobName: 'restore-items' })
    .rejects(sdkError('ResourceAlreadyExistsException'))
    .on(DescribeDatasetImportJobCommand)
    .resolves({ datasetImportJob: { ...job, status: 'ACTIVE' } })
    .on(DescribeDatasetCommand)
    .resolves({ dataset: { creationDateTime: new Date('2026-03-14T12:00:00Z') } });
}

describe('makeImport', () => {
  it.each([
    ['follows a job that an earlier attempt created', datasetArn, '2026-03-14T12:00:01Z', 'restore-items'],
    ['follows a job as old as the dataset', datasetArn, '2026-03-14T12:00:00Z', 'restore-items'],
    ['takes the next name where a deleted dataset had the job', datasetArn, '2026-03-14T11:59:59Z', 'restore-items-2'],
    [
      'takes the next name where another dataset has the job',
      arn('dataset/x/ITEMS'),
      '2026-03-15T00:00:00Z',
      'restore-items-2',
    ],
  ])('makeImport %s', async (_, ofDataset, created, name) => {
    takenBy({ datasetArn: ofDataset, creationDateTime: new Date(created) });
    expect(await makeImport(plan, datasetArn, making)).toBe(arn(`dataset-import-job/${name}`));
  });
});

describe('makeDataset', () => {
  const [schemaArn, datasetGroupArn] = [arn('schema/ours'), arn('dataset-group/copy')];
  const forExisting = {
    ...{ schema: { action: 'use', schemaArn }, group: { action: 'use', datasetGroupArn }, datasetType: 'ITEMS' },
    dataset: { action: 'create', name: 'copy-items' },
  } as RestorePlan;

  /** The group got a dataset with this schema after the plan was made. */
  function datasetWith(schema: string): void {
    personalize
      .on(DescribeDatasetGroupCommand)
      .resolves({ datasetGroup: { status: 'ACTIVE' } })
      .on(CreateDatasetCommand)
      .rejects(sdkError('ResourceAlreadyExistsException'))
      .on(ListDatasetsCommand)
      .resolves({ datasets: [{ datasetArn, datasetType: 'Items' }] })
      .on(DescribeDatasetCommand)
      .resolves({ dataset: { datasetArn, schemaArn: schema, status: 'ACTIVE' } })
      .on(DescribeSchemaCommand)
      .resolves({ schema: { schema: '{}' } })
      .on(ListDatasetImportJobsCommand)
      .resolves({})
      .on(ListEventTrackersCommand)
      .resolves({});
  }

  it('makeDataset uses a dataset with its own schema that an earlier attempt created', async () => {
    datasetWith(schemaArn);
    expect(await makeDataset(forExisting, { schema: '{}', columns: [] }, {}, making)).toBe(datasetArn);
  });

  it('makeDataset refuses a dataset with another schema that someone created meanwhile', async () => {
    datasetWith(arn('schema/theirs'));
    const made = makeDataset(forExisting, { schema: '{}', columns: [] }, {}, making);
    await expect(made).rejects.toThrow(`${datasetArn} was created by someone else in the meantime`);
  });
});
