import type { Resource, Template } from '../packaged.ts';

/** Where a template is deployed. */
export interface Place {
  partition: string;
  region: string;
  accountId: string;
  stackName: string;
}

/** Characters that CloudFormation keeps of the stack's name and of the logical id where the whole name would be too long.
 * Source: names of resources in public stacks. */
const KEPT_CHARACTERS = 24;
const MOST_CHARACTERS: Record<string, number> = {
  'AWS::S3::Bucket': 63,
  'AWS::IAM::Role': 64,
  'AWS::Events::Rule': 64,
};

/** CloudFormation's name for a resource that has none: `<stack>-<logical id>-<12 characters>`, cut where it is too long. */
export function generatedName(type: string, id: string, stackName: string): string {
  const random = '1A2B3C4D5E6F';
  const whole = `${stackName}-${id}-${random}`;
  const name =
    whole.length <= (MOST_CHARACTERS[type] ?? Number.POSITIVE_INFINITY)
      ? whole
      : `${stackName.slice(0, KEPT_CHARACTERS)}-${id.slice(0, KEPT_CHARACTERS)}-${random}`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

/** The property that names a resource of a type. */
const NAME_PROPERTIES: Record<string, string> = {
  'AWS::CloudTrail::Trail': 'TrailName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/** The part of an ARN after the account, by type and name. */
const RESOURCES: Record<string, (name: string, properties: Record<string, unknown>) => string> = {
  'AWS::CloudTrail::Trail': (name) => `cloudtrail:R:A:trail/${name}`,
  'AWS::CloudWatch::Alarm': (name) => `cloudwatch:R:A:alarm:${name}`,
  'AWS::CloudWatch::Dashboard': (name) => `cloudwatch::A:dashboard/${name}`,
  'AWS::Events::Rule': (name, { EventBusName }) => `events:R:A:rule/${EventBusName ? `${EventBusName}/` : ''}${name}`,
  'AWS::IAM::Role': (name) => `iam::A:role/${name}`,
  'AWS::Lambda::Function': (name) => `lambda:R:A:function:${name}`,
  'AWS::Logs::LogGroup': (name) => `logs:R:A:log-group:${name}`,
  'AWS::S3::Bucket': (name) => `s3:::${name}`,
  'AWS::SNS::Topic': (name) => `sns:R:A:${name}`,
  'AWS::SQS::Queue': (name) => `sqs:R:A:${name}`,
  'AWS::Scheduler::ScheduleGroup': (name) => `scheduler:R:A:schedule-group/${name}`,
  'AWS::StepFunctions::StateMachine': (name) => `states:R:A:stateMachine:${name}`,
};

/** The ARN that a resource of the template will have.
 * @throws Error for a resource whose ARN is unknown */
export function arnOf(template: Template, id: string, place: Place): string {
  const { Type, Properties } = resourceOf(template, id);
  const arn = (text: string) =>
    `arn:${place.partition}:${text.replace(':R:', `:${place.region}:`).replace(':A:', `:${place.accountId}:`)}`;
  if (Type === 'AWS::KMS::Key') return arn('kms:R:A:key/1234abcd-12ab-34cd-56ef-1234567890ab');
  if (Type === 'AWS::KMS::Alias') return arn(`kms:R:A:${Properties.AliasName}`);
  if (Type === 'AWS::Scheduler::Schedule') {
    const group = arnOf(template, (Properties.GroupName as { Ref: string }).Ref, place)
      .split('/')
      .pop();
    return arn(`scheduler:R:A:schedule/${group}/${Properties.Name}`);
  }
  const make = RESOURCES[Type];
  if (!make) throw new Error(`The ARN of ${id} (${Type}) is unknown.`);
  return arn(make(nameOf(id, { Type, Properties }, place), Properties));
}

function nameOf(id: string, { Type, Properties }: Resource, { stackName }: Place): string {
  const given = Properties[NAME_PROPERTIES[Type] ?? ''];
  return given === undefined ? generatedName(Type, id, stackName) : String(given);
}

export function resourceOf(template: Template, id: string): Resource {
  const resource = template.Resources[id];
  if (!resource) throw new Error(`The template has no resource ${id}.`);
  return resource;
}

/** The logical id that a value refers to: `{"Ref": id}`, `{"Fn::GetAtt": [id, …]}` or `{"Fn::Sub": "${id.Arn}"}`. */
export function referredId(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Record<string, string & string[]>;
  const id = Ref ?? attribute?.[0] ?? text?.slice(2, -'.Arn}'.length);
  if (id === undefined) throw new Error(`Not a reference: ${JSON.stringify(value)}`);
  return id;
}
