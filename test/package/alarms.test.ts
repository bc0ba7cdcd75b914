import { expect, it } from 'vitest';
import type { Outcome } from '../../src/notify/outcome.ts';
import { ofType, propertiesOf, setNames, templateOf } from './packaged.ts';

const template = await templateOf('every option');

const stateMachine = { StateMachineArn: { Ref: 'ExportStateMachine' } };
const functionNamed = (name: string) => ({ FunctionName: `personalize-dataset-export-prod-${name}` });
const ruleNamed = (name: string) => ({ RuleName: `personalize-dataset-export-prod-${name}` });

/** Which alarm an outcome raises, if any. */
const ALARM_OF: Record<Outcome, string> = {
  ACTIVE: '',
  'NOTHING TO EXPORT': '',
  'CREATE FAILED': 'ExportsFailedAlarm',
  'TIMED OUT': 'ExportsFailedAlarm',
  'STATUS UNKNOWN': 'ExportsFailedAlarm',
  'IMPORT FAILED': 'ExportsFailedAlarm',
  REJECTED: 'RequestsRejectedAlarm',
};
const exportsWith = (alarm: string): Metric[] =>
  Object.keys(ALARM_OF)
    .filter((outcome) => ALARM_OF[outcome as Outcome] === alarm)
    .map((outcome) => [
      'PersonalizeDatasetExport Exports Sum',
      { service: 'personalize-dataset-export', stateMachine: 'personalize-dataset-export-prod', outcome },
    ]);

type Metric = [name: string, dimensions: object];

/** What each alarm watches, in sum. */
const ALARMS: Record<string, Metric[]> = {
  ExportsFailedAlarm: exportsWith('ExportsFailedAlarm'),
  RequestsRejectedAlarm: exportsWith('RequestsRejectedAlarm'),
  NotificationsFailedAlarm: [
    ['AWS/Lambda Errors Sum', functionNamed('notify')],
    ['AWS/States LambdaFunctionsFailed Sum', { LambdaFunctionArn: { 'Fn::GetAtt': ['NotifyLambdaFunction', 'Arn'] } }],
    ['AWS/SNS NumberOfNotificationsFailed Sum', { TopicName: 'personalize-dataset-export-prod' }],
  ],
  ExecutionsTimedOutAlarm: [['AWS/States ExecutionsTimedOut Sum', stateMachine]],
  ExecutionsAbortedAlarm: [['AWS/States ExecutionsAborted Sum', stateMachine]],
  FailedVerificationsAlarm: [
    [
      'PersonalizeDatasetExport Verifications Sum',
      {
        service: 'personalize-dataset-export',
        stateMachine: 'personalize-dataset-export-prod',
        verification: 'FAILED',
      },
    ],
  ],
  ThrottledAlarm: [
    ['AWS/States ExecutionThrottled Sum', stateMachine],
    ...ofType(template, 'AWS::Lambda::Function').map(
      ([, { Properties }]): Metric => ['AWS/Lambda Throttles Sum', { FunctionName: Properties.FunctionName }],
    ),
  ],
  StartExportErrorsAlarm: [['AWS/Lambda Errors Sum', { FunctionName: { Ref: 'StartExportLambdaFunction' } }]],
  ExecutionNamesTakenAlarm: [
    [
      'PersonalizeDatasetExport ExecutionNamesTaken Sum',
      { service: 'personalize-dataset-export', stateMachine: 'personalize-dataset-export-prod' },
    ],
  ],
  DeadLettersAlarm: [
    [
      'AWS/SQS ApproximateNumberOfMessagesVisible Maximum',
      { QueueName: { 'Fn::GetAtt': ['DeadLetterQueue', 'QueueName'] } },
    ],
  ],
  EventsLostAlarm: [
    ['AWS/Lambda DestinationDeliveryFailures Sum', functionNamed('start-export')],
    ['AWS/Events InvocationsFailedToBeSentToDlq Sum', ruleNamed('import-started')],
    ['AWS/Events InvocationsFailedToBeSentToDlq Sum', ruleNamed('request-dropped')],
    ['AWS/Events InvocationsFailedToBeSentToDlq Sum', ruleNamed('export-requested')],
    [
      'AWS/Events InvocationsFailedToBeSentToDlq Sum',
      {
        EventBusName: 'solution-bus',
        RuleName: { 'Fn::Select': [1, { 'Fn::Split': ['|', { Ref: 'SolutionImportActiveRule' }] }] },
      },
    ],
    [
      'AWS/Scheduler InvocationsFailedToBeSentToDeadLetterCount Sum',
      { ScheduleGroup: 'personalize-dataset-export-prod' },
    ],
  ],
};

interface MetricStat {
  Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: unknown }[] };
  Period: number;
  Stat: string;
}

/** The metrics of an alarm in either form: one metric as properties, or the sum of several. */
function metricsOf(properties: Record<string, unknown>): Metric[] {
  const { Namespace, MetricName, Dimensions, Statistic, Period } = properties;
  const single = { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic };
  const [total, ...parts] = (properties.Metrics ?? [undefined, { MetricStat: single }]) as { MetricStat: MetricStat }[];
  if (total) {
    expect(total).toEqual({ Id: 'total', Expression: 'SUM(METRICS())', ReturnData: true });
    expect(parts).toEqual(parts.map((part, index) => ({ ...part, Id: `part${index + 1}`, ReturnData: false })));
  }
  return parts.map(({ MetricStat: { Metric: metric, Stat, Period: period } }) => {
    expect(period).toBe(300);
    const [name, dimensions] = nameAndDimensions(metric);
    return [`${name} ${Stat}`, dimensions];
  });
}

