import { ResourceInUseException } from '@aws-sdk/client-personalize';
import { describe, expect, it, vi } from 'vitest';
import { datasetArn, datasetExportJobArn, personalizeArn } from '../../unit/builders.ts';
import { type FakeAws, fakeAws, type Intercept } from './fake-aws.ts';
import { machine } from './harness.ts';

vi.setConfig({ maxConcurrency: 50, testTimeout: 120_000 });

const requestFor = (group: string) => ({ datasetArn: personalizeArn(`dataset/${group}/ITEMS`) });
const outcomesOf = ({ published }: FakeAws) => published.map(({ outcome }) => outcome);

describe.concurrent('two executions at once', () => {
  it('two executions at once for one dataset create two jobs with two names', async () => {
    const aws = fakeAws();
    const exports = machine(aws);
    const ended = await Promise.all(['run-1', 'run-2'].map((name) => exports.execute(name, { datasetArn })));
    expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect([...aws.jobs.values()].map((job) => job.datasetArn)).toEqual([datasetArn, datasetArn]);
    expect(outcomesOf(aws)).toEqual(['ACTIVE', 'ACTIVE']);
    expect(new Set(aws.published.map((told) => told.datasetExportJobArn)).size).toBe(2);
    expect(exports.errors).toEqual([]);
  });

  it('two executions with one job name for two datasets create one job, and the other fails with JobNameTakenError', async () => {
    const aws = fakeAws();
    const exports = machine(aws);
    const jobName = 'interactions-run-1';
    const both = [requestFor('a'), requestFor('b')].map((request) => ({ ...request, jobName }));
    await Promise.all(both.map((request, n) => exports.execute(`run-${n}`, request)));
    expect(aws.jobs.size).toBe(1);
    const [job] = aws.jobs.values();
    const refused = aws.published.find(({ outcome }) => outcome === 'CREATE FAILED');
    expect(outcomesOf(aws).sort()).toEqual(['ACTIVE', 'CREATE FAILED']);
    expect(refused?.datasetArn).not.toBe(job?.datasetArn);
    expect(refused?.reason).toMatch(/^JobNameTakenError: /);
    for (const arn of [datasetExportJobArn, both[0]?.datasetArn, both[1]?.datasetArn]) {
      expect(refused?.reason).toContain(arn);
    }
    expect(exports.errors).toEqual(['JobNameTakenError']);
  });

  it('two executions with one job name for one export create one job, and both report it', async () => {
    const aws = fakeAws();
    const exports = machine(aws);
    const request = { datasetArn, jobName: 'ours', jobOutput: { s3DataDestination: { path: 's3://mine/run/' } } };
    const ended = await Promise.all(['run-1', 'run-2'].map((name) => exports.execute(name, request)));
    expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(aws.jobs.size).toBe(1);
    expect(aws.published.map(({ adopted }) => adopted === true).sort()).toEqual([false, true]);
  });
});

it('an execution whose dataset is in use is queued, and creates its job once', async () => {
  let busy = 2;
  const aws = fakeAws({
    intercept: (call, act) => {
      if (call !== 'CreateDatasetExportJob' || busy-- <= 0) return act();
      throw new ResourceInUseException({ message: 'busy', $metadata: { httpStatusCode: 400 } });
    },
  });
  const exports = machine(aws);
  await exports.execute('run-1', { datasetArn });
  expect(aws.calls.get('CreateDatasetExportJob')).toBe(3);
  expect(aws.jobs.size).toBe(1);
  expect(aws.published).toMatchObject([{ outcome: 'ACTIVE', queuedSeconds: expect.any(Number) }]);
  expect(exports.errors).toEqual([]);
});

describe.concurrent('an execution that is stopped', () => {
  it('stopping an execution leaves its job running, and publishes nothing', async () => {
    const { promise: polled, resolve: pollSeen } = Promise.withResolvers<void>();
    const intercept: Intercept = (call, act) => {
      if (call === 'DescribeDatasetExportJob') pollSeen();
      return act();
    };
    const aws = fakeAws({ intercept, runMilliseconds: 1_500 });
    const exports = machine(aws);
    const ending = exports.execute('run-1', { datasetArn });
    await polled;
    exports.stop('run-1');
    expect(await ending).toMatchObject({ status: 'ABORTED' });
    await expect.poll(() => [...aws.jobs.values()].map(aws.statusOf), { timeout: 10_000 }).toEqual(['ACTIVE']);
    expect(aws.published).toEqual([]);
    expect(aws.calls.get('DescribeDatasetExportJob')).toBe(1);
  });
});

const QUOTA = 5;
const COUNT = 60;
const groups = Array.from({ length: COUNT }, (_, n) => `group-${n}`);

describe.concurrent('a quota of jobs', () => {
  const batch = { exports: groups.map(requestFor) };
  it.each<[string, (exports: ReturnType<typeof machine>) => Promise<unknown>]>([
    ['in one batch', (exports) => exports.execute('batch', batch)],
    [
      'in as many executions',
      (exports) => Promise.all(groups.map((group) => exports.execute(group, requestFor(group)))),
    ],
  ])('more jobs than the quota allows are each created once and end as ACTIVE, %s', async (_, start) => {
    const aws = fakeAws({ quota: QUOTA, runMilliseconds: 1_000 });
    const exports = machine(aws);
    await start(exports);
    expect(outcomesOf(aws)).toEqual(groups.map(() => 'ACTIVE'));
    expect(new Set([...aws.jobs.values()].map((job) => job.datasetArn)).size).toBe(COUNT);
    expect(aws.jobs.size).toBe(COUNT);
    expect(exports.errors).toEqual([]);
  });

  it('a large batch lets other executions create their jobs before it has ended', async () => {
    const aws = fakeAws({ quota: QUOTA, runMilliseconds: 1_000 });
    const exports = machine(aws);
    const ended: string[] = [];
    const execute = async (name: string, input: unknown) => {
      expect(await exports.execute(name, input)).toMatchObject({ status: 'SUCCEEDED' });
      ended.push(name);
    };
    const others = ['other-1', 'other-2', 'other-3', 'other-4'];
    await Promise.all([execute('batch', batch), ...others.map((name) => execute(name, requestFor(name)))]);
    expect(ended.at(-1)).toBe('batch');
    expect(aws.jobs.size).toBe(COUNT + others.length);
    expect(exports.errors).toEqual([]);
  });
});
