import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { notificationOf } from '../../../src/notify/notification.ts';
import { deployment, later, now, pendingJob, plannedExport } from '../builders.ts';

const written: Record<string, unknown>[] = [];

let countExport: typeof import('../../../src/notify/export-metrics.ts').countExport;

beforeEach(async () => {
  written.length = 0;
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.resetModules();
  ({ countExport } = await import('../../../src/notify/export-metrics.ts'));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(later(330)) });
  vi.spyOn(console, 'log').mockImplementation((line) => written.push(JSON.parse(line)));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

// Other files share the process, and must not get the module that writes.
afterAll(() => void vi.resetModules());

const count = (state: object) => {
  const event = { executionName: 'run-1', ...state };
  countExport(notificationOf(event, deployment), event);
  return written.at(-1);
};

it('countExport writes the outcome, duration, queue, polls and detection lag of an export', () => {
  const job = pendingJob({ phase: 'succeeded', queuedAt: later(-60), startedAt: now, endedAt: later(300), polls: 4 });
  expect(count({ export: plannedExport(), job })).toMatchObject({
    stateMachine: 'exports',
    outcome: 'ACTIVE',
    Exports: 1,
    Duration: 300,
    QueueWait: 60,
    DetectionLag: 30,
    Polls: 4,
    _aws: {
      CloudWatchMetrics: [
        { Namespace: 'PersonalizeDatasetExport', Dimensions: [['service', 'stateMachine', 'outcome']] },
      ],
    },
  });
});

it.each(['PASSED', 'FAILED'] as const)('countExport writes the verification %s in a line of its own', (result) => {
  const job = pendingJob({ phase: 'succeeded', endedAt: later(300) });
  const verification = { phase: 'done', calls: 1, startedAt: later(310), result, rows: 5, manifest: 's3://b/m' };
  expect(count({ export: plannedExport(), job, verification })).toMatchObject({
    stateMachine: 'exports',
    verification: result,
    Verifications: 1,
    _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'stateMachine', 'verification']] }] },
  });
  expect(written).toHaveLength(2);
  expect(written[0]).toMatchObject({ outcome: 'ACTIVE', Exports: 1, DetectionLag: 10 });
});

it('countExport writes only a count for a rejected request, and nothing of the request', () => {
  const line = count({ error: { Error: 'InvalidRequestError', Cause: 'secret' }, request: { datasetArn: 'secret' } });
  expect(line).toMatchObject({ outcome: 'REJECTED', Exports: 1 });
  expect(line).not.toHaveProperty('Duration');
  expect(JSON.stringify(line)).not.toContain('secret');
});

it('countExport writes each export on a line of its own', () => {
  count({ error: { Error: 'InvalidRequestError' } });
  const job = pendingJob({ phase: 'failed', failureReason: 'no', endedAt: later(10) });
  expect(count({ export: plannedExport(), job })).toMatchObject({ outcome: 'CREATE FAILED', Exports: 1 });
});
