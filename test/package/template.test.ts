import { describe, expect, it } from 'vitest';
import { type SetName, setNames, type Template, templateOf } from './packaged.ts';

const template = await templateOf('every option');

it('the template has these resources', () => {
  const types = Map.groupBy(Object.values(template.Resources), ({ Type }) => Type);
  expect(Object.fromEntries([...types].map(([type, resources]) => [type, resources.length]))).toEqual({
    'AWS::CloudTrail::Trail': 1,
    'AWS::CloudWatch::Alarm': 13,
    'AWS::CloudWatch::Dashboard': 1,
    'AWS::Events::Rule': 4,
    'AWS::IAM::Role': 11,
    'AWS::IAM::RolePolicy': 1,
    'AWS::KMS::Alias': 1,
    'AWS::KMS::Key': 2,
    'AWS::Lambda::EventInvokeConfig': 1,
    'AWS::Lambda::Function': 7,
    'AWS::Lambda::Permission': 4,
    'AWS::Logs::LogGroup': 8,
    'AWS::S3::Bucket': 3,
    'AWS::S3::BucketPolicy': 3,
    'AWS::SNS::Subscription': 2,
    'AWS::SNS::Topic': 2,
    'AWS::SNS::TopicPolicy': 2,
    'AWS::SQS::Queue': 1,
    'AWS::SQS::QueuePolicy': 1,
    'AWS::Scheduler::Schedule': 3,
    'AWS::Scheduler::ScheduleGroup': 1,
    'AWS::StepFunctions::StateMachine': 1,
  });
});

describe.each(setNames)('the template with the settings "%s"', async (name) => {
  const text = JSON.stringify(await templateOf(name));

  it('the template has no unresolved variable of serverless.yml', () => {
    expect(text).not.toMatch(/\$\{(self|param|file|opt|sls|env):/);
  });

  it('the template is small enough for CloudFormation, which takes 1 MB from a bucket', () => {
    expect(text.length).toBeLessThan(1_000_000);
  });
});

it('the template names no partition, so that it deploys in China', async () => {
  const text = JSON.stringify(await templateOf('China'));
  expect(text).not.toContain('arn:aws:');
  expect(text).not.toContain('arn:aws-cn:');
});

it('the template neither makes nor refers to a resource that already exists', async () => {
  const existing = await templateOf('existing resources');
  const ids = ['ExportBucket', 'ExportBucketPolicy', 'ExportKey', 'ExportKeyAlias', 'PersonalizeRole', 'ExportTopic'];
  expect(Object.keys(existing.Resources).filter((id) => ids.includes(id))).toEqual([]);
  for (const id of ids) {
    expect(JSON.stringify(existing)).not.toContain(`{"Ref":"${id}"}`);
    expect(JSON.stringify(existing)).not.toContain(`{"Fn::GetAtt":["${id}"`);
  }
});

/** The type and name of every resource with a fixed name. */
const namesIn = ({ Resources }: Template) =>
  Object.values(Resources).flatMap(({ Type, Properties }) =>
    Object.entries(Properties)
      .filter(
        ([property, value]) => /^(?!MetricName|DisplayName)[A-Za-z]*Name$/.test(property) && typeof value === 'string',
      )
      .map(([, value]) => `${Type} ${value}`),
  );

it('the template has no name in common with another stage', async () => {
  const dev = namesIn(await templateOf('defaults'));
  expect(dev.length).toBeGreaterThan(20);
  expect(namesIn(template).filter((name) => dev.includes(name))).toEqual([]);
});

it('the template has no two resources of the same type with the same name', () => {
  const names = namesIn(template);
  expect(new Set(names).size).toBe(names.length);
});

const OUTPUTS = {
  StateMachineArn: { Ref: 'ExportStateMachine' },
  ExportBucket: { Ref: 'ExportBucket' },
  ExportTopicArn: { Ref: 'ExportTopic' },
  AlarmTopicArn: { Ref: 'AlarmTopic' },
  PersonalizeRoleArn: { 'Fn::GetAtt': ['PersonalizeRole', 'Arn'] },
  ExportKeyArn: { 'Fn::GetAtt': ['ExportKey', 'Arn'] },
  DeadLetterQueueUrl: { Ref: 'DeadLetterQueue' },
};
const EXISTING = {
  ...OUTPUTS,
  ExportBucket: 'my-bucket',
  ExportTopicArn: 'arn:aws:sns:us-east-1:123456789012:my-topic',
  PersonalizeRoleArn: 'arn:aws:iam::123456789012:role/personalize',
  ExportKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd',
};

it.each([
  ['defaults', OUTPUTS],
  ['every option', { ...OUTPUTS, RestoreRoleArn: { 'Fn::GetAtt': ['RestoreRole', 'Arn'] } }],
  ['existing resources', EXISTING],
] satisfies [SetName, object][])(
  'the outputs have what a script needs to know about a deployment (%s)',
  async (name, outputs) => {
    const { ServerlessDeploymentBucketName: _, ...own } = (await templateOf(name)).Outputs;
    expect(own).toEqual(Object.fromEntries(Object.entries(outputs).map(([output, Value]) => [output, { Value }])));
  },
);
