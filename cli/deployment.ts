import { paginateListStateMachines, type SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { UsageError } from './usage-error.ts';

const SERVICE = 'personalize-dataset-export';

/** As in serverless.yml. */
const DEFAULT_STAGE = 'dev';

/** Which deployment is meant. */
export interface DeploymentOptions {
  stage?: string;
  region?: string;
}

/** Adds the options that say which deployment is meant; `variable` names the environment's own answer. */
export function withDeploymentOptions(command: Command, variable: string): Command {
  return command
    .option('--stage <name>', `the deployment's stage (default: what ${variable} names, else ${DEFAULT_STAGE})`)
    .option('--region <region>', "its region (default: AWS_REGION, AWS_DEFAULT_REGION, the profile's)");
}

/** The name of a deployment's stack, which all its resources' names begin with. */
export function stackName(stage = DEFAULT_STAGE): string {
  return `${SERVICE}-${stage}`;
}

/** The region that was asked for, by option or environment; `undefined` leaves it to the profile.
 * @param arn of what is going to be called: only its own region can serve it
 * @throws UsageError when option and ARN differ */
export function regionOf(option: string | undefined, environment: NodeJS.ProcessEnv, arn?: string): string | undefined {
  const ofArn = arn?.split(':')[3] || undefined;
  if (option && ofArn && option !== ofArn) {
    throw new UsageError(
      `STATE_MACHINE_ARN is in ${ofArn}, not in ${option}. Name the deployment by --stage, or unset STATE_MACHINE_ARN.`,
    );
  }
  // The SDK itself does not read AWS_DEFAULT_REGION, which the AWS CLI does.
  return option || ofArn || environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined;
}

/** The state machine of a stage, by its name.
 * @throws UsageError where there is none in the region, with the stages that there are; what the SDK throws */
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
    ? `The stages there are: ${stages.join(', ')}. Choose one by --stage, or another region by --region.`
    : 'No stage is deployed there. Choose another region by --region, or deploy: npm run deploy -- --stage <name>';
}
