import type { Context } from 'aws-lambda';
import 'aws-sdk-client-mock-vitest/extend';
import type { ExportDefaults } from '../../src/plan/plan-exports.ts';
import type { ExportRequest, Subject } from '../../src/plan/request.ts';
import { nextWaitSeconds } from '../../src/poll/next-wait.ts';
import type { Job, PlannedExport } from '../../src/state.ts';
import type { StartExportEvent, Trigger } from '../../src/trigger/start-export-event.ts';

export const personalizeArn = (resource: string) => `arn:aws:personalize:eu-west-1:123456789012:${resource}`;
export const datasetGroupArn = personalizeArn('dataset-group/shop');
export const datasetArn = personalizeArn('dataset/shop/INTERACTIONS');
export const datasetImportJobArn = personalizeArn('dataset-import-job/nightly');
export const datasetExportJobArn = personalizeArn('dataset-export-job/interactions-run-1');
export const roleArn = 'arn:aws:iam::123456789012:role/exports/personalize';
export const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const topicArn = 'arn:aws:sns:eu-west-1:123456789012:exports';
export const stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:exports';
export const deployment = { stateMachineArn, stage: 'prod' };
export const executionArn = 'arn:aws:states:eu-west-1:123456789012:execution:exports:run-1';

/** When the tests with a stopped clock take place; the planned export's deadline is six hours later. */
export const now = '2026-03-14T09:00:00.000Z';
export const deadline = '2026-03-14T15:00:00.000Z';

/** The time so many seconds after `now`. */
export function later(seconds: number): string {
  return new Date(Date.parse(now) + seconds * 1000).toISOString();
}

export const pollBounds = { shortestSeconds: 15, longestSeconds: 900 };

/** The wait for a job that has run so long at `now`, with the deadline six hours later: polling has its own tests. */
export function waitAfter(elapsedSeconds: number, pastSeconds: number[] = []): number {
  const job = { phase: 'pending' as const, since: later(-elapsedSeconds), deadline, pastSeconds };
  return nextWaitSeconds(job, pollBounds, { now: Date.parse(now) });
}

export const defaults: ExportDefaults = {
  stateMachineArn,
  roleArn,
  bucket: 'exports-bucket',
  keyPrefix: 'exports',
  kmsKeyArn,
  ingestionMode: 'ALL',
  tags: [{ tagKey: 'team', tagValue: 'search' }],
  deadlineMinutes: 360,
  pollBounds,
  verifyExports: true,
};

/** Every optional field of a request for one dataset, with values that differ from `defaults`. */
export const everyField = {
  jobName: 'my-export',
  roleArn: 'arn:aws:iam::123456789012:role/mine',
  jobOutput: { s3DataDestination: { path: 's3://mine/folder/', kmsKeyArn: `${kmsKeyArn}0` } },
  ingestionMode: 'PUT',
  tags: [{ tagKey: 'a', tagValue: 'b' }],
  deadlineMinutes: 5,
  onlyDatasetGroups: ['shop'],
  quietIfNothing: true,
  origin: { trigger: 'schedule', schedule: 'nightly' },
} satisfies Required<Omit<ExportRequest, Subject>>;

export function plannedExport(overrides: Partial<PlannedExport> = {}): PlannedExport {
  return {
    datasetArn,
    datasetType: 'INTERACTIONS',
    datasetGroup: 'shop',
    jobName: 'interactions-run-1',
    roleArn,
    jobOutput: { s3DataDestination: { path: 's3://exports-bucket/exports/shop/INTERACTIONS/run-1/' } },
    ingestionMode: 'ALL',
    tags: [],
    deadline,
    verify: true,
    ...overrides,
  };
}

export function pendingJob(overrides: Partial<Job> = {}) {
  return {
    phase: 'pending' as const,
    datasetExportJobArn,
    status: 'CREATE PENDING',
    startedAt: now,
    pastSeconds: [],
    polls: 0,
    ...overrides,
  };
}

/** An error as the SDK throws it: the service's with `status`, the network's with `code`. */
export function sdkError(
  name: string,
  { message = 'said by the service', status, code }: { message?: string; status?: number; code?: string } = {},
): Error {
  const error = new Error(message);
  return Object.assign(error, {
    name,
    ...(code && { code }),
    ...(status && { $metadata: { httpStatusCode: status } }),
  });
}

export const lambdaContext: Context = {
  awsRequestId: '7d2f6c1e-0000-4000-8000-000000000000',
  functionName: 'a-function',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:a-function',
  memoryLimitInMB: '256',
  logGroupName: '/aws/lambda/a-function',
  logStreamName: 'a-stream',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => 30_000,
  done() {},
  fail() {},
  succeed() {},
};

/** The event in which CloudTrail reports that an import has started. */
export function importStarted(detail: Record<string, unknown> = {}): StartExportEvent {
  const call = {
    eventSource: 'personalize.amazonaws.com',
    eventName: 'CreateDatasetImportJob',
    eventTime: '2026-03-14T09:00:00Z',
    requestParameters: { datasetArn },
    responseElements: { datasetImportJobArn },
    ...detail,
  };
  return triggered('import-started', call, { source: 'aws.personalize' });
}

/** An event as a rule or a schedule sends it to start-export. */
export function triggered(
  trigger: Trigger,
  detail: object,
  { id = 'event-1', source = 'shop.orders' } = {},
): StartExportEvent {
  return { trigger, event: { id, source, detail: { ...detail } } };
}

/** A dataset of the group as ListDatasets tells of it, and as DescribeDataset does. */
export const summary = (datasetType: string) => ({
  datasetArn: personalizeArn(`dataset/shop/${datasetType}`),
  datasetType,
});
export const described = (datasetType: string) => ({ ...summary(datasetType), datasetGroupArn });
