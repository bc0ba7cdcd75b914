import { describe, expect, it } from 'vitest';
import { TRIGGERS } from '../../src/trigger/start-export-event.ts';
import { ofType, propertiesOf, setNames, templateOf } from './packaged.ts';

const template = await templateOf('every option');
const existing = await templateOf('existing resources');

const SIX_HOURS = 6 * 3600;
const startExport = { 'Fn::GetAtt': ['StartExportLambdaFunction', 'Arn'] };
const deadLetterQueue = { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] };
const retried = {
  RetryPolicy: { MaximumRetryAttempts: 24, MaximumEventAgeInSeconds: SIX_HOURS },
  DeadLetterConfig: { Arn: deadLetterQueue },
};

/** The rules, with their names and buses. What each matches: patterns.test.ts. A rule with a bus of its own has no fixed name,
 * so that CloudFormation can replace it. */
const RULES: [id: string, trigger: string, properties: object][] = [
  ['ImportStarted', 'import-started', { Name: 'personalize-dataset-export-prod-import-started' }],
  ['RequestDropped', 'request-dropped', { Name: 'personalize-dataset-export-prod-request-dropped' }],
  ['ExportRequested', 'export-requested', { Name: 'personalize-dataset-export-prod-export-requested' }],
  ['SolutionImportActive', 'solution-import-active', { EventBusName: 'solution-bus' }],
];

it('the table of this test lists every rule of the template', () => {
  const ids = ofType(template, 'AWS::Events::Rule').map(([id]) => id);
  expect(ids.sort()).toEqual(RULES.map(([id]) => `${id}Rule`).sort());
});

describe.each(RULES)('the rule %s', (id, trigger, nameOrBus) => {
  it('a rule invokes start-export, with retries and the dead-letter queue', () => {
    const { Description: _, EventPattern: __, ...properties } = propertiesOf(template, `${id}Rule`);
    expect(properties).toEqual({
      ...nameOrBus,
      State: 'ENABLED',
      Targets: [{ Id: 'start-export', Arn: startExport, InputTransformer: expect.anything(), ...retried }],
    });
  });

  it('a rule tells start-export which trigger it is, and passes on the whole event', () => {
    const { Targets } = propertiesOf(template, `${id}Rule`) as { Targets: { InputTransformer: object }[] };
    const InputTemplate = `{"trigger": "${trigger}", "event": <aws.events.event.json>}`;
    expect(Targets[0]?.InputTransformer).toEqual({ InputTemplate });
  });

  it('may invoke start-export', () => {
    expect(propertiesOf(template, `${id}Permission`)).toEqual({
      FunctionName: { Ref: 'StartExportLambdaFunction' },
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [`${id}Rule`, 'Arn'] },
    });
  });
});

it('each rule names a trigger that start-export knows', () => {
  expect([...RULES.map(([, trigger]) => trigger), 'schedule'].sort()).toEqual([...TRIGGERS].sort());
});

it.each(setNames)('only the rules may invoke start-export (%s)', async (name) => {
  const packaged = await templateOf(name);
  const permissions = ofType(packaged, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties.SourceArn);
  const rules = ofType(packaged, 'AWS::Events::Rule').map(([id]) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
  expect(permissions).toEqual(rules);
});

it('start-export is retried twice, then the event goes to the dead-letter queue', () => {
  expect(propertiesOf(template, 'StartExportInvokeConfig')).toEqual({
    FunctionName: { Ref: 'StartExportLambdaFunction' },
    Qualifier: '$LATEST',
    MaximumRetryAttempts: 2,
    MaximumEventAgeInSeconds: SIX_HOURS,
    DestinationConfig: { OnFailure: { Destination: deadLetterQueue } },
  });
});

describe('a stage without triggers', () => {
  const without = templateOf('no triggers');

  it.each(RULES)('a stage without triggers does not receive the events of the rule %s', async (id) => {
    expect(propertiesOf(await without, `${id}Rule`)).toMatchObject({ State: 'DISABLED' });
  });
});

describe('a deployment without the settings', () => {
  it('a deployment without the setting has no rule on a bus of the AWS Solution', () => {
    expect(existing.Resources).not.toHaveProperty('SolutionImportActiveRule');
  });

  it('a deployment without schedules has no schedule, and no role for one', () => {
    expect(ofType(existing, 'AWS::Scheduler::Schedule')).toEqual([]);
    expect(existing.Resources).not.toHaveProperty('SchedulerRole');
  });
});

it('request files may come from an existing bucket', () => {
  expect(propertiesOf(existing, 'RequestDroppedRule').EventPattern).toMatchObject({
    detail: { bucket: { name: ['my-bucket'] } },
  });
});

const SCHEDULES: [id: string, name: string, expression: string, timeZone: string, state: string, request: object][] = [
  [
    'ScheduleNightlyInteractions',
    'nightly-interactions',
    'cron(30 2 * * ? *)',
    'Europe/Berlin',
    'ENABLED',
    { datasetArn: 'arn:aws:personalize:us-east-1:000000000000:dataset/demo-shop/INTERACTIONS' },
  ],
  [
    'ScheduleWeeklyGroup',
    'weekly-group',
    'rate(7 days)',
    'America/New_York',
    'ENABLED',
    { datasetGroupArn: 'arn:aws:personalize:us-east-1:000000000000:dataset-group/demo-shop', ingestionMode: 'BULK' },
  ],
  [
    'ScheduleOnce',
    'once',
    'at(2030-01-01T00:00:00)',
    'Asia/Tokyo',
    'DISABLED',
    { datasetArn: 'arn:aws:personalize:us-east-1:000000000000:dataset/demo-shop/ITEMS' },
  ],
];

it('the schedules have a group', () => {
  expect(propertiesOf(template, 'ScheduleGroup')).toEqual({ Name: 'personalize-dataset-export-prod' });
});

it('each entry of the schedules file is a schedule', () => {
  expect(ofType(template, 'AWS::Scheduler::Schedule').map(([id]) => id)).toEqual(SCHEDULES.map(([id]) => id));
});

describe.each(SCHEDULES)('the schedule %s', (id, name, expression, timeZone, state, request) => {
  const { Target, ...properties } = propertiesOf(template, id);
  const { Input, ...target } = Target as { Input: string };

  it('a schedule runs at its time and invokes start-export, with retries and the dead-letter queue', () => {
    expect(properties).toEqual({
      Name: `personalize-dataset-export-prod-${name}`,
      GroupName: { Ref: 'ScheduleGroup' },
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: timeZone,
      State: state,
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
    expect(target).toEqual({ Arn: startExport, RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] }, ...retried });
  });

  it('a schedule passes on its request and the scheduled time, which is the same in every attempt', () => {
    expect(JSON.parse(Input)).toEqual({
      trigger: 'schedule',
      event: {
        id: '<aws.scheduler.execution-id>',
        source: 'aws.scheduler',
        detail: { schedule: name, scheduledTime: '<aws.scheduler.scheduled-time>', request },
      },
    });
  });
});
