import { type DatasetImportJob, DescribeDatasetImportJobCommand } from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { datasetArn, datasetExportJobArn, datasetImportJobArn, sdkError } from '../unit/builders.ts';
import { type Account, account, created, exported, planned, polled } from './machine.ts';

const request = {
  datasetImportJobArn,
  jobName: 'interactions-run-1',
  origin: { trigger: 'import started', eventId: 'e-1' },
};
const polls = ['WaitForImport', 'DescribeImportJob', 'ImportPhase'];
const ready = [...created, ...polled, ...exported];

/** The import's statuses, poll by poll; the last one stays. */
function importStatuses({ personalize }: Account, ...jobs: Partial<DatasetImportJob>[]): void {
  const call = personalize.on(DescribeDatasetImportJobCommand);
  for (const job of jobs.slice(0, -1)) call.resolvesOnce({ datasetImportJob: { datasetArn, ...job } });
  call.resolves({ datasetImportJob: { datasetArn, ...jobs.at(-1) } });
}

describe.concurrent('a request for an import', () => {
  it('a request for an import that is already ACTIVE exports the dataset at once', async () => {
    const aws = account();
    importStatuses(aws, { status: 'ACTIVE' });
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...ready]);
    expect(notifications).toMatchObject([
      { document: { outcome: 'ACTIVE', datasetExportJobArn, origin: request.origin } },
    ]);
  });

  it('a request for an import waits until it is ACTIVE, through unknown statuses too, and then exports the dataset', async () => {
    const aws = account();
    importStatuses(aws, { status: 'CREATE PENDING' }, { status: 'SOMETHING NEW' }, { status: 'ACTIVE' });
    const { path, description, notifications } = await aws.execute(request);
    expect(path).toEqual([...['PlanExports', 'ImportPhase', ...polls, ...polls], ...['ExportDatasets', ...ready]]);
    expect(notifications).toMatchObject([{ document: { outcome: 'ACTIVE' } }]);
    expect(description.status).toBe('SUCCEEDED');
  });

  it.each([
    ['at once', [{ status: 'CREATE FAILED', failureReason: 'line 7' }], []],
    ['later', [{ status: 'CREATE PENDING' }, { status: 'CREATE FAILED', failureReason: 'line 7' }], polls],
  ])('a request for an import that fails %s ends as IMPORT FAILED without an export', async (_, jobs, waits) => {
    const aws = account();
    importStatuses(aws, ...jobs);
    const { path, description, notifications } = await aws.execute(request);
    expect(path).toEqual(['PlanExports', 'ImportPhase', ...waits, 'NotifyImportFailed', 'NotExported']);
    expect(notifications).toMatchObject([
      {
        subject: 'Personalize export IMPORT FAILED: shop INTERACTIONS (prod, eu-west-1, 123456789012)',
        document: {
          outcome: 'IMPORT FAILED',
          datasetImportJobArn,
          status: 'CREATE FAILED',
          reason: 'line 7',
          origin: request.origin,
        },
      },
    ]);
    expect(description).toMatchObject({ status: 'FAILED', error: 'IMPORT FAILED', cause: 'line 7' });
  });

  it('a request for an import that has not ended at the deadline ends as TIMED OUT', async () => {
    const aws = account({ deadlineMinutes: 3 / 60 });
    importStatuses(aws, { status: 'CREATE IN_PROGRESS' });
    const { path, description, notifications } = await aws.execute(request);
    // How often it is polled until then depends on how busy the computer is.
    expect(path.slice(0, 5)).toEqual(['PlanExports', 'ImportPhase', ...polls]);
    expect(path.slice(-3)).toEqual(['ImportPhase', 'NotifyImportFailed', 'NotExported']);
    expect(notifications).toMatchObject([{ document: { outcome: 'TIMED OUT', status: 'CREATE IN_PROGRESS' } }]);
    expect(description).toMatchObject({ status: 'FAILED', error: 'TIMED OUT' });
  });

  it('a request for an import that can no longer be described is rejected', async () => {
    const aws = account();
    aws.personalize
      .on(DescribeDatasetImportJobCommand)
      .resolvesOnce({ datasetImportJob: { datasetArn, status: 'CREATE PENDING' } })
      .rejects(sdkError('AccessDeniedException', { status: 400 }));
    const { path, description, notifications } = await aws.execute(request);
    expect(path).toEqual([
      ...['PlanExports', 'ImportPhase', 'WaitForImport', 'DescribeImportJob'],
      ...['NotifyRejected', 'NotExported'],
    ]);
    expect(notifications).toMatchObject([
      {
        document: { outcome: 'REJECTED', reason: 'AccessDeniedException: said by the service', origin: request.origin },
      },
    ]);
    expect(description).toMatchObject({ status: 'FAILED', error: 'REJECTED' });
  });

  it('a request for an import polls again after a retryable error', async () => {
    const aws = account();
    const datasetImportJob = (status: string) => ({ datasetImportJob: { datasetArn, status } });
    aws.personalize
      .on(DescribeDatasetImportJobCommand)
      .resolvesOnce(datasetImportJob('CREATE PENDING'))
      .rejectsOnce(sdkError('ServiceUnavailable', { status: 503 }))
      .resolves(datasetImportJob('ACTIVE'));
    const { path, errors } = await aws.execute(request);
    expect(errors).toEqual(['TransientError']);
    expect(path).toEqual(['PlanExports', 'ImportPhase', ...polls, 'ExportDatasets', ...ready]);
  });
});
