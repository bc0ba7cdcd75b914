import {
  CreateDatasetExportJobCommand,
  DescribeDatasetExportJobCommand,
  ListDatasetExportJobsCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  createDatasets,
  type Deployment,
  datasetArn,
  deploy,
  execute,
  historyOf,
  hits,
  setFaults,
} from '../../deployment.ts';

// Faults of Personalize's jobs, of its answers and of the functions, as the pipeline meets them.
const items = datasetArn('shop', 'ITEMS');

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy();
  await createDatasets(deployment, 'shop', ['Items']);
}, 60_000);
afterAll(() => deployment?.close());
beforeEach(async () => void (await setFaults(deployment)));

/** Creates an export job; gives what describes it. */
async function exportJob(jobName: string) {
  const { aws, personalize } = deployment;
  const path = `s3://${aws.environment.EXPORT_BUCKET}/exports/${jobName}/`;
  const { datasetExportJobArn } = await personalize.send(
    new CreateDatasetExportJobCommand({
      jobName,
      datasetArn: items,
      roleArn: aws.environment.PERSONALIZE_ROLE_ARN,
      jobOutput: { s3DataDestination: { path } },
    }),
  );
  const describeJob = new DescribeDatasetExportJobCommand({ datasetExportJobArn });
  return async () => (await personalize.send(describeJob)).datasetExportJob;
}

const operation = 'DescribeDatasetExportJob';

it('a fault sets a field of one answer', async () => {
  const describeJob = await exportJob('set');
  const answer = { set: { 'datasetExportJob.status': 'PAUSED' } };
  await setFaults(deployment, { service: 'personalize', operation, times: 1, answer });
  expect(await describeJob()).toMatchObject({ jobName: 'set', status: 'PAUSED' });
  await expect.poll(describeJob).toMatchObject({ status: 'ACTIVE' });
});

it('a fault removes a field from one answer', async () => {
  const describeJob = await exportJob('remove');
  const answer = { remove: ['datasetExportJob.status'] };
  await setFaults(deployment, { service: 'personalize', operation, times: 1, answer });
  expect(await describeJob()).not.toHaveProperty('status');
  await expect.poll(describeJob).toMatchObject({ status: 'ACTIVE' });
});

const longReason = 'x'.repeat(1_000_000);
it.each([
  ['in an unknown status', { status: 'CREATE STOPPED' }, { status: 'CREATE STOPPED' }],
  ['with a long reason', { failureReason: longReason }, { status: 'CREATE FAILED', failureReason: longReason }],
  ['never', { stuck: true }, { status: 'CREATE IN_PROGRESS' }],
])('a fault lets a job end %s', async (how, fault, expected) => {
  await setFaults(deployment, { job: 'export', times: 1, ...fault });
  const describeJob = await exportJob(`ends-${how.replaceAll(' ', '-')}`);
  await expect.poll(describeJob).toMatchObject(expected);
  expect(await hits(deployment)).toEqual([1]);
});

it('a job with a very long reason can be listed', async () => {
  await setFaults(deployment, { job: 'export', times: 1, failureReason: longReason });
  await expect.poll(await exportJob('listed')).toMatchObject({ status: 'CREATE FAILED' });
  const { datasetExportJobs } = await deployment.personalize.send(
    new ListDatasetExportJobsCommand({ datasetArn: items }),
  );
  expect(datasetExportJobs?.map(({ jobName }) => jobName)).toContain('listed');
});

/** Runs an execution: how it ended, each failure of a function in it, and how many jobs it has created. */
async function run(name: string) {
  const execution = await execute(deployment, { datasetArn: items }, name);
  const history = await historyOf(deployment, execution);
  const failures = history.flatMap(({ lambdaFunctionFailedEventDetails: failed }) => failed?.error ?? []);
  const { datasetExportJobs = [] } = await deployment.personalize.send(
    new ListDatasetExportJobsCommand({ datasetArn: items }),
  );
  const jobs = datasetExportJobs.filter(({ jobName }) => jobName?.includes(name)).length;
  return { status: execution.status, failures, jobs };
}

it('the machine retries a function that is throttled or whose result is lost, and one job is created', async () => {
  await setFaults(
    deployment,
    { service: 'lambda', operation: 'plan-exports', error: 'Lambda.TooManyRequestsException', times: 1 },
    { service: 'lambda', operation: 'create-export-job', cut: 'after', times: 1 },
  );
  expect(await run('faulty-functions')).toEqual({
    status: 'SUCCEEDED',
    failures: ['Lambda.TooManyRequestsException', 'Lambda.Unknown'],
    jobs: 1,
  });
  expect(await hits(deployment)).toEqual([1, 1]);
});

it('the machine finds the job of a function whose result is lost and that never runs again', async () => {
  await setFaults(
    deployment,
    { service: 'lambda', operation: 'create-export-job', cut: 'after', times: 1 },
    { service: 'lambda', operation: 'create-export-job', error: 'Lambda.TooManyRequestsException' },
  );
  expect(await run('lost-functions')).toEqual({
    status: 'SUCCEEDED',
    failures: ['Lambda.Unknown', ...Array(8).fill('Lambda.TooManyRequestsException')],
    jobs: 1,
  });
});
