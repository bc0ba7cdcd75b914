import {
  CreateDatasetExportJobCommand,
  DescribeDatasetExportJobCommand,
  InvalidInputException,
  LimitExceededException,
  ListDatasetExportJobsCommand,
  PersonalizeClient,
  ResourceInUseException,
  ResourceNotFoundException,
  TooManyTagsException,
} from '@aws-sdk/client-personalize';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createExportJob } from '../../../src/job/create-export-job.ts';
import { nextWaitSeconds } from '../../../src/poll/next-wait.ts';
import type { Job } from '../../../src/state.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetExportJobArn,
  deadline,
  later,
  now,
  plannedExport,
  pollBounds,
  sdkError,
  waitAfter,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

const personalize = mocked(PersonalizeClient);
stopClock();
beforeEach(() => {
  personalize.on(ListDatasetExportJobsCommand).resolves({ datasetExportJobs: [] });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const create = (planned = plannedExport(), job?: Job) =>
  createExportJob({ export: planned, ...(job && { job }) }, pollBounds);

describe('the request', () => {
  it('is the planned export and nothing besides', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    const planned = plannedExport({ tags: [{ tagKey: 'team', tagValue: 'search' }], origin: { trigger: 'schedule' } });
    await create(planned);
    const { jobName, roleArn, jobOutput, ingestionMode, tags } = planned;
    const [call] = personalize.commandCalls(CreateDatasetExportJobCommand);
    expect(call?.args[0].input).toEqual({ datasetArn, jobName, roleArn, jobOutput, ingestionMode, tags });
  });

  it.each([[[]], [undefined]])('has no tags where they are %j: they need a permission', async (tags) => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    await create(plannedExport({ tags }));
    expect(personalize.commandCalls(CreateDatasetExportJobCommand)[0]?.args[0].input).not.toHaveProperty('tags');
  });
});

describe('a job that is created', () => {
  const created = {
    phase: 'pending',
    datasetExportJobArn,
    status: 'CREATE PENDING',
    startedAt: now,
    pastSeconds: [],
    waitSeconds: waitAfter(0),
    polls: 0,
  };

  it('is pending from now', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    expect(await create()).toEqual(created);
  });

  it('has the ARN that follows from its name where the answer has none', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({});
    expect(await create()).toEqual(created);
  });

  it('is waited for as long as its dataset’s jobs took', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    personalize.on(ListDatasetExportJobsCommand, { datasetArn }).resolves({
      datasetExportJobs: [
        { status: 'ACTIVE', creationDateTime: new Date(now), lastUpdatedDateTime: new Date(later(1000)) },
      ],
    });
    expect(await create()).toMatchObject({ pastSeconds: [1000], waitSeconds: waitAfter(0, [1000]) });
  });

  it.each([
    sdkError('AccessDeniedException', { status: 400 }),
    sdkError('ThrottlingException', { status: 400 }),
    new LimitExceededException({ message: 'too many calls', $metadata: {} }),
  ])('is pending also when its history ends in %s', async (error) => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    personalize.on(ListDatasetExportJobsCommand).rejects(error);
    expect(await create()).toEqual(created);
  });

  it('is looked at no later than the deadline', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    expect(await create(plannedExport({ deadline: later(7.5) }))).toMatchObject({ waitSeconds: 7 });
  });

  it('still tells since when it had queued', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    expect(await create(plannedExport(), { phase: 'queued', queuedAt: later(-600), polls: 3 })).toMatchObject({
      phase: 'pending',
      queuedAt: later(-600),
      startedAt: now,
    });
  });
});

describe.each([
  ['LimitExceededException', new LimitExceededException({ message: 'More than 5 jobs', $metadata: {} })],
  ['ResourceInUseException', new ResourceInUseException({ message: 'More than 5 jobs', $metadata: {} })],
])('%s', (name, error) => {
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    personalize.on(CreateDatasetExportJobCommand).rejects(error);
  });

  it('queues', async () => {
    const failureReason = `${name}: More than 5 jobs`;
    expect(await create()).toEqual({ phase: 'queued', failureReason, queuedAt: now, waitSeconds: 15, polls: 1 });
  });

  it('queues on, since the first time, with longer waits', async () => {
    const job: Job = { phase: 'queued', queuedAt: later(-3000), polls: 4 };
    const queued = { phase: 'queued' as const, since: later(-3000), deadline };
    const waitSeconds = nextWaitSeconds(queued, pollBounds, { random: 0.5 });
    expect(waitSeconds).toBeGreaterThan(15);
    expect(await create(plannedExport(), job)).toMatchObject({ queuedAt: later(-3000), waitSeconds, polls: 5 });
  });

  it('queues no longer than to the deadline', async () => {
    expect(await create(plannedExport({ deadline: later(4) }))).toMatchObject({ phase: 'queued', waitSeconds: 4 });
  });
});

const existing = {
  datasetArn,
  ingestionMode: 'ALL' as const,
  jobOutput: plannedExport().jobOutput,
  status: 'CREATE IN_PROGRESS',
  creationDateTime: new Date(now),
};

describe('at the deadline', () => {
  const job: Job = { phase: 'queued', queuedAt: later(-3000), failureReason: 'LimitExceededException: full', polls: 9 };
  beforeEach(() => {
    personalize
      .on(DescribeDatasetExportJobCommand)
      .rejects(new ResourceNotFoundException({ message: 'no', $metadata: {} }));
  });

  it.each([0, -1])('%s s before it no job is created, and what is known is kept', async (seconds) => {
    expect(await create(plannedExport({ deadline: later(seconds) }), job)).toEqual({
      ...job,
      phase: 'timed-out',
      endedAt: now,
    });
    expect(personalize).not.toHaveReceivedCommand(CreateDatasetExportJobCommand);
  });

  it('an execution that came too late has no job at all', async () => {
    expect(await create(plannedExport({ deadline: now }))).toEqual({ phase: 'timed-out', endedAt: now });
  });

  it('a job that an attempt before has created, though its answer was lost, is told of', async () => {
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: existing });
    const late = create(plannedExport({ deadline: now }), job);
    expect(await late).toMatchObject({
      phase: 'timed-out',
      datasetExportJobArn,
      adopted: true,
      queuedAt: later(-3000),
    });
  });

  it('where nobody can look for the job, it is not told that there is none', async () => {
    const error = sdkError('AccessDeniedException', { status: 400 });
    personalize.on(DescribeDatasetExportJobCommand).rejects(error);
    await expect(create(plannedExport({ deadline: now }), job)).rejects.toBe(error);
  });

  it('one millisecond before it a job is created', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    expect(await create(plannedExport({ deadline: later(0.001) }), job)).toMatchObject({ phase: 'pending' });
  });
});

it.each([
  new InvalidInputException({ message: 'wrong path', $metadata: {} }),
  new ResourceNotFoundException({ message: 'no such dataset', $metadata: {} }),
  new TooManyTagsException({ message: '51 tags', $metadata: {} }),
  sdkError('AccessDeniedException', { status: 400 }),
  sdkError('ThrottlingException', { status: 400 }),
  sdkError('ServiceUnavailable', { status: 503 }),
  sdkError('TimeoutError', { code: 'ETIMEDOUT' }),
])('%s stays what it is', async (error) => {
  personalize.on(CreateDatasetExportJobCommand).rejects(error);
  await expect(create()).rejects.toBe(error);
});
