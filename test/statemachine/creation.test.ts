import {
  CreateDatasetExportJobCommand,
  DescribeDatasetExportJobCommand,
  InvalidInputException,
  LimitExceededException,
  ResourceAlreadyExistsException,
  ResourceInUseException,
  ResourceNotFoundException,
  TooManyTagsException,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { datasetArn, datasetExportJobArn, sdkError } from '../unit/builders.ts';
import {
  account,
  created,
  expectBetween,
  exported,
  exportStatuses,
  failed,
  lookedFor,
  planned,
  polled,
  queued,
  refuseCreation,
  request,
} from './machine.ts';

const sdk = (message: string) => ({ message, $metadata: {} });

describe.concurrent('what CreateDatasetExportJob refuses', () => {
  it.each([
    [new InvalidInputException(sdk('wrong path')), /^Personalize refused the request/],
    [new ResourceNotFoundException(sdk('no such dataset')), /^The dataset, or the job, is not in this account/],
    [new TooManyTagsException(sdk('51 tags')), /^Give at most 50 tags/],
    [sdkError('AccessDeniedException', { message: 'not authorized', status: 400 }), /create-export-job lacks/],
  ])('%s for good', async (error, remedy) => {
    const aws = account();
    refuseCreation(aws, error);
    const { path, description, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', ...lookedFor, ...failed]);
    expect(errors).toEqual([error.name]);
    expect(notifications).toMatchObject([
      {
        document: {
          outcome: 'CREATE FAILED',
          reason: `${error.name}: ${error.message}`,
          remedy: expect.stringMatching(remedy),
        },
      },
    ]);
    expect(description).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
  });

  it.each([
    new LimitExceededException(sdk('More than 5 jobs')),
    new ResourceInUseException(sdk('The dataset is busy')),
  ])('%s until there is room', async (error) => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejectsOnce(error).rejectsOnce(error).resolves({});
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...queued, ...queued, ...polled, ...exported]);
    expect(errors).toEqual([]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE' } }]);
  });

  it('and how long it queued is told', async () => {
    const aws = account();
    const full = new LimitExceededException(sdk('More than 5 jobs'));
    aws.personalize.on(CreateDatasetExportJobCommand).rejectsOnce(full).resolves({});
    const { notifications } = await aws.execute(request);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', queuedSeconds: 1 } }]);
  });

  it.each([
    [new LimitExceededException(sdk('More than 5 jobs')), /^Too many jobs are running/],
    [new ResourceInUseException(sdk('The dataset is busy')), /^The dataset was in use/],
  ])('%s until the deadline', async (error, remedy) => {
    const aws = account({ deadlineMinutes: 3 / 60 });
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(error);
    const { path, notifications } = await aws.execute(request);
    expectBetween(path, [...planned, ...created, ...queued], failed);
    expect(notifications).toMatchObject([
      {
        document: {
          outcome: 'TIMED OUT',
          reason: expect.stringContaining(`${error.name}: ${error.message}`),
          remedy: expect.stringMatching(remedy),
        },
      },
    ]);
    expect(notifications[0]?.document).not.toHaveProperty('datasetExportJobArn');
  });
});

