import { about, type Check, fail, ok, undecided, warn } from './check.ts';
import { type Deployment, deployCommand, stackOf } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

export const stackCheck: Check = {
  name: 'stack',
  checks:
    'The stack exists, its last operation is complete, no resource failed, and it has every resource of the template. Whether it has drifted, if drift was detected.',
  why: 'An incomplete stack lacks resources, or mixes two versions of the pipeline.',
  actions: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate', 'cloudformation:ListStackResources'],
  needsStack: false,
  run: async ({ deployment }) => {
    const { reading, stackName, region } = deployment;
    if (!reading.stack && !reading.error) {
      const fix = `Choose another with --stage or --region, or deploy it: ${deployCommand(deployment)}`;
      return [fail(`There is no stack ${stackName} in ${region}.`, fix)];
    }
    stackOf(deployment);
    const observations = [about('state', () => stateOf(deployment)), about('resources', () => resourcesIn(deployment))];
    return await Promise.all([...observations, about('drift', () => driftOf(deployment))]);
  },
};

function stateOf(deployment: Deployment): Observation {
  const { description } = stackOf(deployment);
  const { StackStatusReason, LastUpdatedTime = description.CreationTime } = description;
  const status = present(description.StackStatus, 'cloudformation:DescribeStacks', 'StackStatus');
  const seen = `${status}${LastUpdatedTime ? `, last changed ${LastUpdatedTime.toISOString()}` : ''}`;
  const said = StackStatusReason ? `${seen}: ${StackStatusReason}` : seen;
  const again = `Correct the cause, then: ${deployCommand(deployment)}`;
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return ok(seen);
  if (status.endsWith('_IN_PROGRESS')) {
    const fix = `Wait for its end: aws cloudformation describe-stacks --stack-name ${deployment.stackName} --query "Stacks[0].StackStatus"`;
    return warn(said, fix);
  }
  if (/^(UPDATE|IMPORT)_ROLLBACK_COMPLETE$/.test(status)) {
    return warn(said, again, 'The last deployment failed. The version before it is deployed.');
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return fail(said, `aws cloudformation continue-update-rollback --stack-name ${deployment.stackName}`);
  }
  if (/_FAILED$|^ROLLBACK_COMPLETE$|^DELETE_/.test(status)) return fail(said, again);
  return undecided(`The status ${said} is not known here.`, 'See the stack in the console of CloudFormation.');
}

function resourcesIn(deployment: Deployment): Observation {
  const { resources, template } = stackOf(deployment);
  if (!Object.hasOwn(template.Resources, 'ExportStateMachine')) {
    const why = 'The first deployment failed: the stack has no pipeline yet.';
    return fail('The template has no state machine.', `Correct the cause, then: ${deployCommand(deployment)}`, why);
  }
  const missing = Object.keys(template.Resources).filter((id) => !resources.has(id));
  const failed = [...resources.values()].filter(({ ResourceStatus = '' }) => /FAILED|^DELETE_/.test(ResourceStatus));
  const names = failed.map(
    ({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
      `${LogicalResourceId} is ${ResourceStatus}${ResourceStatusReason ? ` (${ResourceStatusReason})` : ''}`,
  );
  if (failed.length > 0) return fail(`${names.join(', ')}.`, deployCommand(deployment));
  if (missing.length === 0) return ok(`${resources.size} resources`);
  const list = `aws cloudformation list-stack-resources --stack-name ${deployment.stackName}`;
  return undecided(`CloudFormation does not list ${missing.join(', ')}, which the template has.`, list);
}

function driftOf(deployment: Deployment): Observation {
  const { DriftInformation: { StackDriftStatus = 'NOT_CHECKED', LastCheckTimestamp } = {} } =
    stackOf(deployment).description;
  const when = LastCheckTimestamp ? `, checked ${LastCheckTimestamp.toISOString()}` : '';
  const why = 'A resource that was changed outside CloudFormation may break exports, or the next deployment.';
  const named = `--stack-name ${deployment.stackName}`;
  if (StackDriftStatus === 'IN_SYNC') return ok(`IN_SYNC${when}`);
  if (StackDriftStatus === 'DRIFTED') {
    return warn(
      `DRIFTED${when}`,
      `See what has changed: aws cloudformation describe-stack-resource-drifts ${named}`,
      why,
    );
  }
  return {
    ...{ state: 'unknown', because: 'not checked', seen: 'Nobody has checked this stack for drift.', why },
    fix: `aws cloudformation detect-stack-drift ${named}`,
  };
}
