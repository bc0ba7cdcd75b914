import cloudFormation from '../cloudformation-types.json' with { type: 'json' };
import type { Resource, Template } from '../packaged.ts';
import { arnOf, type Place, referredId, resourceOf } from './physical-names.ts';
import type { Call } from './policy.ts';

type Handler = 'create' | 'read' | 'update' | 'delete';
const TYPES = cloudFormation.types as Record<string, { calls: Partial<Record<Handler, string[]>> }>;
const HANDLERS: Handler[] = ['create', 'read', 'update', 'delete'];

/** Calls that CloudFormation makes only for properties that the template does not have. Where it gets one, they are needed. */
const ONLY_FOR: Record<string, [property: string, calls: string[]][]> = {
  'AWS::CloudTrail::Trail': [
    ['CloudWatchLogsRoleArn', ['iam:GetRole', 'iam:PassRole']],
    ['IsOrganizationTrail', ['iam:CreateServiceLinkedRole', 'organizations:*']],
  ],
  'AWS::Events::Rule': [['RoleArn', ['iam:PassRole']]],
  'AWS::IAM::Role': [['ManagedPolicyArns', ['iam:AttachRolePolicy', 'iam:DetachRolePolicy']]],
  'AWS::KMS::Key': [['Enabled', ['kms:DisableKey', 'kms:EnableKey']]],
  'AWS::Lambda::Function': [
    ['CapacityProviderConfig', ['lambda:PassCapacityProvider']],
    ['CodeSigningConfigArn', ['lambda:GetCodeSigningConfig']],
    ['CodeSigningConfigArn', ['lambda:PutFunctionCodeSigningConfig', 'lambda:DeleteFunctionCodeSigningConfig']],
    ['FileSystemConfigs', ['elasticfilesystem:*', 's3files:*']],
    ['FunctionScalingConfig', ['lambda:PutFunctionScalingConfig']],
    ['KmsKeyArn', ['kms:*']],
    ['Layers', ['lambda:GetLayerVersion']],
    ['PublishToLatestPublished', ['lambda:PublishVersion']],
    ['RecursiveLoop', ['lambda:PutFunctionRecursionConfig']],
    ['ReservedConcurrentExecutions', ['lambda:PutFunctionConcurrency', 'lambda:DeleteFunctionConcurrency']],
    ['RuntimeManagementConfig', ['lambda:PutRuntimeManagementConfig']],
    ['VpcConfig', ['ec2:*']],
  ],
  'AWS::Logs::LogGroup': [
    ['DataProtectionPolicy', ['logs:PutDataProtectionPolicy', 'logs:DeleteDataProtectionPolicy']],
    ['KmsKeyId', ['logs:AssociateKmsKey', 'logs:DisassociateKmsKey']],
    // Of the class DELIVERY.
    ['LogGroupClass', ['firehose:TagDeliveryStream', 's3:REST.PUT.OBJECT']],
  ],
  'AWS::S3::Bucket': [
    ['AccelerateConfiguration', ['s3:PutAccelerateConfiguration']],
    ['AnalyticsConfigurations', ['s3:PutAnalyticsConfiguration']],
    ['IntelligentTieringConfigurations', ['s3:PutIntelligentTieringConfiguration']],
    ['InventoryConfigurations', ['s3:PutInventoryConfiguration']],
    // Its target gets an object that shows whether it is writable.
    ['LoggingConfiguration', ['s3:DeleteObject', 's3:PutObjectAcl']],
    ['MetadataTableConfiguration', ['s3:CreateBucketMetadataTableConfiguration', 's3tables:*']],
    ['MetricsConfigurations', ['s3:PutMetricsConfiguration']],
    ['ObjectLockConfiguration', ['s3:PutObjectLockConfiguration']],
    ['ReplicationConfiguration', ['iam:PassRole', 's3:PutReplicationConfiguration']],
  ],
  'AWS::SNS::Subscription': [['SubscriptionRoleArn', ['iam:GetRole', 'iam:PassRole']]],
  'AWS::SNS::Topic': [
    ['DataProtectionPolicy', ['sns:PutDataProtectionPolicy']],
    ['DeliveryStatusLogging', ['iam:GetRole', 'iam:PassRole']],
  ],
  'AWS::StepFunctions::StateMachine': [['DefinitionS3Location', ['s3:GetObject']]],
};

/** Actions without a resource type, or whose one resource AWS does not check by name: only `*` allows them.
 * Source: Service Authorization Reference. */
const WITHOUT_RESOURCE = new Set([
  ...['cloudformation:ValidateTemplate', 'cloudtrail:DescribeTrails', 'cloudwatch:DescribeAlarms'],
  ...['kms:CreateKey', 'kms:ListAliases'],
  ...['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery'],
  ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
  ...['sns:GetSubscriptionAttributes', 'sns:SetSubscriptionAttributes', 'sns:Unsubscribe'],
]);

const PASSED_TO: Record<string, [service: string, roleOf: (properties: Record<string, unknown>) => unknown]> = {
  'AWS::Lambda::Function': ['lambda.amazonaws.com', ({ Role }) => Role],
  'AWS::StepFunctions::StateMachine': ['states.amazonaws.com', ({ RoleArn }) => RoleArn],
  'AWS::Scheduler::Schedule': ['scheduler.amazonaws.com', ({ Target }) => (Target as { RoleArn: unknown }).RoleArn],
};

/** Every call of creating, reading, updating and deleting the template's resources, in the name of whoever deploys. */
export function callsOf(template: Template, place: Place): Call[] {
  return [
    ...Object.entries(template.Resources).flatMap(([id, resource]) => callsFor(template, id, resource, place)),
    ...callsOfOsls(template, place),
    ...loggingCalls(),
  ];
}

