import { DescribeDatasetImportJobCommand, InvalidInputException, PersonalizeClient } from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { describeImportJob } from '../../../src/job/describe-import-job.ts';
import { mocked } from '../../mocked.ts';
import { datasetImportJobArn, deadline, later, now, pollBounds, waitAfter } from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

const personalize = mocked(PersonalizeClient);
stopClock();

const known = { datasetImportJobArn, startedAt: later(-60), deadline };
const pending = { ...known, phase: 'pending' as const, status: 'CREATE PENDING', waitSeconds: 15 };

const describeJob = (datasetImportJob: object | undefined, imported: typeof pending = pending) => {
  personalize.on(DescribeDatasetImportJobCommand, { datasetImportJobArn }).resolves({ datasetImportJob });
  return describeImportJob({ import: imported }, pollBounds);
};

describe('the status of an import job', () => {
  const creationDateTime = new Date(later(-600));

  it.each(['CREATE PENDING', 'CREATE IN_PROGRESS', 'SOMETHING NEW'])(
    'an import with the status %s is polled again',
    async (status) => {
      const waitSeconds = waitAfter(600);
      expect(await describeJob({ status, creationDateTime })).toEqual({
        ...known,
        status,
        phase: 'pending',
        waitSeconds,
      });
    },
  );

  it('an import that is ACTIVE has succeeded, and ended when it was last updated', async () => {
    const status = 'ACTIVE';
    const succeeded = { ...known, status, phase: 'succeeded', endedAt: later(-20) };
    const lastUpdatedDateTime = new Date(later(-20));
    expect(await describeJob({ status, creationDateTime, lastUpdatedDateTime })).toEqual(succeeded);
  });

  it('an import that is ACTIVE without the time of its last update ended now', async () => {
    expect(await describeJob({ status: 'ACTIVE', creationDateTime })).toMatchObject({ endedAt: now });
  });

  it('an import that is CREATE FAILED has the failureReason', async () => {
    const failed = { status: 'CREATE FAILED', failureReason: 'Line 7 has no USER_ID.' };
    expect(await describeJob({ ...failed, creationDateTime })).toEqual({ ...known, ...failed, phase: 'failed' });
  });

  it('a long failureReason of an import is cut to what fits into the state of an execution', async () => {
    const { failureReason = '' } = await describeJob({ status: 'CREATE FAILED', failureReason: 'x'.repeat(1_000_000) });
    expect(failureReason).toMatch(/^x/);
    expect(failureReason.length).toBeLessThan(100_000);
  });

  it.each([
    ['CREATE IN_PROGRESS', 'timed-out'],
    ['SOMETHING NEW', 'timed-out'],
    ['ACTIVE', 'succeeded'],
    ['CREATE FAILED', 'failed'],
  ])('an import that is %s at the deadline has %s', async (status, phase) => {
    const { endedAt: _, ...described } = await describeJob({ status }, { ...pending, deadline: now });
    expect(described).toEqual({ ...known, deadline: now, status, phase });
  });

  it.each([
    ['nothing', undefined],
    ['an object without a status', {}],
  ])('an import that is described as %s is an UnexpectedAnswerError', async (_, described) => {
    await expect(describeJob(described)).rejects.toMatchObject({
      name: 'UnexpectedAnswerError',
      message: expect.stringContaining(datasetImportJobArn),
    });
  });
});

describe('describeImportJob', () => {
  it('describeImportJob waits by the start of the execution for an import without a creation time', async () => {
    const imported = { ...pending, startedAt: later(-300) };
    expect(await describeJob({ status: 'CREATE PENDING' }, imported)).toMatchObject({ waitSeconds: waitAfter(300) });
  });

  it('describeImportJob waits as for a new import when a fast clock puts the creation into the future', async () => {
    const described = { status: 'CREATE PENDING', creationDateTime: new Date(later(500)) };
    expect(await describeJob(described)).toMatchObject({ waitSeconds: waitAfter(0) });
  });

  it('describeImportJob waits no longer than to the deadline', async () => {
    const imported = { ...pending, deadline: later(5.9) };
    expect(await describeJob({ status: 'CREATE PENDING' }, imported)).toMatchObject({ waitSeconds: 5 });
  });

  it('describeImportJob throws an error of the SDK', async () => {
    const error = new InvalidInputException({ message: 'wrong ARN', $metadata: {} });
    personalize.on(DescribeDatasetImportJobCommand).rejects(error);
    await expect(describeImportJob({ import: pending }, pollBounds)).rejects.toBe(error);
  });
});
