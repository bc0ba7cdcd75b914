const { logicalId } = require('./read-schedules.cjs');

/** A schedule of EventBridge Scheduler for each entry of the schedules file, and the group and the role that they share. */
module.exports = async ({ resolveVariable }) => {
  const schedules = await resolveVariable('self:custom.settings.schedules');
  const name = await resolveVariable('self:custom.name');
  const entries = schedules.map((schedule) => [logicalId(schedule.name), resourceOf(schedule, name)]);
  return {
    Resources: entries.length > 0 ? { ...Object.fromEntries(entries), ...sharedBySchedules(name) } : {},
  };
};

function resourceOf({ name, expression, timeZone = 'UTC', enabled = true, request }, service) {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: `${service}-${name}`,
      GroupName: { Ref: 'ScheduleGroup' },
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: timeZone,
      State: enabled ? 'ENABLED' : 'DISABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': ['StartExportLambdaFunction', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] },
        // The scheduled time identifies a run. Scheduler's execution-id is different in each attempt.
        Input: JSON.stringify({
          trigger: 'schedule',
          event: {
            id: '<aws.scheduler.execution-id>',
            source: 'aws.scheduler',
            detail: { schedule: name, scheduledTime: '<aws.scheduler.scheduled-time>', request },
          },
        }),
        RetryPolicy: { MaximumRetryAttempts: 24, MaximumEventAgeInSeconds: 21600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
      },
    },
  };
}

function sharedBySchedules(service) {
  return {
    // The role's trust can name a group as the source, but not a schedule.
    ScheduleGroup: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: service } },
    SchedulerRole: schedulerRole(service),
  };
}

function schedulerRole(service) {
  const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: `The schedules of ${service} invoke start-export`,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            ...allow('sts:AssumeRole'),
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['ScheduleGroup', 'Arn'] } },
            },
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'InvokeStartExport',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              allow('lambda:InvokeFunction', { 'Fn::GetAtt': ['StartExportLambdaFunction', 'Arn'] }),
              allow('sqs:SendMessage', { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] }),
            ],
          },
        },
      ],
    },
  };
}
