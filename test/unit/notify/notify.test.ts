import { Metrics } from '@aws-lambda-powertools/metrics';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CAUSE_CHARACTERS, OUTPUT_REASON_CHARACTERS, OUTPUT_REMEDY_CHARACTERS } from '../../../src/lambda/limits.ts';
import { logger } from '../../../src/lambda/logger.ts';
import { notify } from '../../../src/notify/notify.ts';
import type { NotifyEvent } from '../../../src/state.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetExportJobArn,
  datasetImportJobArn,
  deployment,
  pendingJob,
  plannedExport,
  sdkError,
  topicArn,
} from '../builders.ts';

const sns = mocked(SNSClient);
const s3 = mocked(S3Client);
beforeEach(() => {
  sns.on(PublishCommand).resolves({});
  s3.on(ListObjectsV2Command).resolves({ Contents: [{ Size: 10 }, { Size: 5 }] });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const succeeded = { export: plannedExport(), job: pendingJob({ phase: 'succeeded', status: 'ACTIVE' }) };
const path = plannedExport().jobOutput.s3DataDestination.path;

const send = (event: Omit<NotifyEvent, 'executionName'>) =>
  notify({ executionName: 'run-1', ...event }, { topicArn, ...deployment });

/** What was published, taken apart. */
function published() {
  const [call] = sns.commandCalls(PublishCommand);
  const input = call?.args[0].input as PublishCommandInput;
  const message = JSON.parse(input.Message ?? '') as { default: string; email: string };
  return { input, document: JSON.parse(message.default), text: message.email };
}

describe('what notify publishes', () => {
  it('notify publishes one message, with a text for each protocol', async () => {
    await send(succeeded);
    expect(sns).toHaveReceivedCommandTimes(PublishCommand, 1);
    expect(published().input).toMatchObject({ TopicArn: topicArn, MessageStructure: 'json' });
  });

  it('notify publishes the subject and the text for e-mail', async () => {
    await send(succeeded);
    expect(published().input.Subject).toBe(
      'Personalize export ACTIVE: shop INTERACTIONS (prod, eu-west-1, 123456789012)',
    );
    expect(published().text).toContain('Files: 2 files, 15 bytes');
  });

  it('notify publishes the document for every other protocol', async () => {
    await send(succeeded);
    expect(published().document).toMatchObject({
      version: '1',
      outcome: 'ACTIVE',
      files: { count: 2, bytes: 15 },
      path,
    });
  });

  it('notify publishes the attributes for filter policies', async () => {
    await send(succeeded);
    expect(published().input.MessageAttributes).toEqual({
      outcome: { DataType: 'String', StringValue: 'ACTIVE' },
      datasetType: { DataType: 'String', StringValue: 'INTERACTIONS' },
      datasetGroup: { DataType: 'String', StringValue: 'shop' },
    });
  });

  it('notify publishes attributes only for what is known', async () => {
    await send({ error: { Error: 'InvalidRequestError' }, request: null });
    expect(published().input.MessageAttributes).toEqual({ outcome: { DataType: 'String', StringValue: 'REJECTED' } });
  });
});

const verification = { phase: 'done' as const, calls: 1, startedAt: '2026-03-14T09:00:00.000Z', rows: 5 };
const manifest = 's3://exports-bucket/manifests/m.json';

it.each<[string, object, object]>([
  ['PASSED', { result: 'PASSED', manifest }, { verification: 'PASSED', unchanged: 'false' }],
  ['PASSED, unchanged', { result: 'PASSED', manifest, unchanged: true }, { verification: 'PASSED', unchanged: 'true' }],
  ['FAILED', { result: 'FAILED', manifest, findings: [], findingsCount: 1 }, { verification: 'FAILED' }],
  ['NOT VERIFIED', { result: 'NOT VERIFIED', reason: 'Too slow.' }, { verification: 'NOT VERIFIED' }],
])('notify publishes attributes for the verification %s', async (_, result, expected) => {
  await send({ ...succeeded, verification: { ...verification, ...result } });
  const { outcome, datasetType, datasetGroup, ...attributes } = published().input.MessageAttributes ?? {};
  const values = Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue]);
  expect(Object.fromEntries(values)).toEqual(expected);
});

