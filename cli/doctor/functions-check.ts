import { GetFunctionConfigurationCommand, type GetFunctionConfigurationCommandOutput } from '@aws-sdk/client-lambda';
import { about, type Check, fail, ok, warn } from './check.ts';
import { type Deployment, deployCommand, nameOf, resourcesOf } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

const ACTION = 'lambda:GetFunctionConfiguration';

export const functionsCheck: Check = {
  name: 'functions',
  checks:
    'Each function of the stack exists, is active, has the runtime of the template, and its last update succeeded.',
  why: 'Without one of its functions, every execution fails, or none starts.',
  actions: [ACTION],
  needsStack: true,
  run: async ({ clients: { lambda }, deployment }) =>
    await Promise.all(
      resourcesOf(deployment, 'AWS::Lambda::Function').map(([id, { Properties = {} }]) => {
        const FunctionName = nameOf(deployment, id, 'FunctionName');
        return about(FunctionName.replace(`${deployment.stackName}-`, ''), async () => {
          const request = new GetFunctionConfigurationCommand({ FunctionName });
          const found = await lambda.send(request).catch((error: Error) => {
            if (error.name === 'ResourceNotFoundException') return undefined;
            throw error;
          });
          return found ? stateOf(found, Properties.Runtime, deployment) : missing(FunctionName, deployment);
        });
      }),
    ),
};

/** CloudFormation does not re-create a resource that it believes to exist. */
function missing(name: string, deployment: Deployment): Observation {
  const { stage, region } = deployment;
  const remove = `npx serverless remove --stage ${stage} --region ${region}`;
  const fix = `Remove the stack, which keeps the exports, and deploy it again: ${remove} && ${deployCommand(deployment)}`;
  return fail(`There is no function ${name}.`, fix);
}

function stateOf(
  found: GetFunctionConfigurationCommandOutput,
  expectedRuntime: unknown,
  deployment: Deployment,
): Observation {
  const State = present(found.State, ACTION, 'State');
  const LastUpdateStatus = present(found.LastUpdateStatus, ACTION, 'LastUpdateStatus');
  const { Runtime = 'no runtime', LastModified = 'at an unknown time' } = found;
  const seen = `${State}, ${Runtime}, updated ${LastModified}, last update ${LastUpdateStatus}`;
  const reasons = [found.StateReason, found.LastUpdateStatusReason].filter(Boolean).join(' ');
  const said = reasons ? `${seen}: ${reasons}` : seen;
  const deploy = deployCommand(deployment);
  if (State === 'Failed' || LastUpdateStatus === 'Failed') return fail(said, `Correct the cause, then: ${deploy}`);
  if (State === 'Pending' || LastUpdateStatus === 'InProgress')
    return warn(said, 'Wait a minute, then run the command again.');
  if (typeof expectedRuntime === 'string' && Runtime !== expectedRuntime) {
    return warn(
      `${said}; the template has ${expectedRuntime}`,
      deploy,
      'The function was tested with the runtime of the template only.',
    );
  }
  // An idle function is Inactive. Its next invocation makes it active.
  return ok(seen);
}
