import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { stackName } from '../deployment.ts';
import { withCallDetails } from '../explain.ts';
import { UsageError } from '../usage-error.ts';
import type { RestoreOptions } from './options.ts';

/** The role with which Personalize reads the files: the option, else RESTORE_ROLE_ARN, else the output of the deployment.
 * @returns undefined if there is no such deployment, or if it has no such role
 * @throws what the SDK throws */
export async function findRestoreRole(
  { roleArn, stage }: RestoreOptions,
  region: string | undefined,
  environment: NodeJS.ProcessEnv,
  client: CloudFormationClient = withCallDetails(new CloudFormationClient({ region })),
): Promise<string | undefined> {
  const known = roleArn ?? (stage ? undefined : environment.RESTORE_ROLE_ARN);
  if (known) return known;
  // A local AWS has no CloudFormation. Its environment has the outputs.
  if (environment.AWS_ENDPOINT_URL) return undefined;
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName(stage) }));
    const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs);
    return outputs.find(({ OutputKey }) => OutputKey === 'RestoreRoleArn')?.OutputValue;
  } catch (error) {
    // CloudFormation's error for a stack that does not exist.
    if ((error as Error).name === 'ValidationError') return undefined;
    if (!/^AccessDenied/.test((error as Error).name)) throw error;
    throw new UsageError(
      `The role of the deployment can't be looked up: these credentials need cloudformation:DescribeStacks. Give --role-arn instead.`,
    );
  }
}