describe('what notify returns', () => {
  it('notify returns the rows and the manifest of a verified export, but no findings', async () => {
    const outcome = await send({ ...succeeded, verification: { ...verification, result: 'PASSED', manifest } });
    expect(outcome).toMatchObject({ succeeded: true, verification: 'PASSED', rows: 5, manifest });
    expect(outcome).not.toHaveProperty('findings');
  });

  it('notify returns an export with a failed verification as a success', async () => {
    const failed = { result: 'FAILED' as const, manifest, findings: [{ expected: 'x' }], findingsCount: 1 };
    expect(await send({ ...succeeded, verification: { ...verification, ...failed } })).toMatchObject({
      outcome: 'ACTIVE',
      succeeded: true,
      verification: 'FAILED',
    });
  });

  it('notify returns the outcome and the location of the data for a success', async () => {
    expect(await send(succeeded)).toEqual({
      outcome: 'ACTIVE',
      succeeded: true,
      datasetArn,
      datasetExportJobArn,
      path,
      summary: { outcome: 'ACTIVE', datasetArn },
    });
  });

  it('notify returns the start of the reason for a failure', async () => {
    const job = pendingJob({ phase: 'failed', failureReason: 'x'.repeat(1_000_000) });
    expect(await send({ export: plannedExport(), job })).toEqual({
      outcome: 'CREATE FAILED',
      succeeded: false,
      datasetArn,
      datasetExportJobArn,
      path,
      reason: 'x'.repeat(500),
      remedy: expect.stringMatching(/^Fix the cause in the reason/),
      summary: { outcome: 'CREATE FAILED', datasetArn, reason: 'x'.repeat(500) },
    });
  });

  it('notify returns a plain reason in the summary of a failure, which becomes part of a cause', async () => {
    const failureReason = 'größe 😀 "x"\n\\ y';
    const job = pendingJob({ phase: 'failed', failureReason });
    expect(await send({ export: plannedExport(), job })).toMatchObject({
      reason: failureReason,
      summary: { reason: 'gr e    x  y' },
    });
  });

  it.each([1, 10, 60, 100])(
    'notify returns no more than its share of the state and of the cause for one of %i failures',
    async (count) => {
      const longest = datasetArn.padEnd(160, 'x');
      const planned = plannedExport({ datasetArn: longest, exportsInExecution: count });
      const job = pendingJob({ phase: 'failed', failureReason: 'x'.repeat(1_000_000) });
      const { reason = '', remedy = '', summary } = await send({ export: planned, job });
      expect(reason).not.toBe('');
      expect(reason.length * count).toBeLessThanOrEqual(OUTPUT_REASON_CHARACTERS);
      expect(summary?.reason).not.toBe('');
      expect(JSON.stringify(summary).length * count).toBeLessThanOrEqual(CAUSE_CHARACTERS);
      expect(remedy.length * count).toBeLessThanOrEqual(OUTPUT_REMEDY_CHARACTERS);
    },
  );

  it('notify returns, for an export that timed out, the whole remedy, or none if its share of the state is too small', async () => {
    const timedOut = pendingJob({ phase: 'timed-out' });
    const { remedy } = await send({ export: plannedExport(), job: timedOut });
    expect(remedy).toMatch(/--dataset-export-job-arn \S+$/);
    const oneOfMany = await send({ export: plannedExport({ exportsInExecution: 100 }), job: timedOut });
    expect(oneOfMany).not.toHaveProperty('remedy');
  });

  it('notify cuts no character in two in the reason that it returns', async () => {
    const job = pendingJob({ phase: 'failed', failureReason: `${'a'.repeat(499)}😀` });
    const { reason } = await send({ export: plannedExport(), job });
    expect(reason).toBe('a'.repeat(499));
  });

  it('notify returns no summary for a failed import', async () => {
    const imported = { phase: 'failed' as const, datasetImportJobArn, failureReason: 'line 7' };
    expect(await send({ import: imported, request: { datasetImportJobArn } })).toEqual({
      outcome: 'IMPORT FAILED',
      succeeded: false,
      datasetImportJobArn,
      reason: 'line 7',
      remedy: expect.stringMatching(/import again/),
    });
  });
});

describe('the exported files', () => {
  it('notify lists the exported files below the path of the export', async () => {
    await send(succeeded);
    expect(s3).toHaveReceivedCommandExactlyOnceWith(ListObjectsV2Command, {
      Bucket: 'exports-bucket',
      Prefix: 'exports/shop/INTERACTIONS/run-1/',
    });
  });

  it.each<[string, Omit<NotifyEvent, 'executionName'>]>([
    ['failed', { export: plannedExport(), job: pendingJob({ phase: 'failed' }) }],
    ['timed out', { export: plannedExport(), job: pendingJob({ phase: 'timed-out' }) }],
    ['could not be created', { export: plannedExport(), error: { Error: 'InvalidInputException' } }],
    ['has an unknown status', { ...succeeded, error: { Error: 'AccessDeniedException' } }],
    ['was rejected', { request: {}, error: { Error: 'InvalidRequestError' } }],
  ])('notify does not list the files of an export that %s', async (_, event) => {
    await send(event);
    expect(s3).not.toHaveReceivedAnyCommand();
    expect(published().document).not.toHaveProperty('files');
  });

  it('notify reports missing files', async () => {
    s3.on(ListObjectsV2Command).resolves({});
    await send(succeeded);
    expect(published().document).toMatchObject({ outcome: 'ACTIVE', files: { count: 0, bytes: 0 } });
    expect(published().text).toContain('Warning: ');
  });

  it('notify leaves out the files if it may not list them', async () => {
    s3.on(ListObjectsV2Command).rejects(sdkError('AccessDenied', { status: 403 }));
    expect(await send(succeeded)).toMatchObject({ outcome: 'ACTIVE', succeeded: true });
    expect(published().document).not.toHaveProperty('files');
  });
});

describe('the metrics', () => {
  it('notify writes its metrics before it resolves, because Lambda freezes the function then', async () => {
    // Without a new module registry, an earlier test may have loaded the module of the metrics already.
    vi.resetModules();
    const publish = vi.spyOn(Metrics.prototype, 'publishStoredMetrics');
    await send(succeeded);
    expect(publish).toHaveBeenCalledOnce();
  });

  it('notify succeeds after publishing even if its metrics cannot be written', async () => {
    const warn = vi.spyOn(logger, 'warn');
    vi.spyOn(Metrics.prototype, 'publishStoredMetrics').mockImplementation(() => {
      throw new TypeError('no metrics');
    });
    expect(await send(succeeded)).toMatchObject({ outcome: 'ACTIVE' });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.any(String), { errorName: 'TypeError' });
  });
});

it('notify logs the outcome and the ARNs, and no reason', async () => {
  const info = vi.spyOn(logger, 'info');
  await send(succeeded);
  expect(info).toHaveBeenCalledExactlyOnceWith('notified', {
    outcome: 'ACTIVE',
    datasetArn,
    datasetExportJobArn,
    files: 2,
  });
});

it('notify throws an error of SNS', async () => {
  const error = sdkError('NotFoundException', { status: 404 });
  sns.on(PublishCommand).rejects(error);
  await expect(send(succeeded)).rejects.toBe(error);
});
