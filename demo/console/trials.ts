import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeDatasetCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientConfig, type KnownTrial } from 'local-aws';
import { demoDatasets } from '../data.ts';
import { GROUP, importDatasets } from '../import-datasets.ts';
import { GROUP_ARN, hasRunningExecutions, seedData } from '../seed-data.ts';
import { WRITE_DENIED } from './faults.ts';

type Environment = Record<string, string>;

const ITEMS_ARN = `arn:aws:personalize:us-east-1:000000000000:dataset/${GROUP}/ITEMS`;

const failure = { job: 'export', failureReason: WRITE_DENIED, times: 1 };
const throttling = {
  ...{ service: 'personalize', operation: 'CreateDatasetExportJob' },
  ...{ error: 'ThrottlingException', times: 2 },
};

/** What a newcomer can try on the page. */
export const trials: KnownTrial[] = [
  {
    title: 'Export sample data',
    description:
      'Imports three datasets of a made-up shop. Each import starts an execution, which exports the dataset.',
    commands: `npm run seed\n${exportCommand({ datasetGroupArn: GROUP_ARN })}`,
    run: exportSample,
  },
  {
    title: 'Rehearse a failed export',
    description: 'Lets the next export job fail as it does when Personalize may not write to the bucket.',
    commands: `${faultCommand(failure)}\n${exportCommand({ datasetArn: ITEMS_ARN })}`,
    run: (environment) => rehearse(environment, failure),
  },
  {
    title: 'Rehearse throttling',
    description: 'Personalize throttles the next two calls that create an export job. The state machine retries.',
    commands: `${faultCommand(throttling)}\n${exportCommand({ datasetArn: ITEMS_ARN })}`,
    run: (environment) => rehearse(environment, throttling),
  },
];

/** The first call imports the datasets, and each import starts an export. A later call exports the datasets again. */
async function exportSample(environment: Environment): Promise<void> {
  const signal = new AbortController().signal;
  await importDatasets(environment, demoDatasets(), () => {}, signal).catch(async (error: Error) => {
    if (error.name !== 'ResourceAlreadyExistsException') throw error;
    await startExport(environment, { datasetGroupArn: GROUP_ARN });
  });
}

/** Sets a fault instead of those that are set, and exports the items. */
async function rehearse(environment: Environment, fault: object): Promise<void> {
  if (!(await hasItems(environment))) await seedData(environment, new AbortController().signal);
  await untilNothingRuns(environment);
  const url = `${environment.AWS_ENDPOINT_URL}/_local/faults`;
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify([fault]) });
  if (!response.ok) throw new Error(`The fault could not be set: ${await response.text()}`);
  await startExport(environment, { datasetArn: ITEMS_ARN });
}

const MOST_WAIT_SECONDS = 20;

/** Otherwise the fault could hit an export that already runs. */
async function untilNothingRuns(environment: Environment): Promise<void> {
  const sfn = new SFNClient(clientConfig(environment));
  const end = Date.now() + MOST_WAIT_SECONDS * 1000;
  while (Date.now() < end && (await hasRunningExecutions(sfn, environment.STATE_MACHINE_ARN))) await sleep(100);
}

async function hasItems(environment: Environment): Promise<boolean> {
  const personalize = new PersonalizeClient(clientConfig(environment));
  return await personalize.send(new DescribeDatasetCommand({ datasetArn: ITEMS_ARN })).then(
    () => true,
    (error: Error) => {
      if (error.name === 'ResourceNotFoundException') return false;
      throw error;
    },
  );
}

async function startExport(environment: Environment, request: object): Promise<void> {
  const input = JSON.stringify({ ...request, origin: { trigger: 'page of the local AWS' } });
  const stateMachineArn = environment.STATE_MACHINE_ARN;
  await new SFNClient(clientConfig(environment)).send(new StartExecutionCommand({ stateMachineArn, input }));
}

function faultCommand(fault: object): string {
  return `curl -X PUT "$AWS_ENDPOINT_URL/_local/faults" -d '${JSON.stringify([fault])}'`;
}

function exportCommand(request: object): string {
  return `aws stepfunctions start-execution --state-machine-arn "$STATE_MACHINE_ARN" --input '${JSON.stringify(request)}'`;
}
