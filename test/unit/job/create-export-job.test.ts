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
import { create, denied, existing, noSuchJob } from './creating.ts';

const personalize = mocked(PersonalizeClient);
stopClock();
beforeEach(() => {
  personalize.on(ListDatasetExportJobsCommand).resolves({ datasetExportJobs: [] });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the CreateDatasetExportJob request', () => {
  beforeEach(() => void personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn }));
  const request = () => personalize.commandCalls(CreateDatasetExportJobCommand)[0]?.args[0].input;

  it('the CreateDatasetExportJob request has the planned export and nothing else', async () => {
    const tags = [{ tagKey: 'team', tagValue: 'search' }];
    const planned = plannedExport({ tags, origin: { trigger: 'schedule' } });
    await create(planned);
    const { jobName, roleArn, ingestionMode } = planned;
    expect(request()).toEqual({ datasetArn, jobName, roleArn, jobOutput: planned.jobOutput, ingestionMode, tags });
  });

  it.each([[[]], [undefined]])(
    'the CreateDatasetExportJob request has no tags for %j, because tags need a permission',
    async (tags) => {
      await create(plannedExport({ tags }));
      expect(request()).not.toHaveProperty('tags');
    },
  );
});

describe('a job that was created', () => {
  const created = {
    phase: 'pending',
    datasetExportJobArn,
    status: 'CREATE PENDING',
    startedAt: now,
    pastSeconds: [],
    waitSeconds: waitAfter(0),
    polls: 0,
  };

  it('a job that was created is pending', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    expect(await create()).toEqual(created);
  });

  it('a job that was created has the ARN that follows from its name if the response has none', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({});
    expect(await create()).toEqual(created);
  });

  it('a job that was created waits as past jobs of the dataset suggest', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    personalize.on(ListDatasetExportJobsCommand, { datasetArn }).resolves({
      datasetExportJobs: [
        { status: 'ACTIVE', creationDateTime: new Date(now), lastUpdatedDateTime: new Date(later(1000)) },
      ],
    });
    expect(await create()).toMatchObject({ pastSeconds: [1000], waitSeconds: waitAfter(0, [1000]) });
  });

  it.each([
    denied,
    sdkError('ThrottlingException', { status: 400 }),
    new LimitExceededException({ message: 'too many calls', $metadata: {} }),
  ])('a job that was created is pending even if past jobs cannot be listed: %s', async (error) => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    personalize.on(ListDatasetExportJobsCommand).rejects(error);
    expect(await create()).toEqual(created);
  });

  it('a job that was created keeps the start of the queue and the count of polls', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    const job: Job = { phase: 'queued', queuedAt: later(-600), failureReason: 'full', waitSeconds: 9, polls: 3 };
    expect(await create(plannedExport(), job)).toEqual({ ...created, queuedAt: later(-600), polls: 3 });
  });

  it('a job that was created waits no longer than to the deadline', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    expect(await create(plannedExport({ deadline: later(7) }))).toMatchObject({ waitSeconds: 7 });
  });
});

describe.each([
  new LimitExceededException({ message: 'More than 5 jobs', $metadata: {} }),
  new ResourceInUseException({ message: 'More than 5 jobs', $metadata: {} }),
])('an export that meets $name', (error) => {
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    personalize.on(CreateDatasetExportJobCommand).rejects(error);
  });

  it('an export that meets $name is queued', async () => {
    const failureReason = `${error.name}: More than 5 jobs`;
    expect(await create()).toEqual({ phase: 'queued', failureReason, queuedAt: now, waitSeconds: 15, polls: 1 });
  });

  it('an export that meets $name stays queued since its first attempt, with a longer wait', async () => {
    const job: Job = { phase: 'queued', queuedAt: later(-3000), polls: 4 };
    const queued = { phase: 'queued' as const, since: later(-3000), deadline };
    const waitSeconds = nextWaitSeconds(queued, pollBounds, { random: 0.5 });
    expect(waitSeconds).toBeGreaterThan(15);
    expect(await create(plannedExport(), job)).toMatchObject({ queuedAt: later(-3000), waitSeconds, polls: 5 });
  });

  it('an export that meets $name waits no longer than to the deadline', async () => {
    expect(await create(plannedExport({ deadline: later(4) }))).toMatchObject({ phase: 'queued', waitSeconds: 4 });
  });
});

describe('the deadline', () => {
  const job: Job = { phase: 'queued', queuedAt: later(-3000), failureReason: 'LimitExceededException: full', polls: 9 };
  beforeEach(() => void personalize.on(DescribeDatasetExportJobCommand).rejects(noSuchJob));

  it.each([0, -1])('an export %i s before its deadline creates no job and keeps what is known', async (seconds) => {
    const timedOut = { ...job, phase: 'timed-out', endedAt: now };
    expect(await create(plannedExport({ deadline: later(seconds) }), job)).toEqual(timedOut);
    expect(personalize).not.toHaveReceivedCommand(CreateDatasetExportJobCommand);
  });

  it('an export that starts after its deadline has no job', async () => {
    expect(await create(plannedExport({ deadline: now }))).toEqual({ phase: 'timed-out', endedAt: now });
  });

  it('an export at its deadline follows the job of an earlier attempt with a lost response', async () => {
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: existing });
    expect(await create(plannedExport({ deadline: now }), job)).toMatchObject({
      phase: 'timed-out',
      datasetExportJobArn,
      queuedAt: later(-3000),
    });
  });

  it('an export at its deadline throws the error if its job cannot be described', async () => {
    personalize.on(DescribeDatasetExportJobCommand).rejects(denied);
    await expect(create(plannedExport({ deadline: now }), job)).rejects.toBe(denied);
  });

  it('an export still creates its job one millisecond before its deadline', async () => {
    personalize.on(CreateDatasetExportJobCommand).resolves({ datasetExportJobArn });
    expect(await create(plannedExport({ deadline: later(0.001) }), job)).toMatchObject({ phase: 'pending' });
  });
});

it.each([sdkError('ThrottlingException', { status: 400 }), denied])(
  'createExportJob searches for no job after %s, which created none',
  async (error) => {
    personalize.on(CreateDatasetExportJobCommand).rejects(error);
    await expect(create()).rejects.toBe(error);
    expect(personalize).not.toHaveReceivedCommand(DescribeDatasetExportJobCommand);
  },
);

it.each([
  new InvalidInputException({ message: 'wrong path', $metadata: {} }),
  new ResourceNotFoundException({ message: 'no such dataset', $metadata: {} }),
  new TooManyTagsException({ message: '51 tags', $metadata: {} }),
  denied,
  sdkError('ThrottlingException', { status: 400 }),
  sdkError('ServiceUnavailable', { status: 503 }),
  sdkError('TimeoutError', { code: 'ETIMEDOUT' }),
])('createExportJob throws %s of CreateDatasetExportJob', async (error) => {
  personalize.on(CreateDatasetExportJobCommand).rejects(error);
  await expect(create()).rejects.toBe(error);
});
