import {
  CreateDatasetImportJobCommand,
  DescribeDatasetCommand,
  DescribeDatasetImportJobCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { makeImport } from '../../../../cli/restore/make.ts';
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
