import { DescribeDatasetImportJobCommand, InvalidInputException, PersonalizeClient } from '@aws-sdk/client-personalize';
import { expect, it } from 'vitest';
import { describeImportJob } from '../../../src/job/describe-import-job.ts';
import { mocked } from '../../mocked.ts';
import { datasetImportJobArn, deadline, later, now, pollBounds, waitAfter } from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

const personalize = mocked(PersonalizeClient);
const known = { datasetImportJobArn, startedAt: later(-60), deadline };
const pending = { ...known, phase: 'pending' as const, status: 'CREATE PENDING', waitSeconds: 15 };

stopClock();

const describeJob = (datasetImportJob: object | undefined, imported: typeof pending = pending) => {
  personalize.on(DescribeDatasetImportJobCommand, { datasetImportJobArn }).resolves({ datasetImportJob });
  return describeImportJob({ import: imported }, pollBounds);
};

it.each([
  ['CREATE PENDING', { phase: 'pending', waitSeconds: waitAfter(600) }],
  ['CREATE IN_PROGRESS', { phase: 'pending', waitSeconds: waitAfter(600) }],
  ['SOMETHING NEW', { phase: 'pending', waitSeconds: waitAfter(600) }],
  ['ACTIVE', { phase: 'succeeded' }],
  ['CREATE FAILED', { phase: 'failed', failureReason: 'Line 7 has no USER_ID.' }],
])('%s is %j', async (status, state) => {
  const failure = status === 'CREATE FAILED' ? { failureReason: 'Line 7 has no USER_ID.' } : {};
  const creationDateTime = new Date(later(-600));
  expect(await describeJob({ status, creationDateTime, ...failure })).toEqual({ ...known, status, ...state });
});

it('waits by the start of the execution where the answer has no time', async () => {
  const imported = { ...pending, startedAt: later(-300) };
  expect(await describeJob({ status: 'CREATE PENDING' }, imported)).toMatchObject({ waitSeconds: waitAfter(300) });
});

it('waits as for a new one for an import that a fast clock puts into the future', async () => {
  const described = { status: 'CREATE PENDING', creationDateTime: new Date(later(500)) };
  expect(await describeJob(described)).toMatchObject({ waitSeconds: waitAfter(0) });
});

it.each([
  ['CREATE IN_PROGRESS', 'timed-out'],
  ['SOMETHING NEW', 'timed-out'],
  ['ACTIVE', 'succeeded'],
  ['CREATE FAILED', 'failed'],
])('%s at the deadline is %s', async (status, phase) => {
  const described = await describeJob({ status }, { ...pending, deadline: now });
  expect(described).toEqual({ ...known, deadline: now, status, phase });
});

it('waits no longer than to the deadline', async () => {
  const imported = { ...pending, deadline: later(5.9) };
  expect(await describeJob({ status: 'CREATE PENDING' }, imported)).toMatchObject({ waitSeconds: 5 });
});

it('cuts a reason that is too long for the state of an execution', async () => {
  const { failureReason = '' } = await describeJob({ status: 'CREATE FAILED', failureReason: 'x'.repeat(1_000_000) });
  expect(failureReason).not.toBe('');
  expect(failureReason.length).toBeLessThan(100_000);
});

it.each([[undefined], [{}]])('an import described as %j is an unexpected answer', async (described) => {
  await expect(describeJob(described)).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
});

it('a refusal stays what it is', async () => {
  const error = new InvalidInputException({ message: 'wrong ARN', $metadata: {} });
  personalize.on(DescribeDatasetImportJobCommand).rejects(error);
  await expect(describeImportJob({ import: pending }, pollBounds)).rejects.toBe(error);
});
