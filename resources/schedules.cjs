const faultsOf = require('./faults.cjs');

const schema = {
  type: 'array',
  description: 'a list of schedules',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'expression', 'request'],
    properties: {
      name: {
        type: 'string',
        pattern: '^[A-Za-z0-9_-]{1,30}$',
        description: '1 to 30 letters, digits, hyphens and underscores',
      },
      expression: {
        type: 'string',
        pattern: '^(cron|rate|at)\\([^()]+\\)$',
        description: 'cron(…), rate(…) or at(…), such as cron(30 2 * * ? *)',
      },
      timeZone: { type: 'string', format: 'time-zone', description: 'a time zone, such as Europe/Berlin' },
      enabled: { type: 'boolean', description: 'true or false' },
      request: { type: 'object', description: 'an export request' },
    },
  },
};

/** A schedule of EventBridge Scheduler for each entry of the schedules file, and the role that they share. */
module.exports = async ({ resolveVariable }) => {
  const file = await resolveVariable('param:schedulesFile');
  const schedules = file === '' ? [] : await resolveVariable(`file(${file})`);
  check(file, schedules);
  const name = await resolveVariable('self:custom.name');
  const entries = schedules.map((schedule) => [logicalId(schedule.name), resourceOf(schedule, name)]);
  return {
    Resources: entries.length > 0 ? { ...Object.fromEntries(entries), ...sharedBySchedules(name) } : {},
  };
};

function check(file, schedules) {
  const faults = faultsOf(schema, schedules).map(({ pointer, text }) => `${pointer} ${text}`);
  const ids = Array.isArray(schedules) ? schedules.map((schedule) => logicalId(String(schedule?.name))) : [];
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated) faults.push(`two names have the same logical id in CloudFormation: ${repeated}.`);
  if (faults.length > 0) throw new Error(`The setting schedulesFile names ${file}, in which ${faults.join(' ')}`);
}

function logicalId(name) {
  return `Schedule${name.replace(/(?:^|[-_]+)(\w)/g, (_, letter) => letter.toUpperCase()).replace(/[^A-Za-z0-9]/g, '')}`;
}

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
