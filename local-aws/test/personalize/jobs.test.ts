import { readdir } from 'node:fs/promises';
import {
  CreateDatasetExportJobCommand,
  CreateDatasetImportJobCommand,
  DescribeDatasetExportJobCommand,
  ListDatasetExportJobsCommand,
  ListDatasetImportJobsCommand,
} from '@aws-sdk/client-personalize';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobOverride, Wait } from '../../src/personalize/jobs.ts';
import { activeDataset, exportJob, exportJobInput, importCsv, uniqueName } from './scenario.ts';
import { accountId, bucket, type Personalize, roleArn, startPersonalize } from './server.ts';

let server: Personalize;
afterEach(() => server.close());

const start = async (options: Parameters<typeof startPersonalize>[0] = {}) => {
  server = await startPersonalize(options);
  return server;
};
const create = (input: ReturnType<typeof exportJobInput>) =>
  server.personalize.send(new CreateDatasetExportJobCommand(input));
const describeJob = async (datasetExportJobArn?: string) =>
  (await server.personalize.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }))).datasetExportJob;
const csv = 'ITEM_ID\n1\n';
const hour = 3600;

/** Holds the waits of jobs that take an hour until they are released. Shorter ones end at once. */
function heldWaits() {
  const held: { milliseconds: number; release: () => void }[] = [];
  const wait: Wait = (milliseconds, signal) => {
    if (milliseconds < 60_000) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => reject(signal.reason));
    held.push({ milliseconds, release: resolve });
    return promise;
  };
  return {
    wait,
    /** The waits of the jobs, in milliseconds, that have begun. */
    milliseconds: () => held.map((one) => one.milliseconds),
    /** Ends the waits that have begun. */
    release() {
      for (const one of held) one.release();
    },
  };
}

it('an export job is pending, then in progress, then ACTIVE, and is described as by the API', async () => {
  const waits = heldWaits();
  await start({ jobSeconds: hour, wait: waits.wait });
  const datasetArn = await activeDataset(server, 'Items');
  const input = exportJobInput(datasetArn);
  const { datasetExportJobArn } = await create(input);
  expect(datasetExportJobArn).toBe(`arn:aws:personalize:eu-west-1:${accountId}:dataset-export-job/${input.jobName}`);
  expect((await describeJob(datasetExportJobArn))?.status).toBe('CREATE PENDING');
  waits.release();
  await expect.poll(() => waits.milliseconds()).toHaveLength(2);
  expect((await describeJob(datasetExportJobArn))?.status).toBe('CREATE IN_PROGRESS');
  waits.release();
  await expect.poll(async () => (await describeJob(datasetExportJobArn))?.status).toBe('ACTIVE');
  const { creationDateTime, lastUpdatedDateTime, ...members } = (await describeJob(datasetExportJobArn)) ?? {};
  expect(members).toEqual({ ...input, datasetExportJobArn, ingestionMode: 'PUT', status: 'ACTIVE' });
  expect(Number(lastUpdatedDateTime)).toBeGreaterThan(Number(creationDateTime));
  expect(waits.milliseconds()[0]).toBe(0.2 * hour * 1000);
});

it('the lists of jobs have summaries, of one dataset or of all', async () => {
  await start();
  const datasets = [await activeDataset(server, 'Items'), await activeDataset(server, 'Users')];
  for (const datasetArn of datasets) {
    await exportJob(server, datasetArn);
    await importCsv(server, datasetArn, 'nothing');
  }
  const [datasetArn] = datasets;
  const exports = new ListDatasetExportJobsCommand({ datasetArn });
  const { datasetExportJobs = [] } = await server.personalize.send(exports);
  expect(datasetExportJobs.map((job) => Object.keys(job).sort())).toEqual([
    ['creationDateTime', 'datasetExportJobArn', 'jobName', 'lastUpdatedDateTime', 'status'],
  ]);
  const { datasetImportJobs = [] } = await server.personalize.send(new ListDatasetImportJobsCommand({ datasetArn }));
  expect(datasetImportJobs.map((job) => Object.keys(job).sort())).toEqual([
    [
      'creationDateTime',
      'datasetImportJobArn',
      'failureReason',
      'importMode',
      'jobName',
      'lastUpdatedDateTime',
      'status',
    ],
  ]);
  const all = await server.personalize.send(new ListDatasetExportJobsCommand({}));
  expect(all.datasetExportJobs).toHaveLength(2);
  const none = await server.personalize.send(new ListDatasetExportJobsCommand({ datasetArn: `${datasetArn}X` }));
  expect(none.datasetExportJobs).toEqual([]);
});

it.each(['Actions', 'Action_Interactions'] as const)(
  'a dataset of the type %s cannot be exported',
  async (datasetType) => {
    await start();
    const datasetArn = await activeDataset(server, datasetType);
    await expect(create(exportJobInput(datasetArn))).rejects.toMatchObject({ name: 'InvalidInputException' });
  },
);

