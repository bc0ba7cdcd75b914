import { generatedName, type Place, arnOf as physicalArn } from '../deployer/physical-names.ts';
import { ofType, propertiesOf, type SetName, type Template, templateOf } from '../packaged.ts';

/** What AWS answers to a command, by the command's name without `Command`. */
export type Answers = Record<string, (input: Input) => unknown>;

// biome-ignore lint/suspicious/noExplicitAny: each command has its own input.
type Input = any;

/** An account in which a template is deployed and everything is in order. */
export interface Account {
  place: Place;
  template: Template;
  answers: Answers;
  outputs: Record<string, string>;
  datasetArn: string;
}

export const AT = new Date('2026-03-14T09:00:00.000Z');

const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';

/** A healthy account with the stack of a parameter set. */
export async function accountOf(name: SetName): Promise<Account> {
  const template = await templateOf(name);
  const isChina = name === 'China';
  const address = isChina ? { partition: 'aws-cn', region: 'cn-north-1' } : { partition: 'aws', region: 'us-east-1' };
  const { StateMachineName } = propertiesOf(template, 'ExportStateMachine');
  return accountWith(template, { ...address, accountId: '123456789012', stackName: String(StateMachineName) });
}

/** The account, as its services describe it. */
function accountWith(template: Template, place: Place): Account {
  const outputs = outputsOf(template, place);
  const datasetArn = personalizeArn(place, 'dataset/shop/ITEMS');
  const parts = [stackAnswers, computeAnswers, triggerAnswers, messageAnswers, storageAnswers, personalizeAnswers];
  const answers = Object.assign({}, ...parts.map((part) => part({ template, place, outputs }))) as Answers;
  return { place, template, answers, outputs, datasetArn };
}

type World = Pick<Account, 'template' | 'place' | 'outputs'>;

const inRegion = ({ partition, region, accountId }: Place, service: string, resource: string) =>
  `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
const personalizeArn = (place: Place, resource: string) => inRegion(place, 'personalize', resource);

function outputsOf(template: Template, place: Place): Record<string, string> {
  const { stackName } = place;
  const has = (id: string) => Object.hasOwn(template.Resources, id);
  const given = (name: string) => {
    const value = template.Outputs[name]?.Value;
    return typeof value === 'string' ? value : '';
  };
  return {
    StateMachineArn: inRegion(place, 'states', `stateMachine:${stackName}`),
    ExportBucket: has('ExportBucket')
      ? generatedName('AWS::S3::Bucket', 'ExportBucket', stackName)
      : given('ExportBucket'),
    ExportTopicArn: has('ExportTopic') ? inRegion(place, 'sns', stackName) : given('ExportTopicArn'),
    AlarmTopicArn: inRegion(place, 'sns', `${stackName}-alarms`),
    PersonalizeRoleArn: has('PersonalizeRole')
      ? physicalArn(template, 'PersonalizeRole', place)
      : given('PersonalizeRoleArn'),
    ExportKeyArn: has('ExportKey') ? inRegion(place, 'kms', `key/${KEY_ID}`) : given('ExportKeyArn'),
    DeadLetterQueueUrl: `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${stackName}-dead-letters`,
  };
}

function stackAnswers({ template, place, outputs }: World): Answers {
  const { stackName, partition, accountId } = place;
  const ids = Object.keys(template.Resources);
  const physicalId = (id: string) =>
    id === 'SolutionImportActiveRule' ? `solution-bus|${stackName}-${id}-1A2B3C` : `${stackName}-${id}`;
  return {
    GetCallerIdentity: () => ({ Account: accountId, Arn: `arn:${partition}:iam::${accountId}:user/reader` }),
    DescribeStacks: () => ({
      Stacks: [
        {
          ...{ StackName: stackName, StackStatus: 'UPDATE_COMPLETE', CreationTime: AT, LastUpdatedTime: AT },
          DriftInformation: { StackDriftStatus: 'IN_SYNC', LastCheckTimestamp: AT },
          Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        },
      ],
    }),
    // Two pages.
    ListStackResources: ({ NextToken }) => ({
      StackResourceSummaries: (NextToken ? ids.slice(10) : ids.slice(0, 10)).map((id) => ({
        ...{ LogicalResourceId: id, PhysicalResourceId: physicalId(id), ResourceStatus: 'CREATE_COMPLETE' },
        ResourceType: template.Resources[id]?.Type,
      })),
      ...(!NextToken && { NextToken: 'more' }),
    }),
    GetTemplate: () => ({ TemplateBody: JSON.stringify(template) }),
  };
}

function computeAnswers({ template, place, outputs }: World): Answers {
  const runtimes = ofType(template, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.Runtime);
  const executionArn = (name: string) => `${outputs.StateMachineArn?.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    GetFunctionConfiguration: ({ FunctionName }) => ({
      ...{ FunctionName, State: 'Active', LastUpdateStatus: 'Successful', Runtime: runtimes[0] },
      LastModified: '2026-03-14T09:00:00.000+0000',
    }),
    DescribeStateMachine: () => ({ status: 'ACTIVE', definition: deployedDefinition(template, place) }),
    ListExecutions: () => ({
      executions: [
        { executionArn: executionArn('c'), status: 'RUNNING', startDate: AT },
        { executionArn: executionArn('b'), status: 'SUCCEEDED', startDate: AT, stopDate: AT },
        { executionArn: executionArn('a'), status: 'FAILED', startDate: AT, stopDate: AT },
      ],
    }),
    DescribeExecution: () => ({ status: 'FAILED', error: 'REJECTED' }),
  };
}

