import {
  CreateDatasetExportJobCommand,
  type DatasetExportJob,
  DescribeDatasetExportJobCommand,
  DescribeDatasetImportJobCommand,
  InvalidInputException,
  LimitExceededException,
  ResourceAlreadyExistsException,
  ResourceInUseException,
  ResourceNotFoundException,
  TooManyTagsException,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { datasetArn, datasetExportJobArn, datasetImportJobArn, sdkError } from '../unit/builders.ts';
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

describe.concurrent('an export whose job name exists', () => {
  const existing = {
    datasetArn,
    ingestionMode: 'ALL' as const,
    jobOutput: { s3DataDestination: { path: 's3://mine/run/' } },
  };
  /** A job that is created so many seconds after the execution starts. */
  const createdAfter = (seconds: number, job: Partial<DatasetExportJob> = {}) => ({
    ...existing,
    creationDateTime: new Date(Date.now() + seconds * 1000),
    ...job,
  });
  const taken = new ResourceAlreadyExistsException(sdk('Another resource with the name exists'));

  const cut = sdkError('Error', { message: 'socket hang up', code: 'ECONNRESET' });

  it('an export with a lost response to its creation reports the job that this execution created', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejectsOnce(cut).rejects(taken);
    exportStatuses(aws, createdAfter(0, { status: 'CREATE IN_PROGRESS' }), { status: 'ACTIVE' });
    const { path, errors, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...polled, ...exported]);
    expect(errors).toEqual([]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', datasetExportJobArn } }]);
    expect(notifications[0]?.document).not.toHaveProperty('adopted');
    expect(notifications[0]?.text).not.toMatch(/adopted|already/);
  });

  it('an export with a generated name reports the job that this execution created, even if the first search for it failed', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejectsOnce(cut).rejects(taken);
    const createdInstead = (names: { datasetExportJobArn?: string }) => {
      const [creation] = aws.personalize.commandCalls(CreateDatasetExportJobCommand);
      const { jobOutput } = creation?.args[0].input ?? {};
      return { datasetExportJob: { ...createdAfter(0, { status: 'ACTIVE' }), jobOutput, ...names } };
    };
    aws.personalize.on(DescribeDatasetExportJobCommand).rejectsOnce(cut).callsFake(createdInstead);
    const { errors, notifications } = await aws.execute({ datasetArn });
    expect(errors).toEqual(['TransientError']);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE' } }]);
    expect(notifications[0]?.document).not.toHaveProperty('adopted');
  });

  it('an export of a job that has already ended is not polled', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(taken);
    exportStatuses(aws, createdAfter(0, { status: 'ACTIVE' }));
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...exported]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE', adopted: true } }]);
  });

  it('an export is refused if its name belongs to an older job with older data, and the reason says when that was created', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(taken);
    const older = createdAfter(-5, { status: 'ACTIVE' });
    exportStatuses(aws, older);
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', ...lookedFor, ...failed]);
    const { outcome, reason } = notifications[0]?.document ?? {};
    expect(outcome).toBe('CREATE FAILED');
    expect(reason).toContain(
      `an older job: it was created at ${older.creationDateTime.toISOString()}, before this exec`,
    );
  });

  it('an export is refused if its name belongs to a job that is older than the end of the import', async () => {
    const aws = account();
    const ended = new Date(Date.now() + 60_000);
    const datasetImportJob = { datasetArn, status: 'ACTIVE', lastUpdatedDateTime: ended };
    aws.personalize.on(DescribeDatasetImportJobCommand).resolves({ datasetImportJob });
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(taken);
    exportStatuses(aws, createdAfter(30, { status: 'ACTIVE' }));
    const { datasetArn: _, ...rest } = request;
    const { notifications } = await aws.execute({ ...rest, datasetImportJobArn });
    expect(notifications).toMatchObject([
      { document: { outcome: 'CREATE FAILED', reason: expect.stringContaining('before the import ended') } },
    ]);
  });

  it('an export ends as STATUS UNKNOWN if the job of its name cannot be described', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(taken);
    aws.personalize.on(DescribeDatasetExportJobCommand).rejects(sdkError('AccessDeniedException', { status: 400 }));
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', 'DescribeExportJob', ...failed]);
    expect(notifications).toMatchObject([{ document: { outcome: 'STATUS UNKNOWN' } }]);
  });

  it('an export ends as CREATE FAILED if its name belongs to another export', async () => {
    const aws = account();
    aws.personalize.on(CreateDatasetExportJobCommand).rejects(taken);
    exportStatuses(aws, createdAfter(0, { status: 'ACTIVE', ingestionMode: 'PUT' }));
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', ...lookedFor, ...failed]);
    expect(notifications).toMatchObject([
      { document: { outcome: 'CREATE FAILED', reason: expect.stringMatching(/^JobNameTakenError: /) } },
    ]);
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
