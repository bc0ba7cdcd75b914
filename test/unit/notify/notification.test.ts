import { describe, expect, it } from 'vitest';
import { notificationOf } from '../../../src/notify/notification.ts';
import type { NotifyEvent } from '../../../src/state.ts';
import {
  datasetArn,
  datasetExportJobArn,
  datasetImportJobArn,
  deployment,
  executionArn,
  later,
  now,
  pendingJob,
  plannedExport,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

stopClock();

const consoleUrl = `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${executionArn}`;
const about = {
  ...{ version: '1', stage: 'prod', account: '123456789012', region: 'eu-west-1', executionArn, consoleUrl },
  runbook: expect.stringMatching(/^docs\/runbook\.md#[a-z-]+$/),
  rerunCommand: expect.stringMatching(/^aws stepfunctions start-execution /),
};
const dataset = {
  datasetArn,
  datasetType: 'INTERACTIONS',
  datasetGroup: 'shop',
  ingestionMode: 'ALL',
  jobName: 'interactions-run-1',
  path: 's3://exports-bucket/exports/shop/INTERACTIONS/run-1/',
};
const document = (event: Omit<NotifyEvent, 'executionName'>, ...files: [{ count: number; bytes: number }?]) =>
  notificationOf({ executionName: 'run-1', ...event }, deployment, ...files);

describe('the document of', () => {
  const ended = { startedAt: later(-700), endedAt: later(-100) };

  it('an export that is ACTIVE has its files, times and origin', () => {
    const job = pendingJob({ phase: 'succeeded', status: 'ACTIVE', queuedAt: later(-1000), ...ended });
    const event = { export: plannedExport({ origin: { trigger: 'schedule' } }), job };
    expect(document(event, { count: 3, bytes: 42 })).toEqual({
      ...about,
      ...dataset,
      ...ended,
      outcome: 'ACTIVE',
      status: 'ACTIVE',
      files: { count: 3, bytes: 42 },
      datasetExportJobArn,
      durationSeconds: 600,
      queuedSeconds: 300,
      origin: { trigger: 'schedule' },
    });
  });

  it('an export that failed has the reason and a remedy', () => {
    const job = pendingJob({ phase: 'failed', status: 'CREATE FAILED', failureReason: 'odd', ...ended });
    expect(document({ export: plannedExport(), job })).toEqual({
      ...about,
      ...dataset,
      ...ended,
      outcome: 'CREATE FAILED',
      status: 'CREATE FAILED',
      reason: 'odd',
      remedy: expect.any(String),
      datasetExportJobArn,
      durationSeconds: 600,
    });
  });

  it('an export that could not be created has the reason and a remedy', () => {
    const createError = { Error: 'InvalidInputException', Cause: JSON.stringify({ errorMessage: 'wrong path' }) };
    expect(document({ export: plannedExport(), job: { phase: 'absent' }, createError })).toEqual({
      ...about,
      ...dataset,
      outcome: 'CREATE FAILED',
      reason: 'InvalidInputException: wrong path',
      remedy: expect.any(String),
      endedAt: now,
    });
  });

  it('an export that was queued until the deadline has the time of the queue, and no job', () => {
    const job = { phase: 'timed-out' as const, queuedAt: later(-900), endedAt: now, failureReason: 'x: full' };
    const { status, datasetExportJobArn: jobArn, ...told } = document({ export: plannedExport(), job });
    expect({ status, jobArn }).toEqual({ status: undefined, jobArn: undefined });
    expect(told).toMatchObject({ outcome: 'TIMED OUT', startedAt: later(-900), durationSeconds: 900 });
    expect(told).not.toHaveProperty('queuedSeconds');
  });

  it('an import that failed has the import and its reason', () => {
    const imported = {
      phase: 'failed' as const,
      datasetImportJobArn,
      status: 'CREATE FAILED',
      failureReason: 'line 7',
    };
    const request = { datasetImportJobArn, origin: { trigger: 'import started', eventId: 'e-1' } };
    expect(document({ import: imported, request, startedAt: later(-60) })).toEqual({
      ...about,
      outcome: 'IMPORT FAILED',
      datasetImportJobArn,
      status: 'CREATE FAILED',
      reason: 'line 7',
      remedy: expect.any(String),
      startedAt: later(-60),
      endedAt: now,
      durationSeconds: 60,
      origin: request.origin,
    });
  });

  it.each([[null], ['a text'], [[]], [{ origin: null }], [{ origin: { trigger: 5 } }], [{ origin: {} }]])(
    'the rejected request %j has the reason and the times',
    (request) => {
      const error = { Error: 'InvalidRequestError', Cause: JSON.stringify({ errorMessage: 'jobName: is wrong.' }) };
      expect(document({ error, request, startedAt: now })).toEqual({
        ...about,
        outcome: 'REJECTED',
        reason: 'InvalidRequestError: jobName: is wrong.',
        remedy: expect.any(String),
        startedAt: now,
        endedAt: now,
        durationSeconds: 0,
      });
    },
  );

  it('an adopted job has adopted, and the start of the job', () => {
    const job = pendingJob({ phase: 'succeeded', status: 'ACTIVE', adopted: true });
    expect(document({ export: plannedExport(), job })).toMatchObject({ adopted: true, startedAt: now });
  });

  it('an export whose start is after its end has the duration 0', () => {
    const job = pendingJob({ phase: 'succeeded', startedAt: later(5), endedAt: now });
    expect(document({ export: plannedExport(), job })).toMatchObject({ durationSeconds: 0 });
  });
});

describe('the reason', () => {
  const reasonOf = (failureReason: string) =>
    document({ export: plannedExport(), job: pendingJob({ phase: 'failed', failureReason }) }).reason ?? '';

  it('a reason of 8,000 characters is complete', () => {
    expect(reasonOf('x'.repeat(8_000))).toBe('x'.repeat(8_000));
  });

  it.each([
    ['x', 8_001, 8_000, '1 more character is'],
    ['x', 1_000_000, 8_000, '992000 more characters are'],
    ['😀', 8_002, 4_000, '4002 more characters are'],
  ])('a reason of %s × %s is truncated, and says how much is missing', (character, count, kept, cut) => {
    expect(reasonOf(character.repeat(count))).toBe(
      `${character.repeat(kept)}… (cut: ${cut} in the execution's history)`,
    );
  });
});

describe('the link to the console', () => {
  it.each([
    ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com'],
    ['aws-iso', 'us-iso-east-1', 'https://us-iso-east-1.console.aws.amazon.com'],
  ])('the link to the console uses the domain of the partition %s', (partition, region, host) => {
    const machine = `arn:${partition}:states:${region}:123456789012:stateMachine:exports`;
    const execution = `arn:${partition}:states:${region}:123456789012:execution:exports:run-1`;
    const event = { executionName: 'run-1', request: {}, import: { phase: 'failed' as const } };
    expect(notificationOf(event, { stateMachineArn: machine, stage: 'prod' })).toMatchObject({
      executionArn: execution,
      consoleUrl: `${host}/states/home?region=${region}#/v2/executions/details/${execution}`,
    });
  });

  it('the link to the console is a valid URL for a name outside ASCII', () => {
    const event = { executionName: 'größe-1', request: {}, import: { phase: 'failed' as const } };
    const { consoleUrl, executionArn } = notificationOf(event, deployment);
    expect(executionArn).toMatch(/:größe-1$/);
    expect(consoleUrl).toMatch(/:gr%C3%B6%C3%9Fe-1$/);
  });
});

describe('the document of a rejected request', () => {
  const rejected = (request: unknown) => document({ error: { Error: 'InvalidRequestError' }, request });

  it('the document of a rejected request has the dataset and the import that the request names', () => {
    expect(rejected({ datasetArn, datasetImportJobArn })).toMatchObject({ datasetArn, datasetImportJobArn });
  });

  it("the document of a rejected request may have an ARN of 256 characters, the API's limit", () => {
    const longest = datasetArn.padEnd(256, 'x');
    expect(rejected({ datasetArn: longest })).toMatchObject({ datasetArn: longest });
  });

  it.each([['a text'], [5], [datasetArn.padEnd(257, 'x')]])(
    'the document of a rejected request has no dataset for %j, which is not an ARN',
    (wrong) => {
      expect(rejected({ datasetArn: wrong })).not.toHaveProperty('datasetArn');
    },
  );

  it('the document of a rejected request prefers the dataset of a known import to that of the request', () => {
    const imported = { phase: 'pending' as const, datasetImportJobArn, datasetArn };
    const event = { import: imported, request: {}, error: { Error: 'AccessDeniedException' } };
    expect(document(event)).toMatchObject({ datasetArn, datasetImportJobArn });
  });
});
