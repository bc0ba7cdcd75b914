import {
  DescribeDatasetExportJobCommand,
  PersonalizeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { describeExportJob } from '../../../src/job/describe-export-job.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetExportJobArn,
  later,
  now,
  pendingJob,
  plannedExport,
  pollBounds,
  sdkError,
  waitAfter,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

const personalize = mocked(PersonalizeClient);
const job = pendingJob({
  startedAt: later(-600),
  queuedAt: later(-900),
  pastSeconds: [1200],
  waitSeconds: 99,
  polls: 3,
});

stopClock();

const describeJob = (datasetExportJob: object | undefined, planned = plannedExport()) => {
  personalize.on(DescribeDatasetExportJobCommand, { datasetExportJobArn }).resolves({ datasetExportJob });
  return describeExportJob({ export: planned, job }, pollBounds);
};

const { waitSeconds: _, phase: __, ...known } = job;

it.each([['CREATE PENDING'], ['CREATE IN_PROGRESS'], ['SOMETHING NEW']])(
  '%s: what is known is kept, and the next look planned by the history',
  async (status) => {
    expect(await describeJob({ status })).toEqual({
      ...known,
      phase: 'pending',
      status,
      waitSeconds: waitAfter(600, [1200]),
      polls: 4,
    });
  },
);

it('ACTIVE: it ended when it was last updated', async () => {
  expect(await describeJob({ status: 'ACTIVE', lastUpdatedDateTime: new Date(later(-30)) })).toEqual({
    ...known,
    phase: 'succeeded',
    status: 'ACTIVE',
    endedAt: later(-30),
    polls: 4,
  });
});

it('ACTIVE: it ended now where the answer has no time', async () => {
  expect(await describeJob({ status: 'ACTIVE' })).toMatchObject({ phase: 'succeeded', endedAt: now });
});

it.each([
  ['The role may not write.', 'The role may not write.'],
  ['', undefined],
  [undefined, undefined],
])('CREATE FAILED with the reason %j', async (failureReason, expected) => {
  const { failureReason: told, ...failed } = await describeJob({ status: 'CREATE FAILED', failureReason });
  expect(failed).toMatchObject({ phase: 'failed', status: 'CREATE FAILED' });
  expect(told).toBe(expected);
});

it('CREATE FAILED with a reason that is too long for the state of an execution', async () => {
  const { failureReason = '' } = await describeJob({ status: 'CREATE FAILED', failureReason: 'é'.repeat(1_000_000) });
  expect(failureReason).not.toBe('');
  expect(Buffer.byteLength(failureReason)).toBeLessThan(100_000);
});

it.each(['CREATE PENDING', 'SOMETHING NEW'])('%s at the deadline has timed out now', async (status) => {
  const lastUpdatedDateTime = new Date(later(-100));
  expect(await describeJob({ status, lastUpdatedDateTime }, plannedExport({ deadline: now }))).toEqual({
    ...known,
    phase: 'timed-out',
    status,
    endedAt: now,
    polls: 4,
  });
});

it.each([
  ['ACTIVE', 'succeeded'],
  ['CREATE FAILED', 'failed'],
])('%s after the deadline is still %s', async (status, phase) => {
  expect(await describeJob({ status }, plannedExport({ deadline: later(-60) }))).toMatchObject({ phase });
});

it('the next look is not after the deadline', async () => {
  const planned = plannedExport({ deadline: later(33.3) });
  expect(await describeJob({ status: 'CREATE PENDING' }, planned)).toMatchObject({ waitSeconds: 33 });
});

it.each([[undefined], [{}], [{ status: '' }]])('a job described as %j is an unexpected answer', async (described) => {
  await expect(describeJob(described)).rejects.toMatchObject({
    name: 'UnexpectedAnswerError',
    message: `Personalize described ${datasetExportJobArn} without a status.`,
  });
});

it('a job of which no look and no history is known is looked at by its elapsed time', async () => {
  const { polls: _polls, pastSeconds: _past, ...bare } = job;
  personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: { status: 'CREATE PENDING' } });
  expect(await describeExportJob({ export: plannedExport(), job: bare }, pollBounds)).toMatchObject({
    waitSeconds: waitAfter(600),
    polls: 1,
  });
});

it('a refusal stays what it is', async () => {
  const error = new ResourceNotFoundException({ message: 'gone', $metadata: {} });
  personalize.on(DescribeDatasetExportJobCommand).rejects(error);
  await expect(describeExportJob({ export: plannedExport(), job }, pollBounds)).rejects.toBe(error);
});

describe('after a creation that failed, a job of the planned name', () => {
  const planned = plannedExport();
  const existing = { datasetArn, ingestionMode: 'ALL' as const, jobOutput: planned.jobOutput };
  const queued = { phase: 'queued' as const, queuedAt: later(-900), polls: 3 };
  const look = () => describeExportJob({ export: planned, job: queued }, pollBounds);

  it('that is there was created by an attempt whose answer was lost', async () => {
    const datasetExportJob = { ...existing, status: 'CREATE IN_PROGRESS', creationDateTime: new Date(later(-60)) };
    personalize.on(DescribeDatasetExportJobCommand, { datasetExportJobArn }).resolves({ datasetExportJob });
    expect(await look()).toMatchObject({
      phase: 'pending',
      datasetExportJobArn,
      startedAt: later(-60),
      queuedAt: later(-900),
      polls: 4,
      adopted: true,
    });
  });

  it('that is not there is absent', async () => {
    const error = new ResourceNotFoundException({ message: 'gone', $metadata: {} });
    personalize.on(DescribeDatasetExportJobCommand).rejects(error);
    expect(await look()).toEqual({ ...queued, phase: 'absent' });
  });

  it('that is of another export is absent', async () => {
    const datasetExportJob = { ...existing, status: 'ACTIVE', ingestionMode: 'BULK' as const };
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob });
    expect(await look()).toEqual({ ...queued, phase: 'absent' });
  });

  it.each([sdkError('AccessDeniedException', { status: 400 }), sdkError('ServiceUnavailable', { status: 503 })])(
    'of which the service says %s may be there',
    async (error) => {
      personalize.on(DescribeDatasetExportJobCommand).rejects(error);
      await expect(look()).rejects.toBe(error);
    },
  );

  it('that is described without a status may be there', async () => {
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: existing });
    await expect(look()).rejects.toMatchObject({ name: 'JobUnreadableError' });
  });
});
