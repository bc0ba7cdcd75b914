import {
  CreateDatasetExportJobCommand,
  type DatasetExportJob,
  DescribeDatasetExportJobCommand,
  ListDatasetExportJobsCommand,
  PersonalizeClient,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createExportJob } from '../../../src/job/create-export-job.ts';
import type { Job } from '../../../src/state.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetExportJobArn,
  later,
  now,
  personalizeArn,
  plannedExport,
  pollBounds,
  waitAfter,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

const personalize = mocked(PersonalizeClient);
stopClock();
beforeEach(() => {
  personalize
    .on(CreateDatasetExportJobCommand)
    .rejects(new ResourceAlreadyExistsException({ message: 'it exists', $metadata: {} }));
});

const planned = plannedExport();
const path = planned.jobOutput.s3DataDestination.path;

/** What happens when the name of the planned export belongs to this job. */
function createBeside(
  existing: Partial<DatasetExportJob>,
  { deadline = planned.deadline, job }: { deadline?: string; job?: Job } = {},
) {
  personalize.on(DescribeDatasetExportJobCommand, { datasetExportJobArn }).resolves({
    datasetExportJob: {
      datasetExportJobArn,
      datasetArn,
      ingestionMode: 'ALL',
      jobOutput: { s3DataDestination: { path } },
      status: 'CREATE IN_PROGRESS',
      creationDateTime: new Date(later(-200)),
      lastUpdatedDateTime: new Date(later(-10)),
      ...existing,
    },
  });
  return createExportJob({ export: { ...planned, deadline }, ...(job && { job }) }, pollBounds);
}

describe('a job of this name that is the same export is adopted', () => {
  const adopted = { datasetExportJobArn, startedAt: later(-200), pastSeconds: [], polls: 1, adopted: true };

  it.each([
    ['CREATE PENDING', { phase: 'pending', waitSeconds: waitAfter(200) }],
    ['CREATE IN_PROGRESS', { phase: 'pending', waitSeconds: waitAfter(200) }],
    ['SOMETHING NEW', { phase: 'pending', waitSeconds: waitAfter(200) }],
    ['ACTIVE', { phase: 'succeeded', endedAt: later(-10) }],
    ['CREATE FAILED', { phase: 'failed', endedAt: later(-10), failureReason: 'no access' }],
  ] as const)('in the status %s', async (status, state) => {
    const failure = status === 'CREATE FAILED' ? { failureReason: 'no access' } : {};
    expect(await createBeside({ status, ...failure })).toEqual({ ...adopted, status, ...state });
  });

  it('with its own start, or from now where the answer has none', async () => {
    expect(await createBeside({ creationDateTime: undefined })).toMatchObject({ startedAt: now, adopted: true });
  });

  it.each([
    ['without the slash at the end', path.slice(0, -1)],
    ['with slashes at the end', `${path}//`],
  ])('with its path %s', async (_, theirs) => {
    expect(await createBeside({ jobOutput: { s3DataDestination: { path: theirs } } })).toMatchObject({ adopted: true });
  });

  it('and reported as timed out where it has not ended by the deadline', async () => {
    expect(await createBeside({}, { deadline: later(0.5) })).toMatchObject({ phase: 'pending', waitSeconds: 1 });
    vi.setSystemTime(Date.parse(now));
    const atDeadline = createBeside({}, { deadline: later(0.001) });
    vi.setSystemTime(Date.parse(later(1)));
    expect(await atDeadline).toMatchObject({ phase: 'timed-out', datasetExportJobArn, adopted: true });
  });

  it('without a look at the history', async () => {
    await createBeside({});
    expect(personalize).not.toHaveReceivedCommand(ListDatasetExportJobsCommand);
  });

  it('and still tells since when it had queued, and how often it was asked for', async () => {
    const job: Job = { phase: 'queued', queuedAt: later(-600), polls: 3 };
    expect(await createBeside({}, { job })).toMatchObject({ queuedAt: later(-600), polls: 4 });
  });
});

describe('a job of this name that is another export is refused', () => {
  const itemsArn = personalizeArn('dataset/shop/ITEMS');
  it.each([
    ['the dataset', { datasetArn: itemsArn }, `datasetArn ${itemsArn} there, ${datasetArn} here`],
    [
      'the path',
      { jobOutput: { s3DataDestination: { path: 's3://other/' } } },
      `jobOutput.s3DataDestination.path s3://other/ there, ${path} here`,
    ],
    ['the mode', { ingestionMode: 'BULK' as const }, 'ingestionMode BULK there, ALL here'],
    ['the mode, left out', { ingestionMode: undefined }, 'ingestionMode PUT there, ALL here'],
    ['the dataset, left out', { datasetArn: undefined }, `datasetArn undefined there, ${datasetArn} here`],
    ['the path, left out', { jobOutput: undefined }, `jobOutput.s3DataDestination.path undefined there, ${path} here`],
  ])('by %s', async (_, existing, difference) => {
    const refused = createBeside(existing);
    await expect(refused).rejects.toMatchObject({
      name: 'JobNameTakenError',
      message: `jobName: ${planned.jobName} is taken by ${datasetExportJobArn}, which is another export than the one asked for of ${datasetArn}: ${difference}. Choose another jobName, or leave it out.`,
    });
  });

  it('by all that differs at once', async () => {
    const refused = createBeside({ datasetArn: itemsArn, jobOutput: undefined, ingestionMode: 'PUT' });
    await expect(refused).rejects.toThrow(/datasetArn .*; jobOutput\.s3DataDestination\.path .*; ingestionMode /);
  });
});

it('a job of this name that can not be found is unreadable: it is there', async () => {
  personalize
    .on(DescribeDatasetExportJobCommand)
    .rejects(new ResourceNotFoundException({ message: 'gone', $metadata: {} }));
  await expect(createExportJob({ export: planned }, pollBounds)).rejects.toMatchObject({
    name: 'JobUnreadableError',
  });
});

it('a job of this name that is not described is unreadable', async () => {
  personalize.on(DescribeDatasetExportJobCommand).resolves({});
  await expect(createExportJob({ export: planned }, pollBounds)).rejects.toMatchObject({
    name: 'JobUnreadableError',
    message: `${datasetExportJobArn} exists, but Personalize described it without a status.`,
  });
});

it('a job of this name without a status is unreadable', async () => {
  await expect(createBeside({ status: undefined })).rejects.toMatchObject({
    name: 'JobUnreadableError',
    message: `${datasetExportJobArn} exists, but Personalize described it without a status.`,
  });
});