/** The definition as Step Functions returns it: CloudFormation has filled in the ARNs of the functions. */
export function deployedDefinition(template: Template, place: Place): string {
  const { DefinitionString, DefinitionSubstitutions } = propertiesOf(template, 'ExportStateMachine');
  const names = Object.keys(DefinitionSubstitutions as object);
  const functionName = (name: string) =>
    name
      .replace(/FunctionArn$/, '')
      .replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`)
      .toLowerCase();
  return names.reduce(
    (text, name) =>
      text.replaceAll(`\${${name}}`, inRegion(place, 'lambda', `function:${place.stackName}-${functionName(name)}`)),
    String(DefinitionString),
  );
}

function triggerAnswers({ template, place }: World): Answers {
  const { stackName } = place;
  const trailArn = inRegion(place, 'cloudtrail', 'trail/management');
  const target = {
    Arn: inRegion(place, 'lambda', `function:${stackName}-start-export`),
    DeadLetterConfig: { Arn: inRegion(place, 'sqs', `${stackName}-dead-letters`) },
  };
  const stateOf = (type: string, name: string) =>
    ofType(template, type).find(
      ([id, { Properties }]) => (Properties.Name ?? `${stackName}-${id}-1A2B3C`) === name,
    )?.[1].Properties.State;
  return {
    DescribeTrails: () => ({ trailList: [{ Name: 'management', TrailARN: trailArn, HomeRegion: place.region }] }),
    GetTrailStatus: () => ({ IsLogging: true }),
    GetEventSelectors: () => ({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' }] }),
    DescribeRule: ({ Name }) => ({ Name, State: stateOf('AWS::Events::Rule', Name) }),
    ListTargetsByRule: () => ({ Targets: [target] }),
    GetSchedule: ({ Name }) => ({
      ...{ Name, State: stateOf('AWS::Scheduler::Schedule', Name), ScheduleExpression: 'rate(1 day)' },
      ...{ ScheduleExpressionTimezone: 'UTC', Target: target },
    }),
  };
}

function messageAnswers({ outputs }: World): Answers {
  return {
    ListSubscriptionsByTopic: ({ TopicArn }) => ({
      Subscriptions: [{ SubscriptionArn: `${TopicArn}:1`, Protocol: 'email', Endpoint: 'data@example.com' }],
    }),
    GetTopicAttributes: () => ({ Attributes: { KmsMasterKeyId: outputs.ExportKeyArn } }),
    GetQueueUrl: () => ({ QueueUrl: outputs.DeadLetterQueueUrl }),
    GetQueueAttributes: ({ AttributeNames }) => ({
      Attributes: Object.fromEntries(AttributeNames.map((name: string) => [name, '0'])),
    }),
  };
}

/** A policy that lets Personalize act for the account, as the template writes it. */
export const personalizePolicy = ({ accountId }: Place, Action: string[], Resource?: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Effect: 'Allow', Principal: { Service: 'personalize.amazonaws.com' }, Action, Resource },
        Condition: {
          StringEqualsIfExists: { 'aws:SourceAccount': accountId },
          ArnLikeIfExists: { 'aws:SourceArn': `arn:*:personalize:*:${accountId}:*` },
        },
      },
      {
        ...{ Effect: 'Deny', Principal: '*', Action: '*', Resource: Resource && ['*'] },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });

function storageAnswers({ place, outputs }: World): Answers {
  const { ExportBucket, ExportKeyArn } = outputs;
  const bucketArn = `arn:${place.partition}:s3:::${ExportBucket}`;
  const key = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: ExportKeyArn };
  return {
    GetRole: () => ({
      Role: { AssumeRolePolicyDocument: encodeURIComponent(personalizePolicy(place, ['sts:AssumeRole'])) },
    }),
    SimulatePrincipalPolicy: ({ ActionNames }) => ({
      EvaluationResults: ActionNames.map((EvalActionName: string) => ({ EvalActionName, EvalDecision: 'allowed' })),
    }),
    GetBucketLocation: () => (place.region === 'us-east-1' ? {} : { LocationConstraint: place.region }),
    GetBucketPolicy: () => ({
      Policy: personalizePolicy(place, ['s3:PutObject', 's3:ListBucket'], [bucketArn, `${bucketArn}/*`]),
    }),
    GetBucketEncryption: () => ({
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: key }] },
    }),
    GetBucketNotificationConfiguration: () => ({ EventBridgeConfiguration: {} }),
    GetBucketVersioning: () => ({ Status: 'Enabled' }),
    DescribeKey: () => ({ KeyMetadata: { KeyState: 'Enabled' } }),
    GetKeyPolicy: () => ({ Policy: personalizePolicy(place, ['kms:*'], ['*']) }),
  };
}

function personalizeAnswers({ place }: World): Answers {
  const datasetGroupArn = personalizeArn(place, 'dataset-group/shop');
  const dataset = (datasetType: string) => ({
    ...{
      datasetArn: personalizeArn(place, `dataset/shop/${datasetType.toUpperCase()}`),
      datasetType,
      status: 'ACTIVE',
    },
    datasetGroupArn,
  });
  const job = { jobName: 'nightly', status: 'ACTIVE', creationDateTime: AT };
  return {
    ListDatasetGroups: () => ({
      datasetGroups: ['shop', 'news'].map((name) => ({ name, datasetGroupArn, status: 'ACTIVE' })),
    }),
    ListDatasets: () => ({ datasets: ['Interactions', 'Items', 'Actions'].map(dataset) }),
    ListDatasetExportJobs: () => ({ datasetExportJobs: [job] }),
    ListDatasetImportJobs: () => ({ datasetImportJobs: [job] }),
    DescribeDataset: () => ({ dataset: dataset('Items') }),
    DescribeDatasetGroup: () => ({ datasetGroup: { datasetGroupArn, status: 'ACTIVE' } }),
  };
}