function callsFor(template: Template, id: string, resource: Resource, place: Place): Call[] {
  const type = TYPES[resource.Type];
  if (!type) throw new Error(`The calls of ${resource.Type} are unknown.`);
  return HANDLERS.flatMap((handler) =>
    (type.calls[handler] ?? [])
      .filter((action) => isNeeded(action, resource))
      .flatMap((action) =>
        resourcesOf(action, template, id, place).map((one) => ({
          action,
          resource: one,
          context: contextOf(action, handler, holderOf(template, resource)),
        })),
      ),
  );
}

function isNeeded(action: string, { Type, Properties }: Resource): boolean {
  const text = JSON.stringify(Properties);
  const reasons = (ONLY_FOR[Type] ?? []).filter(([, calls]) =>
    calls.some((call) => call === action || (call.endsWith('*') && action.startsWith(call.slice(0, -1)))),
  );
  return reasons.length === 0 || reasons.some(([property]) => text.includes(`"${property}":`));
}

/** What a call is about: in most cases the resource itself. */
function resourcesOf(action: string, template: Template, id: string, place: Place): string[] {
  const { Type, Properties } = resourceOf(template, id);
  if (WITHOUT_RESOURCE.has(action.replace(/^CloudTrail/, 'cloudtrail'))) return ['*'];
  const arn = (value: unknown) => arnOf(template, referredId(value), place);
  if (action === 'iam:PassRole') return [arn(PASSED_TO[Type]?.[1](Properties))];
  if (Type === 'AWS::Lambda::Function' && action.startsWith('s3:')) return [artifactOf(template, Properties, place)];
  switch (Type) {
    case 'AWS::IAM::RolePolicy':
      return [arn(Properties.RoleName)];
    case 'AWS::KMS::Alias':
      return [arnOf(template, id, place), arn(Properties.TargetKeyId)];
    case 'AWS::Lambda::EventInvokeConfig':
    case 'AWS::Lambda::Permission':
      return [arn(Properties.FunctionName)];
    case 'AWS::S3::BucketPolicy':
      return [arn(Properties.Bucket)];
    case 'AWS::SNS::Subscription':
      return [arn(Properties.TopicArn)];
    case 'AWS::SNS::TopicPolicy':
      return (Properties.Topics as unknown[]).map(arn);
    case 'AWS::SQS::QueuePolicy':
      return (Properties.Queues as unknown[]).map(arn);
    default:
      return [arnOf(template, id, place)];
  }
}

function artifactOf(template: Template, { Code }: Record<string, unknown>, place: Place): string {
  return `${arnOf(template, 'ServerlessDeploymentBucket', place)}/${(Code as { S3Key: string }).S3Key}`;
}

/** The role of a policy, in the place of the policy: IAM checks the boundary of the role. */
function holderOf(template: Template, resource: Resource): Resource {
  return resource.Type === 'AWS::IAM::RolePolicy'
    ? resourceOf(template, referredId(resource.Properties.RoleName))
    : resource;
}

/** A key has its tags from the moment when it is made. */
function contextOf(action: string, handler: Handler, { Type, Properties }: Resource): Record<string, string> {
  const service = PASSED_TO[Type]?.[0];
  if (action === 'iam:PassRole' && service) return { 'iam:PassedToService': service };
  if (Type === 'AWS::IAM::Role' && typeof Properties.PermissionsBoundary === 'string') {
    return { 'iam:PermissionsBoundary': Properties.PermissionsBoundary };
  }
  // The key of an alias has the tag of every key of the template.
  const tags = (Properties.Tags ?? [{ Key: 'personalize-dataset-export', Value: '' }]) as {
    Key: string;
    Value: string;
  }[];
  const isNew = handler === 'create' && ['kms:CreateKey', 'kms:TagResource'].includes(action);
  const prefix = isNew ? 'aws:RequestTag' : 'aws:ResourceTag';
  return action.startsWith('kms:') ? Object.fromEntries(tags.map(({ Key, Value }) => [`${prefix}/${Key}`, Value])) : {};
}

/** What osls itself calls to deploy, to show and to remove a service. Source: lib/plugins/aws of osls 4.3.1. */
function callsOfOsls(template: Template, place: Place): Call[] {
  const { partition, region, accountId, stackName } = place;
  const stack = `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/1234abcd`;
  const bucket = arnOf(template, 'ServerlessDeploymentBucket', place);
  const folder = `${bucket}/serverless/personalize-dataset-export/${stackName.replace('personalize-dataset-export-', '')}`;
  const on = (resource: string, service: string, names: string[]) =>
    names.map((name) => ({ action: `${service}:${name}`, resource }));
  return [
    ...on(stack, 'cloudformation', ['CreateStack', 'UpdateStack', 'DeleteStack', 'TagResource', 'UntagResource']),
    ...on(stack, 'cloudformation', ['DescribeStacks', 'DescribeStackEvents', 'DescribeStackResource']),
    ...on(stack, 'cloudformation', ['DescribeStackResources', 'ListStackResources', 'GetTemplate']),
    ...on('*', 'cloudformation', ['ValidateTemplate']),
    // HeadBucket and ListObjects need s3:ListBucket.
    ...on(bucket, 's3', ['ListBucket', 'ListBucketVersions', 'GetBucketLocation']),
    ...on(`${folder}/1-2/one.zip`, 's3', ['GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload']),
  ];
}

/** What Step Functions asks for before it makes a state machine with a log.
 * Source: Step Functions developer guide, "Using CloudWatch Logs to log execution history". */
function loggingCalls(): Call[] {
  return [...WITHOUT_RESOURCE]
    .filter((action) => action.startsWith('logs:'))
    .map((action) => ({ action, resource: '*' }));
}
