import {
  DescribeDatasetExportJobCommand,
  PersonalizeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { describeExportJob } from '../../../src/job/describe-export-job.ts';
import type { Job } from '../../../src/state.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetExportJobArn,
  later,
  now,
  pendingJob,
  plannedExport,
  pollBounds,
  waitAfter,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

const personalize = mocked(PersonalizeClient);
stopClock();

const job = pendingJob({
  startedAt: later(-600),
  queuedAt: later(-900),
  pastSeconds: [1200],
  waitSeconds: 99,
  polls: 3,
});
const { waitSeconds: _, phase: __, ...known } = job;

const describeJob = (datasetExportJob: object | undefined, planned = plannedExport()) => {
  personalize.on(DescribeDatasetExportJobCommand, { datasetExportJobArn }).resolves({ datasetExportJob });
  return describeExportJob({ export: planned, job }, pollBounds);
};

describe('the status of an export job', () => {
  it.each(['CREATE PENDING', 'CREATE IN_PROGRESS', 'SOMETHING NEW'])(
    'a job with the status %s is polled again',
    async (status) => {
      const waitSeconds = waitAfter(600, [1200]);
      expect(await describeJob({ status })).toEqual({ ...known, phase: 'pending', status, waitSeconds, polls: 4 });
    },
  );

  it('a job that is ACTIVE ended when it was last updated', async () => {
    expect(await describeJob({ status: 'ACTIVE', lastUpdatedDateTime: new Date(later(-30)) })).toEqual({
      ...known,
      phase: 'succeeded',
      status: 'ACTIVE',
      endedAt: later(-30),
      polls: 4,
    });
  });

  it('a job that is ACTIVE without a time ended now', async () => {
    expect(await describeJob({ status: 'ACTIVE' })).toMatchObject({ phase: 'succeeded', endedAt: now });
  });

  it('a job that is CREATE FAILED has the failureReason', async () => {
    const status = 'CREATE FAILED';
    const failureReason = 'The role may not write.';
    expect(await describeJob({ status, failureReason })).toMatchObject({ phase: 'failed', status, failureReason });
  });

  it.each(['', undefined])(
    'a job that is CREATE FAILED with the failureReason %j has no reason',
    async (failureReason) => {
      const described = await describeJob({ status: 'CREATE FAILED', failureReason });
      expect(described).toMatchObject({ phase: 'failed' });
      expect(described).not.toHaveProperty('failureReason');
    },
  );

  it('a long failureReason of a job is cut to what fits into the state of an execution', async () => {
    const { failureReason = '' } = await describeJob({ status: 'CREATE FAILED', failureReason: 'é'.repeat(1_000_000) });
    expect(failureReason).toMatch(/^é/);
    expect(Buffer.byteLength(failureReason)).toBeLessThan(100_000);
  });

  it.each(['CREATE PENDING', 'SOMETHING NEW'])('a job that is %s at the deadline has timed out now', async (status) => {
    const described = await describeJob(
      { status, lastUpdatedDateTime: new Date(later(-100)) },
      plannedExport({ deadline: now }),
    );
    expect(described).toEqual({ ...known, phase: 'timed-out', status, endedAt: now, polls: 4 });
  });

  it.each([
    ['ACTIVE', 'succeeded'],
    ['CREATE FAILED', 'failed'],
  ])('a job that is %s after the deadline has %s all the same', async (status, phase) => {
    expect(await describeJob({ status }, plannedExport({ deadline: later(-60) }))).toMatchObject({ phase });
  });

  it.each([
    ['nothing', undefined],
    ['an object without a status', {}],
    ['an object with an empty status', { status: '' }],
  ])('a job that is described as %s is an UnexpectedAnswerError', async (_, described) => {
    await expect(describeJob(described)).rejects.toMatchObject({
      name: 'UnexpectedAnswerError',
      message: expect.stringContaining(datasetExportJobArn),
    });
  });
});

it('describeExportJob waits no longer than to the deadline', async () => {
  const planned = plannedExport({ deadline: later(33.3) });
  expect(await describeJob({ status: 'CREATE PENDING' }, planned)).toMatchObject({ waitSeconds: 33 });
});

it('describeExportJob waits longer when many exports share the history of the execution', async () => {
  personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: { status: 'CREATE PENDING' } });
  const planned = plannedExport({ exportsInExecution: 100 });
  const { waitSeconds } = await describeExportJob({ export: planned, job: { ...job, polls: 14 } }, pollBounds);
  expect(waitSeconds).toBeGreaterThan(waitAfter(600, [1200]));
});

it('describeExportJob waits by the elapsed time for a job without polls and past jobs', async () => {
  const { polls: _polls, pastSeconds: _past, ...bare } = job;
  personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: { status: 'CREATE PENDING' } });
  expect(await describeExportJob({ export: plannedExport(), job: bare }, pollBounds)).toMatchObject({
    waitSeconds: waitAfter(600),
    polls: 1,
  });
});

it('describeExportJob throws an error of the SDK', async () => {
  const error = new ResourceNotFoundException({ message: 'gone', $metadata: {} });
  personalize.on(DescribeDatasetExportJobCommand).rejects(error);
  await expect(describeExportJob({ export: plannedExport(), job }, pollBounds)).rejects.toBe(error);
});

describe.each<[string, Job]>([
  ['no ARN', { phase: 'queued', queuedAt: later(-900), polls: 3 }],
  ['an ARN but no start', { phase: 'queued', datasetExportJobArn, queuedAt: later(-900), polls: 3 }],
])('after a creation that failed, with %s in the state,', (_, unknown) => {
  const find = () => describeExportJob({ export: plannedExport(), job: unknown }, pollBounds);

  it('describeExportJob finds a job that exists under the planned name', async () => {
    const { jobOutput } = plannedExport();
    const creationDateTime = new Date(later(-60));
    const existing = { datasetArn, ingestionMode: 'ALL' as const, jobOutput, status: 'ACTIVE', creationDateTime };
    personalize.on(DescribeDatasetExportJobCommand, { datasetExportJobArn }).resolves({ datasetExportJob: existing });
    expect(await find()).toMatchObject({
      phase: 'succeeded',
      datasetExportJobArn,
      startedAt: later(-60),
      queuedAt: later(-900),
      polls: 4,
    });
  });

  it('describeExportJob reports a job that does not exist as absent', async () => {
    const error = new ResourceNotFoundException({ message: 'gone', $metadata: {} });
    personalize.on(DescribeDatasetExportJobCommand).rejects(error);
    expect(await find()).toEqual({ ...unknown, phase: 'absent' });
  });
});
