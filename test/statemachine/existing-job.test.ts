import {
  CreateDatasetExportJobCommand,
  type DatasetExportJob,
  DescribeDatasetExportJobCommand,
  DescribeDatasetImportJobCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { datasetArn, datasetExportJobArn, datasetImportJobArn, sdkError } from '../unit/builders.ts';
import { account, created, exported, exportStatuses, failed, lookedFor, planned, polled, request } from './machine.ts';

const sdk = (message: string) => ({ message, $metadata: {} });

describe.concurrent('an export whose job name exists', () => {
  const existing = {
    datasetArn,
    ingestionMode: 'ALL' as const,
    jobOutput: { s3DataDestination: { path: 's3://mine/run/' } },
  };
  /** A job that is created so many seconds from now. The execution starts a little later: on a slow computer, in a later second. */
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
    exportStatuses(aws, createdAfter(5, { status: 'CREATE IN_PROGRESS' }), { status: 'ACTIVE' });
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
      return { datasetExportJob: { ...createdAfter(5, { status: 'ACTIVE' }), jobOutput, ...names } };
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
    exportStatuses(aws, createdAfter(5, { status: 'ACTIVE' }));
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
    exportStatuses(aws, createdAfter(5, { status: 'ACTIVE', ingestionMode: 'PUT' }));
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, 'CreateExportJob', ...lookedFor, ...failed]);
    expect(notifications).toMatchObject([
      { document: { outcome: 'CREATE FAILED', reason: expect.stringMatching(/^JobNameTakenError: /) } },
    ]);
  });
});
