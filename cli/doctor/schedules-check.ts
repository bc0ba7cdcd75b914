import { GetScheduleCommand, type GetScheduleCommandOutput, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { about, type Check, fail, ok, warn } from './check.ts';
import { arnOf, type Deployment, deployCommand, nameOf, resourcesOf } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

const ACTION = 'scheduler:GetSchedule';

export const schedulesCheck: Check = {
  name: 'schedules',
  checks:
    'Each schedule is enabled, or disabled in the schedules file, and invokes `start-export` with a dead-letter queue.',
  why: 'Without its schedule, an export does not start.',
  actions: [ACTION],
  needsStack: true,
  run: async ({ clients: { scheduler }, deployment }) => {
    const schedules = resourcesOf(deployment, 'AWS::Scheduler::Schedule');
    if (schedules.length === 0) return [ok('The stack has no schedules.')];
    return await Promise.all(
      schedules.map(([id, { Properties: { State = 'ENABLED' } = {} }]) => {
        const name = nameOf(deployment, id, 'Name');
        const label = name.replace(`${deployment.stackName}-`, '');
        return about(label, () => examine(scheduler, name, State === 'DISABLED', deployment));
      }),
    );
  },
};

async function examine(client: SchedulerClient, Name: string, isMeantOff: boolean, deployment: Deployment) {
  const GroupName = nameOf(deployment, 'ScheduleGroup', 'Name');
  try {
    return judge(await client.send(new GetScheduleCommand({ Name, GroupName })), isMeantOff, deployment);
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    return fail(`There is no schedule ${Name} in the group ${GroupName}.`, deployCommand(deployment));
  }
}

function judge(schedule: GetScheduleCommandOutput, isMeantOff: boolean, deployment: Deployment): Observation {
  const state = present(schedule.State, ACTION, 'State');
  const { ScheduleExpression = '', ScheduleExpressionTimezone = 'UTC', Target } = schedule;
  const when = `${ScheduleExpression} ${ScheduleExpressionTimezone}`;
  const isOff = state === 'DISABLED';
  const redeploy = `Change the entry in the schedules file, so that CloudFormation updates it, then: ${deployCommand(deployment)}`;
  if (isOff && isMeantOff) return ok(`Disabled in the schedules file, ${when}.`);
  if (isOff)
    return fail(
      `The schedule is disabled, although its entry enables it, ${when}.`,
      `Enable it in the console of EventBridge Scheduler. Or: ${redeploy}`,
    );
  if (isMeantOff)
    return warn(`The schedule is enabled, although its entry disables it, ${when}.`, redeploy, 'It starts exports.');
  const functionArn = arnOf(deployment, 'lambda', `function:${deployment.stackName}-start-export`);
  if (Target?.Arn !== functionArn)
    return fail(`The schedule does not invoke ${functionArn}, but ${Target?.Arn ?? 'nothing'}.`, redeploy);
  if (!Target.DeadLetterConfig?.Arn) {
    return warn(
      `Enabled, ${when}, but without a dead-letter queue.`,
      redeploy,
      'A run that can not be delivered is lost.',
    );
  }
  return ok(`Enabled, ${when}.`);
}
