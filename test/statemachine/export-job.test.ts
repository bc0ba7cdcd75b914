import { DescribeDatasetExportJobCommand } from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { datasetArn, datasetExportJobArn, sdkError } from '../unit/builders.ts';
import {
  account,
  created,
  expectBetween,
  exported,
  exportStatuses,
  failed,
  planned,
  polled,
  request,
} from './machine.ts';

describe.concurrent('an export whose job', () => {
  it.each([
    ['is ACTIVE at the first poll', ['ACTIVE']],
    ['is pending, in progress and then ACTIVE', ['CREATE PENDING', 'CREATE IN_PROGRESS', 'ACTIVE']],
    ['has an unknown status and is then ACTIVE', ['UPDATE PENDING', 'ACTIVE']],
  ])('an export with a job that %s ends as ACTIVE', async (_, statuses) => {
    const aws = account();
    exportStatuses(aws, ...statuses.map((status) => ({ status })));
    const { path, description, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...statuses.flatMap(() => polled), ...exported]);
    expect(notifications).toMatchObject([
      {
        subject: 'Personalize export ACTIVE: shop INTERACTIONS (prod, eu-west-1, 123456789012)',
        document: {
          outcome: 'ACTIVE',
          datasetArn,
          datasetExportJobArn,
          path: 's3://mine/run/',
          files: { count: 1, bytes: 7 },
        },
      },
    ]);
    expect(description.status).toBe('SUCCEEDED');
    expect(JSON.parse(description.output ?? '')).toEqual({
      outcomes: [
        {
          outcome: 'ACTIVE',
          succeeded: true,
          datasetArn,
          datasetExportJobArn,
          path: 's3://mine/run/',
          summary: { outcome: 'ACTIVE', datasetArn },
        },
      ],
      skipped: [],
    });
  });

  it('an export with a job that is ACTIVE at the first poll costs eleven state transitions', async () => {
    const { path } = await account().execute(request);
    expect(path).toHaveLength(11);
  });

  it('an export with a failed job ends as CREATE FAILED', async () => {
    const aws = account();
    exportStatuses(aws, { status: 'CREATE IN_PROGRESS' }, { status: 'CREATE FAILED', failureReason: 'no access' });
    const { path, description, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...polled, ...polled, ...failed]);
    expect(notifications).toMatchObject([
      { document: { outcome: 'CREATE FAILED', status: 'CREATE FAILED', reason: 'no access', datasetExportJobArn } },
    ]);
    expect(description).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
    expect(JSON.parse(description.cause ?? '')).toMatchObject([
      { outcome: 'CREATE FAILED', reason: 'no access', datasetArn },
    ]);
  });

  it("an export with a failureReason larger than an execution's state ends as CREATE FAILED", async () => {
    const aws = account();
    exportStatuses(aws, { status: 'CREATE FAILED', failureReason: 'x'.repeat(1_000_000) });
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, ...polled, ...failed]);
    expect(notifications).toMatchObject([{ document: { outcome: 'CREATE FAILED' } }]);
  });

  it.each(['CREATE IN_PROGRESS', 'UPDATE PENDING'])(
    'an export with a job that is still %s at the deadline ends as TIMED OUT',
    async (status) => {
      const aws = account({ deadlineMinutes: 3 / 60 });
      exportStatuses(aws, { status });
      const { path, description, notifications } = await aws.execute(request);
      expectBetween(path, [...planned, ...created, ...polled], failed);
      expect(notifications).toMatchObject([
        {
          document: {
            outcome: 'TIMED OUT',
            status,
            datasetExportJobArn,
            reason: expect.stringContaining(status),
          },
        },
      ]);
      expect(description).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
    },
  );

  it('an export with a job that cannot be described ends as STATUS UNKNOWN', async () => {
    const aws = account();
    aws.personalize.on(DescribeDatasetExportJobCommand).rejects(sdkError('AccessDeniedException', { status: 400 }));
    const { path, notifications } = await aws.execute(request);
    expect(path).toEqual([...planned, ...created, 'WaitForExportJob', 'DescribeExportJob', ...failed]);
    expect(notifications).toMatchObject([
      {
        document: {
          outcome: 'STATUS UNKNOWN',
          datasetExportJobArn,
          reason: 'AccessDeniedException: said by the service',
        },
      },
    ]);
  });
});
