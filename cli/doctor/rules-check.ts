import {
  DescribeRuleCommand,
  type DescribeRuleCommandOutput,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { TRIGGERS } from '../../src/trigger/start-export-event.ts';
import { about, type Check, fail, ok, warn } from './check.ts';
import { arnOf, type Deployment, deployCommand, resourcesOf, stackOf } from './deployment.ts';
import type { Observation } from './report-schema.ts';
import { present } from './unknown.ts';

export const rulesCheck: Check = {
  name: 'rules',
  checks:
    'Each EventBridge rule is enabled, or disabled by a setting, and invokes `start-export` with a dead-letter queue.',
  why: 'Without its rule, the events of a trigger start no exports.',
  actions: ['events:DescribeRule', 'events:ListTargetsByRule'],
  needsStack: true,
  run: async ({ clients: { events }, deployment }) =>
    await Promise.all(rulesOf(deployment).map((rule) => about(rule.label, () => examine(events, rule, deployment)))),
};

interface Rule {
  label: string;
  Name: string;
  EventBusName?: string;
  /** The state in the template: a setting may disable a rule. */
  expected?: unknown;
  setting: string;
}

/** The settings that disable the rules, by trigger. */
const SETTINGS: Record<string, string> = {
  'import-started': 'importTrigger',
  'solution-import-active': 'importTrigger',
  'request-dropped': 'requestFileTrigger',
  'export-requested': 'eventTrigger',
};

/** The rules of the template, or else those with the names of the triggers on the default bus. */
function rulesOf(deployment: Deployment): Rule[] {
  const { stackName, reading } = deployment;
  if (!reading.stack) {
    const named = TRIGGERS.filter((trigger) => SETTINGS[trigger] && trigger !== 'solution-import-active');
    return named.map((label) => ({ label, Name: `${stackName}-${label}`, setting: SETTINGS[label] ?? '' }));
  }
  return resourcesOf(deployment, 'AWS::Events::Rule').map(([id, { Properties = {} }]) => {
    const { Name, EventBusName, State = 'ENABLED' } = Properties;
    const label = typeof Name === 'string' ? Name.replace(`${stackName}-`, '') : 'solution-import-active';
    const about = { label, expected: State, setting: SETTINGS[label] ?? 'of this trigger' };
    // A rule without a fixed name, on a bus of its own, has the physical id `<bus>|<name>`.
    const physicalId = stackOf(deployment).resources.get(id)?.PhysicalResourceId?.split(/[|/]/).pop();
    const name = typeof Name === 'string' ? Name : (physicalId ?? id);
    return { ...about, Name: name, ...(typeof EventBusName === 'string' && { EventBusName }) };
  });
}

async function examine(client: EventBridgeClient, rule: Rule, deployment: Deployment): Promise<Observation> {
  const { Name, EventBusName } = rule;
  const described = client.send(new DescribeRuleCommand({ Name, EventBusName }));
  const listed = client.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
  try {
    const [found, { Targets }] = await Promise.all([described, listed]);
    const targets = present(Targets, 'events:ListTargetsByRule', 'Targets');
    return stateOf(found, rule) ?? targetsOf(targets, rule, deployment);
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    return fail(
      `There is no rule ${Name}${EventBusName ? ` on the bus ${EventBusName}` : ''}.`,
      deployCommand(deployment),
    );
  }
}

/** Whether the rule has another state than it should have. */
function stateOf(found: DescribeRuleCommandOutput, rule: Rule): Observation | undefined {
  const state = present(found.State, 'events:DescribeRule', 'State');
  const { Name, EventBusName, expected, setting } = rule;
  const named = `--name ${Name}${EventBusName ? ` --event-bus-name ${EventBusName}` : ''}`;
  const isOff = state === 'DISABLED';
  if (expected === undefined && isOff) {
    const fix = `If it is not meant to be, set ${setting} to true and deploy.`;
    return warn('The rule is disabled. Whether by a setting, only the stack could tell.', fix);
  }
  if (isOff && expected === 'DISABLED') return ok(`Disabled by the setting ${setting}: false.`);
  if (isOff) return fail('The rule is disabled, although its setting enables it.', `aws events enable-rule ${named}`);
  if (expected !== 'DISABLED') return undefined;
  const why = `The setting ${setting} is false, but the events start exports.`;
  return warn('The rule is enabled, although a setting disables it.', `aws events disable-rule ${named}`, why);
}

function targetsOf(targets: Target[], { Name }: Rule, deployment: Deployment): Observation {
  const functionArn = arnOf(deployment, 'lambda', `function:${deployment.stackName}-start-export`);
  const target = targets.find(({ Arn }) => Arn === functionArn);
  const deploy = `Remove the rule (aws events delete-rule --name ${Name}) or correct its target, then: ${deployCommand(deployment)}`;
  if (!target) {
    const others = targets.map(({ Arn }) => Arn).join(', ');
    return fail(others ? `The rule does not invoke ${functionArn}, but ${others}.` : 'The rule has no target.', deploy);
  }
  if (!target.DeadLetterConfig?.Arn) {
    return warn('Enabled, but without a dead-letter queue.', deploy, 'An event that can not be delivered is lost.');
  }
  return ok('Enabled, invokes start-export.');
}
