import type { InputTransformer } from '../events/input-transformer.ts';
import type { ScheduleSpec } from '../events/schedules.ts';
import type { RuleSpec } from '../events/service.ts';
import type { Policies } from '../iam/policies.ts';
import type { EventInvokeConfig } from '../lambda/asynchronous-invocations.ts';
import type { FunctionSpec } from '../lambda/functions.ts';
import type { BucketSpec } from '../s3/service.ts';
import type { StateMachineSpec } from '../step-functions/service.ts';
import type { StackAddress } from './attributes.ts';
import { policiesOf } from './policies.ts';
import { resolveTemplate, type Template } from './template.ts';

/** The part of a template that the local AWS runs. Keys, log groups, alarms and others are ignored. */
export interface Stack {
  functions: FunctionSpec[];
  /** By the name of the function. */
  eventInvokeConfigs: Map<string, EventInvokeConfig>;
  stateMachines: StateMachineSpec[];
  rules: RuleSpec[];
  buckets: BucketSpec[];
  topicNames: string[];
  queueNames: string[];
  schedules: ScheduleSpec[];
  policies: Policies;
  outputs: Record<string, string>;
}

interface BucketProperties {
  BucketEncryption?: { ServerSideEncryptionConfiguration?: EncryptionRule[] };
  VersioningConfiguration?: { Status?: 'Enabled' | 'Suspended' };
  NotificationConfiguration?: { EventBridgeConfiguration?: object };
}

interface EncryptionRule {
  BucketKeyEnabled?: boolean;
  ServerSideEncryptionByDefault?: { SSEAlgorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'; KMSMasterKeyID?: string };
}

interface ScheduleProperties {
  Name: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  State: 'ENABLED' | 'DISABLED';
  Target: { Arn: string; RoleArn: string; Input: string; DeadLetterConfig?: { Arn?: string } };
}

interface FunctionProperties {
  FunctionName: string;
  Role: string;
  Handler: string;
  Timeout: number;
  MemorySize: number;
  Environment?: { Variables?: Record<string, unknown> };
}

interface EventInvokeConfigProperties {
  FunctionName: string;
  MaximumRetryAttempts?: number;
  DestinationConfig?: { OnFailure?: { Destination?: string } };
}

interface StateMachineProperties {
  StateMachineName: string;
  RoleArn: string;
  DefinitionString: string;
  DefinitionSubstitutions?: Record<string, string>;
}

interface RuleProperties {
  EventBusName?: string;
  EventPattern: Record<string, unknown>;
  State?: 'ENABLED' | 'DISABLED';
  Targets: {
    Arn: string;
    Input?: string;
    InputPath?: string;
    InputTransformer?: InputTransformer;
    RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
    DeadLetterConfig?: { Arn?: string };
  }[];
}

/** Reads a packaged template as CloudFormation would deploy it at `address`.
 * @throws Error for an intrinsic function, a reference or a policy that is not supported. */
export function stackOf(packaged: Template, address: StackAddress): Stack {
  const { resolved: template, attribute } = resolveTemplate(packaged, address);
  const arnOf = (logicalId: string) =>
    attribute(logicalId, template.Resources[logicalId]?.Type === 'AWS::SNS::Topic' ? 'TopicArn' : 'Arn');
  const ofType = <Properties, Made>(type: string, make: (properties: Properties, logicalId: string) => Made): Made[] =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => make(resource.Properties as Properties, logicalId));
  return {
    functions: ofType('AWS::Lambda::Function', (properties: FunctionProperties, id) =>
      functionSpec(properties, arnOf(id)),
    ),
    eventInvokeConfigs: new Map(ofType('AWS::Lambda::EventInvokeConfig', eventInvokeConfig)),
    stateMachines: ofType('AWS::StepFunctions::StateMachine', (properties: StateMachineProperties, id) =>
      stateMachineSpec(properties, arnOf(id)),
    ),
    rules: ofType('AWS::Events::Rule', (properties: RuleProperties, id) => ruleSpec(properties, arnOf(id))),
    buckets: ofType('AWS::S3::Bucket', (properties: BucketProperties, id) => bucketSpec(properties, arnOf(id))),
    topicNames: ofType('AWS::SNS::Topic', ({ TopicName }: { TopicName: string }) => TopicName),
    queueNames: ofType('AWS::SQS::Queue', (_, id) => arnOf(id).split(':').pop() ?? ''),
    schedules: ofType('AWS::Scheduler::Schedule', (properties: ScheduleProperties, id) =>
      scheduleSpec(properties, arnOf(id)),
    ),
    policies: policiesOf(template, arnOf),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, String(Value)]),
    ),
  };
}

