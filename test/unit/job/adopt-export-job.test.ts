import {
  type DatasetExportJob,
  DescribeDatasetExportJobCommand,
  PersonalizeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { adoptExportJob, findExportJob } from '../../../src/job/adopt-export-job.ts';
import type { CreateExportJobEvent } from '../../../src/state.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetExportJobArn,
  later,
  now,
  personalizeArn,
  plannedExport,
  pollBounds,
  sdkError,
  waitAfter,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

const personalize = mocked(PersonalizeClient);
const client = new PersonalizeClient({});
stopClock();

const { jobOutput } = plannedExport();
const { path } = jobOutput.s3DataDestination;

/** The planned name belongs to this job, which is the planned export but for the changes. */
function existing(changes: Partial<DatasetExportJob> = {}): void {
  const datasetExportJob: DatasetExportJob = {
    datasetExportJobArn,
    datasetArn,
    ingestionMode: 'ALL',
    jobOutput,
    status: 'CREATE IN_PROGRESS',
    creationDateTime: new Date(later(-200)),
    lastUpdatedDateTime: new Date(later(-10)),
    ...changes,
  };
  personalize.on(DescribeDatasetExportJobCommand, { datasetExportJobArn }).resolves({ datasetExportJob });
}

/** In an execution that started 300 s ago. */
const event = (changes: Partial<CreateExportJobEvent> = {}) => ({
  export: plannedExport(),
  startedAt: later(-300),
  ...changes,
});
const adopt = (changes?: Partial<CreateExportJobEvent>) => adoptExportJob(event(changes), pollBounds, client);
const find = () => findExportJob(event(), pollBounds, client);

const noSuchJob = new ResourceNotFoundException({ message: 'no such job', $metadata: {} });

describe('adoptExportJob', () => {
  it.each([
    ['CREATE PENDING', {}, { phase: 'pending', waitSeconds: waitAfter(200) }],
    ['CREATE IN_PROGRESS', {}, { phase: 'pending', waitSeconds: waitAfter(200) }],
    ['SOMETHING NEW', {}, { phase: 'pending', waitSeconds: waitAfter(200) }],
    ['ACTIVE', {}, { phase: 'succeeded', endedAt: later(-10) }],
    [
      'CREATE FAILED',
      { failureReason: 'no access' },
      { phase: 'failed', endedAt: later(-10), failureReason: 'no access' },
    ],
  ])('adoptExportJob adopts the same export in the status %s', async (status, more, state) => {
    existing({ status, ...more });
    const adopted = { datasetExportJobArn, startedAt: later(-200), pastSeconds: [], polls: 1 };
    expect(await adopt()).toEqual({ ...adopted, status, ...state });
  });

  it.each([path.slice(0, -1), `${path}//`])('adoptExportJob takes the path %s for the same folder', async (theirs) => {
    existing({ jobOutput: { s3DataDestination: { path: theirs } } });
    expect(await adopt()).toMatchObject({ datasetExportJobArn });
  });

  it('adoptExportJob keeps the start of the queue and the count of polls', async () => {
    existing();
    expect(await adopt({ job: { phase: 'queued', queuedAt: later(-600), polls: 3 } })).toMatchObject({
      queuedAt: later(-600),
      polls: 4,
    });
  });

  it('adoptExportJob times out a job that has not ended at the deadline', async () => {
    existing();
    expect(await adopt({ export: plannedExport({ deadline: now }) })).toMatchObject({
      phase: 'timed-out',
      datasetExportJobArn,
    });
  });

  const items = personalizeArn('dataset/shop/ITEMS');
  it.each<[string, Partial<DatasetExportJob>, string[]]>([
    ['of another dataset', { datasetArn: items }, ['datasetArn', items, datasetArn]],
    ['without a dataset', { datasetArn: undefined }, ['datasetArn', datasetArn]],
    ['with another path', { jobOutput: { s3DataDestination: { path: 's3://other/' } } }, ['s3://other/', path]],
    ['without a path', { jobOutput: { s3DataDestination: { path: undefined } } }, ['s3DataDestination.path', path]],
    ['without a destination', { jobOutput: { s3DataDestination: undefined } }, ['s3DataDestination.path', path]],
    ['without an output', { jobOutput: undefined }, ['s3DataDestination.path', path]],
    ['in another ingestion mode', { ingestionMode: 'BULK' }, ['ingestionMode', 'BULK', 'ALL']],
    ['in the default ingestion mode', { ingestionMode: undefined }, ['ingestionMode', 'PUT', 'ALL']],
  ])('adoptExportJob refuses a job %s, and says what differs', async (_, changes, differences) => {
    existing(changes);
    const error = await adopt().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'JobNameTakenError' });
    for (const text of ['jobName', datasetExportJobArn, ...differences])
      expect((error as Error).message).toContain(text);
  });

  it('adoptExportJob names everything that differs', async () => {
    existing({ datasetArn: items, jobOutput: undefined, ingestionMode: 'PUT' });
    await expect(adopt()).rejects.toThrow(/datasetArn .*s3DataDestination\.path .*ingestionMode /);
  });

  it.each([
    ['that is not described', undefined, 'status'],
    [
      'without a status',
      { datasetArn, ingestionMode: 'ALL' as const, jobOutput, creationDateTime: new Date(now) },
      'status',
    ],
    [
      'without a creation time',
      { datasetArn, ingestionMode: 'ALL' as const, jobOutput, status: 'ACTIVE' },
      'creationDateTime',
    ],
  ])('adoptExportJob throws JobUnreadableError for a job %s', async (_, datasetExportJob, field) => {
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob });
    await expect(adopt()).rejects.toMatchObject({
      name: 'JobUnreadableError',
      message: `${datasetExportJobArn} exists, but Personalize described it without a ${field}.`,
    });
  });

  it.each([noSuchJob, sdkError('AccessDeniedException', { status: 400 })])(
    'adoptExportJob throws %s of the SDK',
    async (error) => {
      personalize.on(DescribeDatasetExportJobCommand).rejects(error);
      await expect(adopt()).rejects.toBe(error);
    },
  );
});