describe.concurrent('a name that is there already', () => {
  const existing = {
    datasetArn,
    ingestionMode: 'ALL' as const,
    jobOutput: { s3DataDestination: { path: 's3://mine/run/' } },
    creationDateTime: new Date(),
  };
  const taken = new ResourceAlreadyExistsException(sdk('Another resource with the name exists'));

  it('after a lost answer is the same job', async () => {
    const aws = account();
    const cut = sdkError('Error', { message: 'socket hang up', code: 'ECONNRESET' });
    aws.personalize.on(CreateDatasetExportJobCommand).rejectsOnce(cut).rejects(taken);
    exportStatuses(aws, { ...existing, status: 'CREATE IN_PROGRESS' }, { ...existing, status: 'ACTIVE' });
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...polled, ...exported]);
    expect(errors).toEqual(['TransientError']);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', adopted: true, datasetExportJobArn } }]);
  });

  it('and has ended is polled at once', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(taken);
    exportStatuses(aws, { ...existing, status: 'ACTIVE' });
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...exported]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', adopted: true } }]);
  });

  it('and that nobody may look at is not known to have failed', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(taken);
    aws.personalize.on(DescribeDatasetExportJobCommand).rejects(sdkError('AccessDeniedException', { status: 400 }));
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', 'DescribeExportJob', ...failed]);
    expect(notifications).toMatchObject([{ document: { outcome: 'STATUS UNKNOWN' } }]);
  });

  it('for another export is refused with both', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(taken);
    exportStatuses(aws, { ...existing, status: 'ACTIVE', ingestionMode: 'PUT' });
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', ...lookedFor, ...failed]);
    const { outcome, reason, remedy } = notifications[0]?.document ?? {};
    expect(outcome).toBe('CREATE FAILED');
    expect(reason).toMatch(
      /^JobNameTakenError: jobName: interactions-run-1 is taken by .*ingestionMode PUT there, ALL here/,
    );
    expect(remedy).toMatch(/^Choose another jobName/);
  });
});

describe.concurrent('what can heal', () => {
  const throttled = sdkError('ThrottlingException', { message: 'Rate exceeded', status: 400 });
  const down = sdkError('ServiceUnavailable', { message: 'down', status: 503 });
  const late = sdkError('TimeoutError', { message: 'too late' });

  it.each([
    ['of a creation', CreateDatasetExportJobCommand, {}],
    ['of a look', DescribeDatasetExportJobCommand, { datasetExportJob: { status: 'ACTIVE' } }],
  ] as const)('%s is tried again, and nobody hears of it', async (_, command, answer) => {
    const aws = account();
    const call = aws.personalize.on(command as typeof DescribeDatasetExportJobCommand);
    for (const error of [throttled, down, late]) call.rejectsOnce(error);
    call.resolves(answer);
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...polled, ...exported]);
    expect(errors).toEqual(['TransientError', 'TransientError', 'TransientError']);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE' } }]);
  });

  it('but never does, of a creation', async () => {
    const aws = account();
    refuseCreation(aws, throttled);
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', ...lookedFor, ...failed]);
    expect(errors).toHaveLength(9);
    expect(notifications).toMatchObject([
      {
        document: {
          outcome: 'CREATE FAILED',
          reason: 'TransientError: ThrottlingException: Rate exceeded',
          remedy: expect.stringMatching(/^The service throttled every call for several minutes/),
        },
      },
    ]);
  });

  it('but never does, of a creation that has reached the service: the job is found, and followed', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(late);
    const job = { datasetArn, ingestionMode: 'ALL' as const, jobOutput: request.jobOutput };
    exportStatuses(aws, { ...job, status: 'CREATE IN_PROGRESS' }, { ...job, status: 'ACTIVE' });
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', ...lookedFor, ...polled, ...exported]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', jobName: request.jobName, adopted: true } }]);
  });

  it('but never does, of all calls: nobody knows whether there is a job, and both reasons are told', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(late);
    aws.personalize.on(DescribeDatasetExportJobCommand).rejects(down);
    const { notifications } = await aws.execute(request);
    expect(notifications).toMatchObject([
      { document: { outcome: 'STATUS UNKNOWN', reason: expect.stringMatching(/TimeoutError.*ServiceUnavailable/) } },
    ]);
  });

  it('but never does, of a look', async () => {
    const aws = account();
    aws.personalize.on(DescribeDatasetExportJobCommand).rejects(down);
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, 'WaitForExportJob', 'DescribeExportJob', ...failed]);
    expect(errors).toHaveLength(9);
    expect(notifications).toMatchObject([{ document: { outcome: 'STATUS UNKNOWN', datasetExportJobArn } }]);
  });
});