function nameAndDimensions({ Namespace, MetricName, Dimensions }: MetricStat['Metric']): Metric {
  return [`${Namespace} ${MetricName}`, Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]))];
}

const kebab = (id: string) => id.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();

it('the table of this test lists every alarm of the template', () => {
  const ids = ofType(template, 'AWS::CloudWatch::Alarm').map(([id]) => id);
  expect(ids.sort()).toEqual([...Object.keys(ALARMS), 'ExecutionsFailedAlarm', 'WithoutSuccessAlarm'].sort());
});

it.each(Object.entries(ALARMS))(
  'the alarm %s is raised by one occurrence of what it watches within five minutes',
  (id, metrics) => {
    const properties = propertiesOf(template, id);
    expect(metricsOf(properties)).toEqual(metrics);
    expect(properties).toMatchObject({
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      // No data means that nothing happened.
      TreatMissingData: 'notBreaching',
    });
  },
);

it.each(Object.entries(ALARMS))('the alarm %s has at most the ten metrics that CloudWatch allows', (_, metrics) => {
  expect(metrics.length).toBeLessThanOrEqual(10);
});

it('the alarm on failed executions is raised if no outcome of the same quarter of an hour says why', () => {
  const { Metrics, ...properties } = propertiesOf(template, 'ExecutionsFailedAlarm');
  const [total, failed, ...others] = Metrics as { Id: string; Expression?: string; MetricStat?: MetricStat }[];
  const notified = others.filter(({ MetricStat }) => MetricStat);
  expect(properties).toMatchObject({ EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' });
  expect(properties.TreatMissingData).toBe('notBreaching');
  const Dimensions = [{ Name: 'StateMachineArn', Value: { Ref: 'ExportStateMachine' } }];
  expect(failed?.MetricStat?.Metric).toEqual({ Namespace: 'AWS/States', MetricName: 'ExecutionsFailed', Dimensions });
  for (const { MetricStat } of [failed, ...notified].filter((one) => one !== undefined)) {
    expect(MetricStat).toMatchObject({ Period: 900, Stat: 'Sum' });
  }
  const outcomes = notified.map(({ MetricStat }) => MetricStat?.Metric);
  const expected = [...exportsWith('ExportsFailedAlarm'), ...exportsWith('RequestsRejectedAlarm')];
  expect(outcomes.map((metric) => metric && nameAndDimensions(metric))).toEqual(
    expected.map(([, own]) => ['PersonalizeDatasetExport Exports', own]),
  );
  expect((Metrics as { ReturnData: boolean }[]).map(({ ReturnData }) => ReturnData)).toEqual([
    true,
    ...Array(others.length + 1).fill(false),
  ]);
  // A single notification cancels out any number of failed executions.
  const weighed = others.filter(({ Expression }) => Expression);
  expect(weighed.map(({ Expression }) => Expression)).toEqual(notified.map(({ Id }) => `${Id} * -1000000`));
  expect(total?.Expression).toBe(`SUM([failed, ${weighed.map(({ Id }) => Id).join(', ')}])`);
});

it('the alarm on missing success is raised if no execution succeeds for as long as the setting says', () => {
  const {
    AlarmName: _,
    AlarmDescription,
    AlarmActions: __,
    ...properties
  } = propertiesOf(template, 'WithoutSuccessAlarm');
  expect(properties).toEqual({
    ...{ Namespace: 'AWS/States', MetricName: 'ExecutionsSucceeded', Statistic: 'Sum' },
    Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: 'ExportStateMachine' } }],
    ...{ Period: 3600, EvaluationPeriods: 24, ComparisonOperator: 'LessThanThreshold', Threshold: 1 },
    // A metric without executions has no data.
    TreatMissingData: 'breaching',
  });
  expect(AlarmDescription).toContain('24 hours');
});

it.each(ofType(template, 'AWS::CloudWatch::Alarm'))(
  'the alarm %s is named after its stage and described',
  (id, { Properties }) => {
    expect(Properties.AlarmName).toBe(`personalize-dataset-export-prod-${kebab(id.replace(/Alarm$/, ''))}`);
    expect(Properties.AlarmDescription).toEqual(expect.stringMatching(/\w/));
  },
);

it('the alarm on failed deliveries watches an existing topic', async () => {
  const properties = propertiesOf(await templateOf('existing resources'), 'NotificationsFailedAlarm');
  expect(metricsOf(properties)).toContainEqual(['AWS/SNS NumberOfNotificationsFailed Sum', { TopicName: 'my-topic' }]);
});

it('no alarm on missing success exists for imports alone, which have no rhythm', async () => {
  expect((await templateOf('defaults')).Resources).not.toHaveProperty('WithoutSuccessAlarm');
});

it.each(setNames)('every alarm notifies the alarm topic (%s)', async (name) => {
  for (const [id, { Properties }] of ofType(await templateOf(name), 'AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmActions, id).toEqual([{ Ref: 'AlarmTopic' }]);
  }
});

it.each([
  ['ExportTopicEmail', 'ExportTopic'],
  ['AlarmTopicEmail', 'AlarmTopic'],
])("a topic's notifications are sent by e-mail (%s)", (id, topic) => {
  expect(propertiesOf(template, id)).toEqual({
    TopicArn: { Ref: topic },
    Protocol: 'email',
    Endpoint: 'data@example.com',
  });
});

it.each(['defaults', 'existing resources'] as const)('no e-mail is sent without an address (%s)', async (name) => {
  expect(ofType(await templateOf(name), 'AWS::SNS::Subscription')).toEqual([]);
});
