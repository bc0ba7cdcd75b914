import { ResourceInUseException } from '@aws-sdk/client-personalize';
import { describe, expect, it, vi } from 'vitest';
import { datasetArn, datasetExportJobArn, personalizeArn } from '../../unit/builders.ts';
import { type FakeAws, fakeAws, type Intercept } from './fake-aws.ts';
import { machine } from './harness.ts';

vi.setConfig({ maxConcurrency: 50, testTimeout: 120_000 });

const requestFor = (group: string) => ({ datasetArn: personalizeArn(`dataset/${group}/ITEMS`) });
const outcomesOf = ({ published }: FakeAws) => published.map(({ outcome }) => outcome);
const print = (line: string) => void process.stdout.write(`${line}\n`);

describe.concurrent('executions that meet', () => {
  it('at one dataset: two jobs of two names, and both are told', async () => {
    const aws = fakeAws();
    const exports = machine(aws);
    const ended = await Promise.all(['run-1', 'run-2'].map((name) => exports.execute(name, { datasetArn })));
    expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect([...aws.jobs.values()].map((job) => job.datasetArn)).toEqual([datasetArn, datasetArn]);
    expect(outcomesOf(aws)).toEqual(['ACTIVE', 'ACTIVE']);
    expect(new Set(aws.published.map((told) => told.datasetExportJobArn)).size).toBe(2);
    expect(exports.errors).toEqual([]);
  });

  it('at one name for two datasets: one export, and an error that names both', async () => {
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

  it('at one name for one export: one job, told to both', async () => {
    const aws = fakeAws();
    const exports = machine(aws);
    const request = { datasetArn, jobName: 'ours', jobOutput: { s3DataDestination: { path: 's3://mine/run/' } } };
    const ended = await Promise.all(['run-1', 'run-2'].map((name) => exports.execute(name, request)));
    expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(aws.jobs.size).toBe(1);
    expect(aws.published.map(({ adopted }) => adopted === true).sort()).toEqual([false, true]);
  });

  it('at a dataset in use: queued, then created once', async () => {
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
});

describe.concurrent('an execution that is stopped', () => {
  it('while the job runs: the job goes on, and nobody is told', async () => {
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
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const [job] = aws.jobs.values();
    expect(job && aws.statusOf(job)).toBe('ACTIVE');
    expect(aws.published).toEqual([]);
    expect(aws.calls.get('DescribeDatasetExportJob')).toBe(1);
  });
});

const QUOTA = 5;
const COUNT = 60;
const RUN_MILLISECONDS = 1_000;
const groups = Array.from({ length: COUNT }, (_, n) => `group-${n}`);

/** All are ACTIVE, each was created once, no function failed; prints how near to the best schedule it came. */
async function expectOnceEach(name: string, start: (exports: ReturnType<typeof machine>) => Promise<unknown>) {
  const aws = fakeAws({ quota: QUOTA, runMilliseconds: RUN_MILLISECONDS });
  const exports = machine(aws);
  const from = Date.now();
  await start(exports);
  const seconds = (Date.now() - from) / 1000;
  expect(outcomesOf(aws)).toEqual(groups.map(() => 'ACTIVE'));
  expect(new Set([...aws.jobs.values()].map((job) => job.datasetArn)).size).toBe(COUNT);
  expect(aws.jobs.size).toBe(COUNT);
  expect(exports.errors).toEqual([]);
  const best = Math.ceil(COUNT / QUOTA) * (RUN_MILLISECONDS / 1000);
  const calls = (aws.calls.get('CreateDatasetExportJob') ?? 0) / COUNT;
  print(`${name}: ${seconds.toFixed(1)} s, ${(seconds / best).toFixed(2)} × best; ${calls.toFixed(1)} creations each`);
}

describe.concurrent(`${COUNT} exports where ${QUOTA} jobs may run`, () => {
  it('in one batch', async () => {
    await expectOnceEach('one batch', (exports) => exports.execute('batch', { exports: groups.map(requestFor) }));
  });

  it('in as many executions', async () => {
    await expectOnceEach('single executions', (exports) =>
      Promise.all(groups.map((group) => exports.execute(group, requestFor(group)))),
    );
  });

  it('in one batch, with small requests beside it', async () => {
    const aws = fakeAws({ quota: QUOTA, runMilliseconds: RUN_MILLISECONDS });
    const exports = machine(aws);
    const from = Date.now();
    const secondsOf = async (name: string, input: unknown) => {
      const { status } = await exports.execute(name, input);
      expect(status).toBe('SUCCEEDED');
      return (Date.now() - from) / 1000;
    };
    const small = ['small-1', 'small-2', 'small-3', 'small-4'];
    const [batch = 0, ...alone] = await Promise.all([
      secondsOf('batch', { exports: groups.map(requestFor) }),
      ...small.map((name) => secondsOf(name, requestFor(name))),
    ]);
    expect(aws.jobs.size).toBe(COUNT + small.length);
    expect(exports.errors).toEqual([]);
    const waits = alone.sort((a, b) => a - b).map((seconds) => seconds.toFixed(1));
    print(`small requests beside a batch of ${batch.toFixed(1)} s: ${waits.join(', ')} s`);
  });
});
