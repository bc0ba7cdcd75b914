import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../protocols/account.ts';

/** A template that `serverless package` wrote, with its intrinsic functions. */
export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown }>;
}

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** Where the stack is deployed. */
export interface StackAddress extends Account {
  stackName: string;
}

type Attributes = Record<string, string>;

/** Reads the template in the folder that `serverless package --package <folder>` wrote. */
export async function readTemplate(packageDir: string): Promise<Template> {
  return JSON.parse(await readFile(join(packageDir, 'cloudformation-template-update-stack.json'), 'utf8'));
}

/** The values of `Ref` (as `Ref`) and `Fn::GetAtt` for a resource, by its type. Names are made as CloudFormation makes them. */
const ATTRIBUTES: Record<string, (id: string, properties: Record<string, unknown>, arn: ArnMaker) => Attributes> = {
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

interface ArnMaker {
  stackName: string;
  arn(service: string, resource: string, of?: { global?: boolean; regionless?: boolean }): string;
  queueUrl(name: string): string;
}

/** Resolves every intrinsic function of a template that is deployed at `address`.
 * @returns the template, and the values of `Fn::GetAtt`
 * @throws Error for an intrinsic function or a reference that is not known: nothing is guessed */
export function resolveTemplate(
  template: Template,
  address: StackAddress,
): { resolved: Template; attribute: (logicalId: string, name: string) => string } {
  const { stackName, accountId, region, partition } = address;
  const pseudo: Record<string, string> = {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
  const maker: ArnMaker = {
    stackName,
    arn: (service, resource, { global, regionless } = {}) =>
      `arn:${partition}:${service}:${global || regionless ? '' : region}:${global ? '' : accountId}:${resource}`,
    queueUrl: (name) => `https://sqs.${region}.${pseudo['AWS::URLSuffix']}/${accountId}/${name}`,
  };

  const attribute = (id: string, name: string): string => {
    const pseudoValue = name === 'Ref' ? pseudo[id] : undefined;
    if (pseudoValue !== undefined) return pseudoValue;
    const resource = template.Resources[id];
    if (!resource) throw new Error(`The template refers to ${id}, which it does not have.`);
    const properties = Object.fromEntries(
      Object.entries(resource.Properties)
        .filter(([key]) => /Name$/.test(key))
        .map(([key, value]) => [key, resolve(value)]),
    );
    const value =
      ATTRIBUTES[resource.Type]?.(id, properties, maker)[name] ?? (name === 'Ref' ? `${stackName}-${id}` : undefined);
    if (value === undefined) throw new Error(`${name} of ${id} (${resource.Type}) is not known to the local AWS.`);
    return value;
  };

  const substitute = (text: string, variables: Record<string, unknown> = {}): string =>
    text.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      if (Object.hasOwn(variables, name)) return String(resolve(variables[name]));
      const [id = '', attributeName = 'Ref'] = name.split('.');
      return attribute(id, attributeName);
    });

  const intrinsics: Record<string, (argument: never) => unknown> = {
    Ref: (id: string) => attribute(id, 'Ref'),
    'Fn::GetAtt': (path: string | string[]) => attribute(...([path].flat().join('.').split('.') as [string, string])),
    'Fn::Sub': (value: string | [string, Record<string, unknown>]) =>
      typeof value === 'string' ? substitute(value) : substitute(...value),
    'Fn::Join': ([separator, parts]: [string, unknown[]]) => parts.map(resolve).join(separator),
  };

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== 'object') return value;
    const [[key, argument] = [], ...others] = Object.entries(value);
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      const intrinsic = intrinsics[key];
      if (!intrinsic) throw new Error(`The intrinsic function ${key} is not known to the local AWS.`);
      return intrinsic(argument as never);
    }
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolve(member)]));
  }

  return { resolved: resolve(template) as Template, attribute };
}
