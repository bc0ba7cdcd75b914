import type { Account } from '../protocols/account.ts';

/** Where the stack is deployed. */
export interface StackAddress extends Account {
  stackName: string;
}

type Attributes = Record<string, string>;

/** How the names, ARNs and URLs of resources are made. */
export interface Naming {
  stackName: string;
  arn(service: string, resource: string, of?: { global?: boolean; regionless?: boolean }): string;
  queueUrl(name: string): string;
}

/** The values of `Ref` (as `Ref`) and `Fn::GetAtt` for a resource, by its type. Names are made as CloudFormation makes them. */
export const ATTRIBUTES: Record<string, (id: string, properties: Record<string, unknown>, arn: Naming) => Attributes> =
  {
    'AWS::S3::Bucket': (id, { BucketName }, { stackName, arn }) => {
      const name = String(BucketName ?? `${stackName}-${id}`).toLowerCase();
      return { Ref: name, Arn: arn('s3', name, { global: true }) };
    },
    'AWS::SNS::Topic': (id, { TopicName }, { arn }) => {
      const topicArn = arn('sns', String(TopicName ?? id));
      return { Ref: topicArn, TopicArn: topicArn, TopicName: String(TopicName ?? id) };
    },
    'AWS::SQS::Queue': (id, { QueueName }, { stackName, arn, queueUrl }) => {
      const name = String(QueueName ?? `${stackName}-${id}`);
      return { Ref: queueUrl(name), QueueUrl: queueUrl(name), QueueName: name, Arn: arn('sqs', name) };
    },
    'AWS::KMS::Key': (id, _, { arn }) => ({ Ref: id, KeyId: id, Arn: arn('kms', `key/${id}`) }),
    'AWS::IAM::Role': (id, { RoleName }, { stackName, arn }) => {
      const name = String(RoleName ?? `${stackName}-${id}`);
      return { Ref: name, Arn: arn('iam', `role/${name}`, { regionless: true }) };
    },
    'AWS::Lambda::Function': (_, { FunctionName }, { arn }) => ({
      Ref: String(FunctionName),
      Arn: arn('lambda', `function:${FunctionName}`),
    }),
    'AWS::Logs::LogGroup': (_, { LogGroupName }, { arn }) => ({
      Ref: String(LogGroupName),
      Arn: arn('logs', `log-group:${LogGroupName}:*`),
    }),
    'AWS::StepFunctions::StateMachine': (_, { StateMachineName }, { arn }) => {
      const stateMachineArn = arn('states', `stateMachine:${StateMachineName}`);
      return { Ref: stateMachineArn, Arn: stateMachineArn, Name: String(StateMachineName) };
    },
    'AWS::Scheduler::Schedule': (_, { Name, GroupName = 'default' }, { arn }) => ({
      Ref: String(Name),
      Arn: arn('scheduler', `schedule/${GroupName}/${Name}`),
    }),
    'AWS::Scheduler::ScheduleGroup': (_, { Name }, { arn }) => ({
      Ref: String(Name),
      Arn: arn('scheduler', `schedule-group/${Name}`),
    }),
    'AWS::Events::Rule': (id, { Name: given, EventBusName = 'default' }, { stackName, arn }) => {
      const Name = given ?? `${stackName}-${id}`;
      const path = EventBusName === 'default' ? Name : `${EventBusName}/${Name}`;
      return { Ref: String(path).replace('/', '|'), Arn: arn('events', `rule/${path}`) };
    },
  };

/** The values of the pseudo parameters that a template may use. */
export function pseudoParameters({ stackName, accountId, region, partition }: StackAddress): Record<string, string> {
  return {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': urlSuffix(partition),
  };
}

export function namingAt({ stackName, accountId, region, partition }: StackAddress): Naming {
  return {
    stackName,
    arn: (service, resource, { global, regionless } = {}) =>
      `arn:${partition}:${service}:${global || regionless ? '' : region}:${global ? '' : accountId}:${resource}`,
    queueUrl: (name) => `https://sqs.${region}.${urlSuffix(partition)}/${accountId}/${name}`,
  };
}

function urlSuffix(partition: string): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}
