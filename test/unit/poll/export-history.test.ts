import { ListDatasetExportJobsCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import { expect, it } from 'vitest';
import { personalize as client } from '../../../src/lambda/clients.ts';
import { pastExportSeconds } from '../../../src/poll/export-history.ts';
import { mocked } from '../../mocked.ts';
import { datasetArn, later, sdkError } from '../builders.ts';

const personalize = mocked(PersonalizeClient);

const job = (status: string, from: number, to: number) => ({
  status,
  creationDateTime: new Date(later(from)),
  lastUpdatedDateTime: new Date(later(to)),
});

const historyOf = (datasetExportJobs: object[] | undefined) => {
  personalize.on(ListDatasetExportJobsCommand, { datasetArn, maxResults: 100 }).resolves({ datasetExportJobs });
  personalize.on(ListDatasetExportJobsCommand, { maxResults: 100 }, true).resolves({});
  return pastExportSeconds(datasetArn, client);
};

it('the history has the durations of the ACTIVE jobs, the latest first', async () => {
  const jobs = [
    job('ACTIVE', 0, 300),
    job('CREATE FAILED', 5_000, 5_010),
    job('ACTIVE', 9_000, 9_100.5),
    job('CREATE IN_PROGRESS', 9_500, 9_600),
    job('ACTIVE', 4_000, 4_200),
  ];
  expect(await historyOf(jobs)).toEqual([100.5, 200, 300]);
});

it('the history has the ten latest jobs', async () => {
  const jobs = Array.from({ length: 30 }, (_, n) => job('ACTIVE', n * 1_000, n * 1_000 + n));
  expect(await historyOf(jobs)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
});

it('the history leaves out jobs without times', async () => {
  const { creationDateTime, lastUpdatedDateTime } = job('ACTIVE', 0, 60);
  const incomplete = [{ status: 'ACTIVE', creationDateTime }, { status: 'ACTIVE', lastUpdatedDateTime }, {}];
  expect(await historyOf([...incomplete, job('ACTIVE', 0, 60)])).toEqual([60]);
});

it('a job that ended at once counts as one second', async () => {
  expect(await historyOf([job('ACTIVE', 0, 0)])).toEqual([1]);
});

it.each([[undefined], [[]]])('the history is empty if the jobs are %j', async (jobs) => {
  expect(await historyOf(jobs)).toEqual([]);
});

it('the history is that of the latest jobs on any page, since the list has no order', async () => {
  const list = { datasetArn, maxResults: 100 };
  personalize
    .on(ListDatasetExportJobsCommand, list)
    .resolves({ datasetExportJobs: [job('ACTIVE', 0, 60)], nextToken: 'second' })
    .on(ListDatasetExportJobsCommand, { ...list, nextToken: 'second' })
    .resolves({ datasetExportJobs: [], nextToken: 'third' })
    .on(ListDatasetExportJobsCommand, { ...list, nextToken: 'third' })
    .resolves({ datasetExportJobs: [job('ACTIVE', 9_000, 9_007)] });
  expect(await pastExportSeconds(datasetArn, client)).toEqual([7, 60]);
});

it('the history takes at most ten pages', async () => {
  personalize
    .on(ListDatasetExportJobsCommand)
    .resolves({ datasetExportJobs: [job('ACTIVE', 0, 60)], nextToken: 'more' });
  await pastExportSeconds(datasetArn, client);
  expect(personalize).toHaveReceivedCommandTimes(ListDatasetExportJobsCommand, 10);
});

it('a dataset without jobs has the history of the account', async () => {
  personalize.on(ListDatasetExportJobsCommand).resolves({ datasetExportJobs: [job('ACTIVE', 0, 77)] });
  personalize.on(ListDatasetExportJobsCommand, { datasetArn, maxResults: 100 }).resolves({ datasetExportJobs: [] });
  expect(await pastExportSeconds(datasetArn, client)).toEqual([77]);
});

it.each(['AccessDeniedException', 'ThrottlingException', 'TimeoutError'])(
  'the history is empty after %s',
  async (name) => {
    personalize.on(ListDatasetExportJobsCommand).rejects(sdkError(name));
    expect(await pastExportSeconds(datasetArn, client)).toEqual([]);
  },
);
