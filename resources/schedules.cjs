const { default: Ajv } = require('ajv');

const schema = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'expression', 'request'],
    properties: {
      name: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,30}$' },
      expression: { type: 'string', pattern: '^(cron|rate|at)\\([^()]+\\)$' },
      timeZone: { type: 'string', format: 'time-zone' },
      enabled: { type: 'boolean' },
      request: { type: 'object' },
    },
  },
};

const isTimeZone = (name) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
};

/** One EventBridge Scheduler schedule for each entry of the schedules file, and the role that they share. */
module.exports = async ({ resolveVariable }) => {
  const file = await resolveVariable('param:schedulesFile');
  const schedules = await resolveVariable(`file(${file})`);
  check(file, schedules);
  const name = await resolveVariable('self:custom.name');
  const entries = schedules.map((schedule) => [logicalId(schedule.name), resourceOf(schedule, name)]);
  return {
    Resources: entries.length > 0 ? { ...Object.fromEntries(entries), SchedulerRole: schedulerRole(name) } : {},
  };
};

function check(file, schedules) {
  const ajv = new Ajv({ allErrors: true, verbose: true, formats: { 'time-zone': isTimeZone } });
  const faults = ajv.validate(schema, schedules)
    ? []
    : ajv.errors.map(
        ({ instancePath, data, message }) => `${instancePath || '/'} is ${JSON.stringify(data)}, but ${message}.`,
      );
  const names = Array.isArray(schedules) ? schedules.map((schedule) => logicalId(String(schedule?.name))) : [];
  const repeated = names.find((id, index) => names.indexOf(id) !== index);
  if (repeated) faults.push(`two names are alike but for - and _: ${repeated}.`);
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
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: timeZone,
      State: enabled ? 'ENABLED' : 'DISABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': ['StartExportLambdaFunction', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] },
        // A run is known by its scheduled time: the execution-id of Scheduler is another one at each attempt.
        Input: JSON.stringify({
          id: '<aws.scheduler.execution-id>',
          source: 'aws.scheduler',
          'detail-type': 'Scheduled Export',
          detail: { schedule: name, scheduledTime: '<aws.scheduler.scheduled-time>', request },
        }),
        RetryPolicy: { MaximumRetryAttempts: 24, MaximumEventAgeInSeconds: 21600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
      },
    },
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
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
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
