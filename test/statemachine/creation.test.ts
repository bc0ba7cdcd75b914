import {
  CreateDatasetExportJobCommand,
  DescribeDatasetExportJobCommand,
  InvalidInputException,
  LimitExceededException,
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
  failed,
  lookedFor,
  planned,
  polled,
  queued,
  refuseCreation,
  request,
} from './machine.ts';

const sdk = (message: string) => ({ message, $metadata: {} });

describe.concurrent('an export whose CreateDatasetExportJob fails', () => {
  it.each([
    new InvalidInputException(sdk('wrong path')),
    new ResourceNotFoundException(sdk('no such dataset')),
    new TooManyTagsException(sdk('51 tags')),
    sdkError('AccessDeniedException', { message: 'not authorized', status: 400 }),
  ])('an export that can never be created because of %s ends as CREATE FAILED', async (error) => {
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
          remedy: expect.any(String),
        },
      },
    ]);
    expect(description).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
  });

  it.each([
    new LimitExceededException(sdk('More than 5 jobs')),
    new ResourceInUseException(sdk('The dataset is busy')),
  ])('an export that fails twice with %s is queued, and then created', async (error) => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejectsOnce(error).rejectsOnce(error).resolves({});
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...queued, ...queued, ...polled, ...exported]);
    expect(errors).toEqual([]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE' } }]);
  });

  it('an export that fails once with LimitExceededException reports how long it was queued', async () => {
    const aws = account();
    const full = new LimitExceededException(sdk('More than 5 jobs'));
    aws.personalize.on(CreateDatasetExportJobCommand).rejectsOnce(full).resolves({});
    const { notifications } = await aws.execute(request);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', queuedSeconds: 1 } }]);
  });

  it.each([
    new LimitExceededException(sdk('More than 5 jobs')),
    new ResourceInUseException(sdk('The dataset is busy')),
  ])('an export that fails with %s until the deadline ends as TIMED OUT', async (error) => {
    const aws = account({ deadlineMinutes: 3 / 60 });
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(error);
    const { path, notifications } = await aws.execute(request);
    expectBetween(path, [...planned, ...created, ...queued], failed);
    expect(notifications).toMatchObject([
      {
        document: {
          outcome: 'TIMED OUT',
          reason: expect.stringContaining(`${error.name}: ${error.message}`),
          remedy: expect.any(String),
        },
      },
    ]);
    expect(notifications[0]?.document).not.toHaveProperty('datasetExportJobArn');
  });
});

describe.concurrent('an export with a retryable error', () => {
  const throttled = sdkError('ThrottlingException', { message: 'Rate exceeded', status: 400 });
  const down = sdkError('ServiceUnavailable', { message: 'down', status: 503 });
  const late = sdkError('TimeoutError', { message: 'too late' });

  it.each([
    ['CreateDatasetExportJob', CreateDatasetExportJobCommand, {}],
    ['DescribeDatasetExportJob', DescribeDatasetExportJobCommand, { datasetExportJob: { status: 'ACTIVE' } }],
  ] as const)('an export succeeds after retryable errors of %s that stop', async (_, command, answer) => {
    const aws = account();
    const call = aws.personalize.on(command as typeof DescribeDatasetExportJobCommand);
    for (const error of [throttled, down, late]) call.rejectsOnce(error);
    call.resolves(answer);
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...polled, ...exported]);
    expect(errors).toEqual(['TransientError', 'TransientError', 'TransientError']);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE' } }]);
  });

  it('an export ends as CREATE FAILED after 9 attempts at CreateDatasetExportJob', async () => {
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
        },
      },
    ]);
  });

  it('an export finds the job that one of its failed CreateDatasetExportJob calls has created', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(late);
    const notYet = new ResourceNotFoundException(sdk('no such job'));
    const { jobOutput } = request;
    const job = { datasetArn, ingestionMode: 'ALL', jobOutput, creationDateTime: new Date() };
    let searches = 0;
    aws.personalize.on(DescribeDatasetExportJobCommand).callsFake(() => {
      searches += 1;
      if (searches <= 9) throw notYet;
      return { datasetExportJob: { ...job, status: searches === 10 ? 'CREATE IN_PROGRESS' : 'ACTIVE' } };
    });
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', ...lookedFor, ...polled, ...exported]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', jobName: request.jobName } }]);
    expect(notifications[0]?.document).not.toHaveProperty('adopted');
  });

  it('an export ends as STATUS UNKNOWN with both reasons if every call fails', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(late);
    aws.personalize.on(DescribeDatasetExportJobCommand).rejects(down);
    const { notifications } = await aws.execute(request);
    expect(notifications).toMatchObject([
      { document: { outcome: 'STATUS UNKNOWN', reason: expect.stringMatching(/TimeoutError.*ServiceUnavailable/) } },
    ]);
  });

  it('an export ends as STATUS UNKNOWN after 9 attempts at DescribeDatasetExportJob', async () => {
    const aws = account();
    aws.personalize.on(DescribeDatasetExportJobCommand).rejects(down);
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, 'WaitForExportJob', 'DescribeExportJob', ...failed]);
    expect(errors).toHaveLength(9);
    expect(notifications).toMatchObject([{ document: { outcome: 'STATUS UNKNOWN', datasetExportJobArn } }]);
  });
});