describe('the age of a job', () => {
  const importEnded = { import: { phase: 'succeeded' as const, endedAt: later(-100) } };

  it.each<[string, number, Partial<CreateExportJobEvent>]>([
    ['in the second in which the execution started', -300, { startedAt: later(-299.001) }],
    ['as the import ended', -100, importEnded],
    ['after the import ended', -50, importEnded],
    ['after the start, if no import was awaited', -299, { import: { phase: 'none' } }],
    ['at any time, if an earlier version of the state machine runs', -9_999, { startedAt: undefined }],
  ])('adoptExportJob adopts a job that was created %s', async (_, seconds, changes) => {
    existing({ creationDateTime: new Date(later(seconds)) });
    expect(await adopt(changes)).toMatchObject({ startedAt: later(seconds) });
  });

  it.each<[string, number, Partial<CreateExportJobEvent>, string]>([
    ['the execution started', -300.001, {}, later(-300)],
    ['the second in which the execution started', -300.001, { startedAt: later(-299.001) }, later(-300)],
    ['the import ended', -100.001, importEnded, later(-100)],
  ])(
    'adoptExportJob refuses a job that was created before %s, and names both times',
    async (_, seconds, changes, limit) => {
      const createdAt = later(seconds);
      existing({ creationDateTime: new Date(createdAt), status: 'ACTIVE' });
      const error = await adopt(changes).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: 'JobNameTakenError' });
      for (const text of ['older job', datasetExportJobArn, createdAt, limit])
        expect((error as Error).message).toContain(text);
    },
  );
});

describe('findExportJob', () => {
  it('findExportJob adopts a job that an earlier attempt created', async () => {
    existing();
    expect(await find()).toMatchObject({ phase: 'pending', datasetExportJobArn });
  });

  it('findExportJob returns undefined if no job has the name', async () => {
    personalize.on(DescribeDatasetExportJobCommand).rejects(noSuchJob);
    expect(await find()).toBeUndefined();
  });

  it.each<[string, Partial<DatasetExportJob>]>([
    ['another export', { ingestionMode: 'BULK' }],
    ['an older job', { creationDateTime: new Date(later(-301)) }],
  ])('findExportJob returns undefined if the name belongs to %s', async (_, changes) => {
    existing(changes);
    expect(await find()).toBeUndefined();
  });

  it.each([sdkError('AccessDeniedException', { status: 400 }), sdkError('ServiceUnavailable', { status: 503 })])(
    'findExportJob throws %s, after which the job may exist',
    async (error) => {
      personalize.on(DescribeDatasetExportJobCommand).rejects(error);
      await expect(find()).rejects.toBe(error);
    },
  );

  it('findExportJob throws JobUnreadableError for a job without a status', async () => {
    existing({ status: undefined });
    await expect(find()).rejects.toMatchObject({ name: 'JobUnreadableError' });
  });
});
