import { paginateListStateMachines, type SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { printError } from './print.ts';
import { UsageError } from './usage-error.ts';

const SERVICE = 'personalize-dataset-export';

/** As in serverless.yml. */
const DEFAULT_STAGE = 'dev';

/** Identifies a deployment. */
export interface DeploymentOptions {
  stage?: string;
  region?: string;
}

/** Adds the options that identify a deployment. `variable` is the environment variable that identifies it by default. */
export function withDeploymentOptions(command: Command, variable: string): Command {
  return command
    .option('--stage <name>', `the stage of the deployment (default: from ${variable}, else ${DEFAULT_STAGE})`)
    .option(
      '--region <region>',
      'the region of the deployment (default: AWS_REGION, AWS_DEFAULT_REGION or the profile)',
    );
}

/** The name of a deployment's stack. The names of its resources start with it. */
export function stackName(stage = DEFAULT_STAGE): string {
  return `${SERVICE}-${stage}`;
}

/** The region from the option or the environment; `undefined` leaves it to the profile.
 * @param arn the resource to call, which only its own region can serve
 * @throws UsageError when the option and the ARN differ */
export function regionOf(option: string | undefined, environment: NodeJS.ProcessEnv, arn?: string): string | undefined {
  const ofArn = arn?.split(':')[3] || undefined;
  if (option && ofArn && option !== ofArn) {
    throw new UsageError(
      arn?.includes(':execution:')
        ? `The execution of --follow is in ${ofArn}, not in ${option}. Leave --region out.`
        : `STATE_MACHINE_ARN is in ${ofArn}, not in ${option}. Choose the deployment with --stage, or unset STATE_MACHINE_ARN.`,
    );
  }
  // The AWS CLI reads AWS_DEFAULT_REGION, the SDK doesn't.
  return option || ofArn || environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined;
}

/** Prints the region of a client to stderr: which one it is may follow from a profile.
 * @throws what the SDK throws without a region */
export async function printRegion(client: { config: { region: () => Promise<string> } }): Promise<void> {
  printError(`Region: ${await client.config.region()}`);
}

/** The ARN of a stage's state machine, found by its name.
 * @throws UsageError with the deployed stages when there is no such state machine; what the SDK throws */
export async function findStateMachine(sfn: SFNClient, stage?: string): Promise<string> {
  const name = stackName(stage);
  const stages: string[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {})) {
    for (const machine of stateMachines) {
      if (machine.name === name && machine.stateMachineArn) return machine.stateMachineArn;
      if (machine.name?.startsWith(`${SERVICE}-`)) stages.push(machine.name.slice(SERVICE.length + 1));
    }
  }
  const region = await sfn.config.region();
  throw new UsageError(`There is no state machine ${name} in ${region}. ${adviceOn(stages.sort())}`);
}

function adviceOn(stages: string[]): string {
  return stages.length > 0
    ? `Deployed stages: ${stages.join(', ')}. Choose one with --stage, or another region with --region.`
    : 'No stage is deployed there. Choose another region with --region, or deploy: npm run deploy -- --stage <name>';
}
