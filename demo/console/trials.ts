import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientConfig, type KnownTrial } from 'local-aws';
import { WRITE_DENIED } from './faults.ts';
import { importSample, SAMPLE_GROUP } from './sample.ts';

const groupArn = `arn:aws:personalize:us-east-1:000000000000:dataset-group/${SAMPLE_GROUP}`;
const itemsArn = `arn:aws:personalize:us-east-1:000000000000:dataset/${SAMPLE_GROUP}/ITEMS`;

/** What a newcomer can try on the page. */
export const trials: KnownTrial[] = [
  {
    title: 'Export sample data',
    description:
      'Imports three datasets of a made-up shop. Each import starts an execution, which exports the dataset.',
    commands: exportCommand({ datasetGroupArn: groupArn }),
    run: async (environment) => {
      await importSample(environment);
    },
  },
  {
    title: 'Rehearse a failed export',
    description: 'Lets the next export job fail as it does when Personalize may not write to the bucket.',
    commands: [
      faultCommand({ job: 'export', failureReason: WRITE_DENIED, times: 1 }),
      exportCommand({ datasetArn: itemsArn }),
    ].join('\n'),
    run: (environment) => rehearse(environment, { job: 'export', failureReason: WRITE_DENIED, times: 1 }),
  },
  {
    title: 'Rehearse throttling',
    description: 'Personalize throttles the next two calls that create an export job. The state machine retries.',
    commands: [faultCommand(throttling()), exportCommand({ datasetArn: itemsArn })].join('\n'),
    run: (environment) => rehearse(environment, throttling()),
  },
];

function throttling() {
  return { service: 'personalize', operation: 'CreateDatasetExportJob', error: 'ThrottlingException', times: 2 };
}

/** Sets a fault instead of those that are set, and exports the sample's items. */
async function rehearse(environment: Record<string, string>, fault: object): Promise<void> {
  await importSample(environment, { onlyIfMissing: true });
  const url = `${environment.AWS_ENDPOINT_URL}/_local/faults`;
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify([fault]) });
  if (!response.ok) throw new Error(`The fault could not be set: ${await response.text()}`);
  const stateMachineArn = environment.STATE_MACHINE_ARN;
  const input = JSON.stringify({ datasetArn: itemsArn, origin: { trigger: 'page of the local AWS' } });
  await new SFNClient(clientConfig(environment)).send(new StartExecutionCommand({ stateMachineArn, input }));
}

function faultCommand(fault: object): string {
  return `curl -X PUT "$AWS_ENDPOINT_URL/_local/faults" -d '${JSON.stringify([fault])}'`;
}

function exportCommand(request: object): string {
  return `aws stepfunctions start-execution --state-machine-arn "$STATE_MACHINE_ARN" --input '${JSON.stringify(request)}'`;
}