function eventInvokeConfig(properties: EventInvokeConfigProperties): [functionName: string, EventInvokeConfig] {
  const { FunctionName, MaximumRetryAttempts, DestinationConfig } = properties;
  return [
    FunctionName,
    { maximumRetryAttempts: MaximumRetryAttempts, onFailureArn: DestinationConfig?.OnFailure?.Destination },
  ];
}

function functionSpec(properties: FunctionProperties, functionArn: string): FunctionSpec {
  const { FunctionName, Role, Handler, Timeout, MemorySize, Environment } = properties;
  const variables = Object.entries(Environment?.Variables ?? {});
  return {
    functionArn,
    functionName: FunctionName,
    roleArn: Role,
    handler: Handler,
    timeoutSeconds: Timeout,
    memorySize: MemorySize,
    environment: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
  };
}

function stateMachineSpec(properties: StateMachineProperties, stateMachineArn: string): StateMachineSpec {
  const { StateMachineName, RoleArn, DefinitionString, DefinitionSubstitutions = {} } = properties;
  const definition = substitute(DefinitionString, DefinitionSubstitutions);
  return { stateMachineArn, name: StateMachineName, roleArn: RoleArn, definition };
}

/** Replaces the placeholders in a definition as CloudFormation does.
 * @throws Error for a placeholder without a value */
function substitute(definition: string, substitutions: Record<string, string>): string {
  return definition.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = substitutions[name];
    if (value === undefined) throw new Error(`The definition's placeholder ${name} is not in DefinitionSubstitutions.`);
    return value;
  });
}

function ruleSpec(properties: RuleProperties, ruleArn: string): RuleSpec {
  const { EventBusName = 'default', EventPattern, State = 'ENABLED', Targets } = properties;
  const name = ruleArn.split('/').pop() ?? '';
  const targets = Targets.map(({ Arn, Input, InputPath, InputTransformer, RetryPolicy, DeadLetterConfig }) => ({
    arn: Arn,
    input: Input,
    inputPath: InputPath,
    inputTransformer: InputTransformer,
    deadLetterArn: DeadLetterConfig?.Arn,
    maximumRetryAttempts: RetryPolicy?.MaximumRetryAttempts,
    maximumEventAgeInSeconds: RetryPolicy?.MaximumEventAgeInSeconds,
  }));
  return { name, eventBusName: EventBusName, eventPattern: EventPattern, state: State, targets };
}

function bucketSpec(properties: BucketProperties, bucketArn: string): BucketSpec {
  const { VersioningConfiguration, NotificationConfiguration, BucketEncryption } = properties;
  const [rule] = BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
  return {
    name: bucketArn.split(':::')[1] ?? '',
    versioning: VersioningConfiguration?.Status,
    encryption: rule && encryptionOf(rule),
    notifiesEventBridge: NotificationConfiguration?.EventBridgeConfiguration !== undefined,
  };
}

function encryptionOf({ BucketKeyEnabled, ServerSideEncryptionByDefault: byDefault }: EncryptionRule) {
  return {
    ServerSideEncryption: byDefault?.SSEAlgorithm ?? 'AES256',
    SSEKMSKeyId: byDefault?.KMSMasterKeyID,
    BucketKeyEnabled,
  };
}

function scheduleSpec(properties: ScheduleProperties, scheduleArn: string): ScheduleSpec {
  const { Name, ScheduleExpression, ScheduleExpressionTimezone, State, Target } = properties;
  const { Arn, RoleArn, Input, DeadLetterConfig } = Target;
  const target = { arn: Arn, roleArn: RoleArn, input: Input, deadLetterArn: DeadLetterConfig?.Arn };
  return {
    scheduleArn,
    name: Name,
    expression: ScheduleExpression,
    timeZone: ScheduleExpressionTimezone,
    state: State,
    target,
  };
}
