/** The alarms that watch the sum of several metrics. docs/runbook.md says what to do about each. */
module.exports = async ({ resolveVariable }) => {
  const name = await resolveVariable('self:custom.name');
  const existingTopicArn = await resolveVariable('param:existingTopicArn');
  const solutionEventBus = await resolveVariable('param:solutionEventBus');
  const alarms = {
    ExportsFailedAlarm: alarm(
      `${name}-exports-failed`,
      'An export failed. Its notification says why and what to do.',
      FAILURES.map((outcome) => exportsMetric(name, outcome)),
    ),
    RequestsRejectedAlarm: alarm(
      `${name}-requests-rejected`,
      'A request was invalid or could not be planned, so nothing was exported. Its notification says why.',
      [exportsMetric(name, 'REJECTED')],
    ),
    NotificationsFailedAlarm: alarm(
      `${name}-notifications-failed`,
      'The function notify failed, or SNS could not deliver a notification. The outcome is in the history of the execution.',
      [
        metric('AWS/Lambda', 'Errors', { FunctionName: `${name}-notify` }),
        metric('AWS/States', 'LambdaFunctionsFailed', {
          LambdaFunctionArn: { 'Fn::GetAtt': ['NotifyLambdaFunction', 'Arn'] },
        }),
        metric('AWS/SNS', 'NumberOfNotificationsFailed', { TopicName: existingTopicArn.split(':').pop() || name }),
      ],
    ),
    ExecutionsFailedAlarm: unexplainedFailures(name),
    ThrottledAlarm: alarm(
      `${name}-throttled`,
      'Step Functions or Lambda throttles the pipeline. Exports are delayed.',
      [
        metric('AWS/States', 'ExecutionThrottled', { StateMachineArn: { Ref: 'ExportStateMachine' } }),
        ...FUNCTIONS.map((one) => metric('AWS/Lambda', 'Throttles', { FunctionName: `${name}-${one}` })),
      ],
    ),
    EventsLostAlarm: alarm(
      `${name}-events-lost`,
      'An event could neither start its export nor reach the dead-letter queue. Start the export yourself.',
      [
        metric('AWS/Lambda', 'DestinationDeliveryFailures', { FunctionName: `${name}-start-export` }),
        ...RULES.map((rule) => metric('AWS/Events', 'InvocationsFailedToBeSentToDlq', { RuleName: `${name}-${rule}` })),
        ...(solutionEventBus ? [solutionRuleMetric(solutionEventBus)] : []),
        metric('AWS/Scheduler', 'InvocationsFailedToBeSentToDeadLetterCount', { ScheduleGroup: name }),
      ],
    ),
  };
  return { Resources: alarms };
};

/** Outcomes of an export that was requested and did not end as ACTIVE. */
const FAILURES = ['CREATE FAILED', 'TIMED OUT', 'STATUS UNKNOWN', 'IMPORT FAILED'];

/** A metric of a function, rule or group that the settings leave out has no data. */
const FUNCTIONS = [
  'start-export',
  'plan-exports',
  'describe-import-job',
  'create-export-job',
  'describe-export-job',
  'notify',
  'verify-export',
];
const RULES = ['import-started', 'request-dropped', 'export-requested'];

module.exports.FUNCTIONS = FUNCTIONS;

/** The function notify counts each export by its outcome (src/notify/export-metrics.ts). */
function exportsMetric(stateMachine, outcome) {
  const dimensions = { service: 'personalize-dataset-export', stateMachine, outcome };
  return metric('PersonalizeDatasetExport', 'Exports', dimensions);
}

/** The rule has no name of its own. `Ref` gives `<bus>|<rule>` for a rule on a custom bus. */
function solutionRuleMetric(EventBusName) {
  const RuleName = { 'Fn::Select': [1, { 'Fn::Split': ['|', { Ref: 'SolutionImportActiveRule' }] }] };
  return metric('AWS/Events', 'InvocationsFailedToBeSentToDlq', { EventBusName, RuleName });
}

function metric(Namespace, MetricName, dimensions) {
  return { Namespace, MetricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) };
}

/** Alarms where an execution failed, and no outcome of the same quarter of an hour says why: one outcome outweighs all failed
 * executions. A failure that no Catch catches is reported by nothing else. */
function unexplainedFailures(name) {
  const stat = (Metric) => ({ MetricStat: { Metric, Period: 900, Stat: 'Sum' }, ReturnData: false });
  const outcomes = [...FAILURES, 'REJECTED'].map((outcome, index) => ({
    Id: `notified${index + 1}`,
    ...stat(exportsMetric(name, outcome)),
  }));
  const weighed = outcomes.map(({ Id }, index) => ({
    Id: `weighed${index + 1}`,
    Expression: `${Id} * -1000000`,
    ReturnData: false,
  }));
  const failed = metric('AWS/States', 'ExecutionsFailed', { StateMachineArn: { Ref: 'ExportStateMachine' } });
  return alarmOn(
    `${name}-executions-failed`,
    'An execution failed, and no notification says why. The cause of the execution does.',
    [
      { Id: 'total', Expression: `SUM([failed, ${weighed.map(({ Id }) => Id).join(', ')}])`, ReturnData: true },
      { Id: 'failed', ...stat(failed) },
      ...outcomes,
      ...weighed,
    ],
  );
}

/** Alarms at one occurrence within five minutes. A metric without occurrences has no data. */
function alarm(AlarmName, AlarmDescription, metrics) {
  const parts = metrics.map((Metric, index) => ({
    Id: `part${index + 1}`,
    MetricStat: { Metric, Period: 300, Stat: 'Sum' },
    ReturnData: false,
  }));
  const total = { Id: 'total', Expression: 'SUM(METRICS())', ReturnData: true };
  return alarmOn(AlarmName, AlarmDescription, [total, ...parts]);
}

function alarmOn(AlarmName, AlarmDescription, Metrics) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName,
      AlarmDescription,
      Metrics,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'AlarmTopic' }],
    },
  };
}
