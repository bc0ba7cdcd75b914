import { setTimeout as sleep } from 'node:timers/promises';
import { ListDatasetImportJobsCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { clientConfig } from 'local-aws';
import { demoDatasets } from './data.ts';
import { GROUP, importDatasets } from './import-datasets.ts';

/** The dataset group of the demo, in the account of the local AWS. */
export const GROUP_ARN = `arn:aws:personalize:us-east-1:000000000000:dataset-group/${GROUP}`;

/** Imports the datasets of the demo, unless they were imported before. Returns when the imports have ended, and the exports
 * that they start.
 * @param environment the environment variables of a client of the local AWS
 * @throws what the SDK throws; Error if an import fails */
export async function seedData(environment: Record<string, string>, signal: AbortSignal): Promise<void> {
  const config = clientConfig(environment);
  const personalize = new PersonalizeClient(config);
  const sfn = new SFNClient(config);
  await importDatasets(environment, demoDatasets(), () => {}, signal).catch((error: Error) => {
    if (error.name !== 'ResourceAlreadyExistsException') throw error;
  });
  const end = Date.now() + MOST_START_SECONDS * 1000;
  const isMissing = async () => (await countExecutions(sfn, environment.STATE_MACHINE_ARN)) < demoDatasets().length;
  // The import of a quick job has ended before its event has started an execution.
  while (Date.now() < end && (await isMissing())) await sleep(100, undefined, { signal });
  while ((await hasRunningImports(personalize)) || (await hasRunningExecutions(sfn, environment.STATE_MACHINE_ARN))) {
    await sleep(100, undefined, { signal });
  }
}

/** How long an import's event may take until it has started its execution. */
const MOST_START_SECONDS = 10;

async function hasRunningImports(personalize: PersonalizeClient): Promise<boolean> {
  const { datasetImportJobs = [] } = await personalize.send(new ListDatasetImportJobsCommand({}));
  const failed = datasetImportJobs.find(({ status }) => status === 'CREATE FAILED');
  if (failed) throw new Error(`The import ${failed.datasetImportJobArn} failed: ${failed.failureReason}`);
  return datasetImportJobs.some(({ status }) => status !== 'ACTIVE');
}

async function countExecutions(sfn: SFNClient, stateMachineArn: string | undefined): Promise<number> {
  return (await sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions?.length ?? 0;
}

export async function hasRunningExecutions(sfn: SFNClient, stateMachineArn: string | undefined): Promise<boolean> {
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  return executions.length > 0;
}