describe('the name of a job', () => {
  it('the name of a job is used once, even if the job failed', async () => {
    await start({ jobOverride: () => ({ failureReason: 'broken' }) });
    const input = exportJobInput(await activeDataset(server, 'Items'));
    expect(await exportJob(server, input.datasetArn as string, input)).toMatchObject({
      status: 'CREATE FAILED',
      failureReason: 'broken',
    });
    await expect(create(input)).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  });

  it('one of many requests with the same job name at the same time succeeds', async () => {
    await start();
    const input = exportJobInput(await activeDataset(server, 'Items'));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => create(input)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

it('five exports may run at once, beside imports, and the next one when one of them has ended', async () => {
  const waits = heldWaits();
  await start({ jobOverride: (kind) => ({ seconds: kind === 'export' ? hour : 0 }), wait: waits.wait });
  const datasetArn = await activeDataset(server, 'Items');
  const jobs = await Promise.all(Array.from({ length: 5 }, () => create(exportJobInput(datasetArn))));
  await expect(create(exportJobInput(datasetArn))).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'More than 5 resources with PENDING or IN_PROGRESS status.',
  });
  const other = await activeDataset(server, 'Users');
  expect((await importCsv(server, other, 'USER_ID\n1\n')).status).toBe('ACTIVE');
  for (const { datasetExportJobArn } of jobs) {
    const status = async () => {
      waits.release();
      return (await describeJob(datasetExportJobArn))?.status;
    };
    await expect.poll(status).toBe('ACTIVE');
  }
  await expect(create(exportJobInput(datasetArn))).resolves.toBeDefined();
});

it('a stuck job counts against the quota', async () => {
  await start({ maxRunningJobs: 1, jobOverride: () => ({ stuck: true }) });
  const datasetArn = await activeDataset(server, 'Items');
  const { datasetExportJobArn } = await create(exportJobInput(datasetArn));
  await expect.poll(async () => (await describeJob(datasetExportJobArn))?.status).toBe('CREATE IN_PROGRESS');
  await expect(create(exportJobInput(datasetArn))).rejects.toMatchObject({ name: 'LimitExceededException' });
});

it.each(['import', 'export'] as const)('while an import of a dataset runs, an %s of it is refused', async (second) => {
  await start({ jobOverride: () => ({ seconds: 5 }) });
  const datasetArn = await activeDataset(server, 'Items');
  const importInput = () => {
    const dataSource = { dataLocation: `s3://${bucket}/x.csv` };
    return new CreateDatasetImportJobCommand({ jobName: uniqueName(), datasetArn, roleArn, dataSource });
  };
  await server.personalize.send(importInput());
  const sent = second === 'import' ? server.personalize.send(importInput()) : create(exportJobInput(datasetArn));
  await expect(sent).rejects.toMatchObject({ name: 'ResourceInUseException' });
});

it('while an export of a dataset runs, an import of it is refused', async () => {
  await start({ jobOverride: (kind) => (kind === 'export' ? { seconds: 5 } : undefined) });
  const datasetArn = await activeDataset(server, 'Items');
  await create(exportJobInput(datasetArn));
  await expect(importCsv(server, datasetArn, csv)).rejects.toMatchObject({ name: 'ResourceInUseException' });
});

it.each<[JobOverride, object]>([
  [{ failureReason: 'no disk' }, { status: 'CREATE FAILED', failureReason: 'no disk' }],
  [{ status: 'CREATE STOPPED' }, { status: 'CREATE STOPPED' }],
  [{ status: 'ACTIVE', seconds: 0 }, { status: 'ACTIVE' }],
])('the override %j ends a job as %j', async (override, outcome) => {
  const asked: string[] = [];
  await start({
    jobOverride(kind) {
      asked.push(kind);
      return override;
    },
  });
  expect(await exportJob(server, await activeDataset(server, 'Items'))).toMatchObject(outcome);
  expect(asked).toEqual(['export']);
});

it('a job with a role of another account fails', async () => {
  await start();
  const job = await exportJob(server, await activeDataset(server, 'Items'), {
    roleArn: 'arn:aws:iam::444455556666:role/x',
  });
  expect(job).toMatchObject({ status: 'CREATE FAILED', failureReason: expect.stringContaining('assume the role') });
});

it('closing Personalize stops the jobs that run, and leaves no file', async () => {
  await start({ jobSeconds: 60 });
  const datasetArn = await activeDataset(server, 'Items');
  await create(exportJobInput(datasetArn));
  expect(await readdir(server.dataDir)).toEqual([expect.stringMatching(/^dataset-.*\.sqlite$/)]);
  await server.service.close();
  expect(await readdir(server.dataDir)).toEqual([]);
});
