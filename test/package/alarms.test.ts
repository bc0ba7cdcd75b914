import { expect, it } from 'vitest';
import { ofType, propertiesOf, setNames, templateOf } from './packaged.ts';

const template = await templateOf('every option');

const stateMachine = { Name: 'StateMachineArn', Value: { Ref: 'ExportStateMachine' } };
const queue = { Name: 'QueueName', Value: { 'Fn::GetAtt': ['DeadLetterQueue', 'QueueName'] } };
const startExport = { Name: 'FunctionName', Value: { Ref: 'StartExportLambdaFunction' } };

/** The dimensions of the metric that notify writes: see src/notify/export-metrics.ts. */
const failedVerifications = [
  { Name: 'service', Value: 'personalize-dataset-export' },
  { Name: 'stateMachine', Value: 'personalize-dataset-export-prod' },
  { Name: 'verification', Value: 'FAILED' },
];

/** One occurrence within five minutes is enough; no data means that nothing happened. */
const any = {
  Period: 300,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  TreatMissingData: 'notBreaching',
};
/** Fewer than one in each of 24 hours. A metric without executions has no data, so missing data must count as breaching. */
const none = {
  Period: 3600,
  EvaluationPeriods: 24,
  ComparisonOperator: 'LessThanThreshold',
  Threshold: 1,
  TreatMissingData: 'breaching',
};

const ALARMS = [
  { id: 'ExecutionsFailedAlarm', metric: ['AWS/States', 'ExecutionsFailed', 'Sum'], of: stateMachine, when: any },
  { id: 'ExecutionsTimedOutAlarm', metric: ['AWS/States', 'ExecutionsTimedOut', 'Sum'], of: stateMachine, when: any },
  { id: 'ExecutionsAbortedAlarm', metric: ['AWS/States', 'ExecutionsAborted', 'Sum'], of: stateMachine, when: any },
  { id: 'ExecutionThrottledAlarm', metric: ['AWS/States', 'ExecutionThrottled', 'Sum'], of: stateMachine, when: any },
  {
    id: 'FailedVerificationsAlarm',
    metric: ['PersonalizeDatasetExport', 'Verifications', 'Sum'],
    of: failedVerifications,
    when: any,
  },
  {
    id: 'DeadLettersAlarm',
    metric: ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum'],
    of: queue,
    when: any,
  },
  { id: 'StartExportErrorsAlarm', metric: ['AWS/Lambda', 'Errors', 'Sum'], of: startExport, when: any },
  { id: 'WithoutSuccessAlarm', metric: ['AWS/States', 'ExecutionsSucceeded', 'Sum'], of: stateMachine, when: none },
];

const kebab = (id: string) => id.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();

it('lists every alarm of the template', () => {
  const ids = ofType(template, 'AWS::CloudWatch::Alarm').map(([id]) => id);
  expect(ids.sort()).toEqual(ALARMS.map(({ id }) => id).sort());
});

it.each(ALARMS)('$id watches its metric and notifies the alarm topic', ({ id, metric, of, when }) => {
  const { AlarmName, AlarmDescription, ...properties } = propertiesOf(template, id);
  const [Namespace, MetricName, Statistic] = metric;
  expect(properties).toEqual({
    ...{ Namespace, MetricName, Statistic, Dimensions: [of].flat() },
    ...when,
    AlarmActions: [{ Ref: 'AlarmTopic' }],
  });
  expect(AlarmName).toBe(`personalize-dataset-export-prod-${kebab(id.replace(/Alarm$/, ''))}`);
  expect(AlarmDescription).toEqual(expect.stringMatching(/\w/));
});

it.each(setNames)('notifies the alarm topic on every alarm (%s)', async (name) => {
  for (const [id, { Properties }] of ofType(await templateOf(name), 'AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmActions, id).toEqual([{ Ref: 'AlarmTopic' }]);
  }
});

it('has no alarm on missing success unless a setting asks for it', async () => {
  expect((await templateOf('defaults')).Resources).not.toHaveProperty('WithoutSuccessAlarm');
});

it.each([
  ['ExportTopicEmail', 'ExportTopic'],
  ['AlarmTopicEmail', 'AlarmTopic'],
])('sends the notifications of a topic by e-mail (%s)', (id, topic) => {
  expect(propertiesOf(template, id)).toEqual({
    TopicArn: { Ref: topic },
    Protocol: 'email',
    Endpoint: 'data@example.com',
  });
});

it.each(['defaults', 'existing resources'] as const)('sends no e-mail without an address (%s)', async (name) => {
  expect(ofType(await templateOf(name), 'AWS::SNS::Subscription')).toEqual([]);
});
