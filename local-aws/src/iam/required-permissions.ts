import type { ApiRequest } from '../protocols/api-request.ts';
import { AwsError } from '../protocols/aws-json.ts';
import { type Input, type Needs, on, onAnything, type Place, withKey } from './needs.ts';
import { S3_NEEDS } from './s3-permissions.ts';
import type { Permission } from './statement.ts';

export type { Place } from './needs.ts';

/** The permissions that a call needs, in the order in which a refusal names them. An operation that is not in the table needs the
 * action with its own name, on `*`. This is not possible for S3: its actions and its operations have different names.
 * Source: Service Authorization Reference; for KMS, the guide of each service.
 * @throws AwsError `NotImplemented` for an operation of S3 that is not in the table */
export function requiredPermissions({ service, operation, input }: ApiRequest, place: Place): Permission[] {
  const needs = NEEDS[service]?.[operation];
  if (needs) return needs(input, place);
  if (service === 's3')
    throw new AwsError('NotImplemented', `The permissions that ${operation} needs are not known.`, 501);
  return onAnything(`${service}:${operation}`)(input, place);
}

/** Creating a job needs the action on the dataset and on the job, and the permission to pass its role to the service. */
function creatingJob(action: string, kind: string): Needs {
  return ({ datasetArn, jobName, roleArn, tags }, { partition, region, accountId }) => {
    const jobArn = `arn:${partition}:personalize:${region}:${accountId}:${kind}/${jobName}`;
    const passRole = {
      action: 'iam:PassRole',
      resource: String(roleArn),
      context: { 'iam:PassedToService': 'personalize.amazonaws.com' },
    };
    return [
      { action, resource: String(datasetArn) },
      { action, resource: jobArn },
      ...(roleArn === undefined ? [] : [passRole]),
      ...(Array.isArray(tags) && tags.length > 0 ? [{ action: 'personalize:TagResource', resource: jobArn }] : []),
    ];
  };
}

/** The name of the queue is the last part of its URL. */
function onQueue(action: string, ...keyActions: string[]): Needs {
  return ({ QueueUrl }, place) => {
    const name = String(QueueUrl).split('/').pop();
    const resource = `arn:${place.partition}:sqs:${place.region}:${place.accountId}:${name}`;
    return [{ action, resource }, ...withKey(resource, keyActions, 'sqs', place)];
  };
}

/** An action on a database or a table of the Data Catalog needs the permission on everything above it, too.
 * Source: Glue developer guide, "Specifying AWS Glue resource ARNs". */
function onCatalog(action: string, nameOf: (input: Input) => { database: unknown; table?: unknown }): Needs {
  return (input, { partition, region, accountId }) => {
    const { database, table } = nameOf(input);
    const path = [
      'catalog',
      `database/${String(database).toLowerCase()}`,
      ...(table === undefined ? [] : [`table/${database}/${table}`.toLowerCase()]),
    ];
    return path.map((resource) => ({ action, resource: `arn:${partition}:glue:${region}:${accountId}:${resource}` }));
  };
}

const inTableInput = ({ DatabaseName, TableInput }: Input) => ({
  database: DatabaseName,
  table: String((TableInput as Input | undefined)?.Name),
});
const byTableName = ({ DatabaseName, Name }: Input) => ({ database: DatabaseName, table: String(Name) });

const NEEDS: Record<string, Record<string, Needs>> = {
  personalize: {
    CreateDatasetExportJob: creatingJob('personalize:CreateDatasetExportJob', 'dataset-export-job'),
    CreateDatasetImportJob: creatingJob('personalize:CreateDatasetImportJob', 'dataset-import-job'),
    DescribeDataset: on('personalize:DescribeDataset', 'datasetArn'),
    DescribeDatasetGroup: on('personalize:DescribeDatasetGroup', 'datasetGroupArn'),
    DescribeDatasetExportJob: on('personalize:DescribeDatasetExportJob', 'datasetExportJobArn'),
    DescribeDatasetImportJob: on('personalize:DescribeDatasetImportJob', 'datasetImportJobArn'),
    DescribeSchema: on('personalize:DescribeSchema', 'schemaArn'),
    TagResource: on('personalize:TagResource', 'resourceArn'),
    UntagResource: on('personalize:UntagResource', 'resourceArn'),
    ListTagsForResource: on('personalize:ListTagsForResource', 'resourceArn'),
    // In the reference, only the list of tags has a resource type.
    ListDatasets: onAnything('personalize:ListDatasets'),
    ListDatasetExportJobs: onAnything('personalize:ListDatasetExportJobs'),
    ListDatasetImportJobs: onAnything('personalize:ListDatasetImportJobs'),
  },
  states: {
    StartExecution: on('states:StartExecution', 'stateMachineArn'),
    ListExecutions: on('states:ListExecutions', 'stateMachineArn'),
    DescribeStateMachine: on('states:DescribeStateMachine', 'stateMachineArn'),
    DescribeExecution: on('states:DescribeExecution', 'executionArn'),
    GetExecutionHistory: on('states:GetExecutionHistory', 'executionArn'),
    StopExecution: on('states:StopExecution', 'executionArn'),
  },
  s3: S3_NEEDS,
  sns: {
    // Source: SNS developer guide, "Securing Amazon SNS data with server-side encryption", "Key management".
    Publish: (input, place) => {
      const resource = String(input.TopicArn ?? '*');
      const keyActions = ['kms:GenerateDataKey', 'kms:Decrypt'];
      return [{ action: 'sns:Publish', resource }, ...withKey(resource, keyActions, 'sns', place)];
    },
  },
  glue: {
    CreateDatabase: onCatalog('glue:CreateDatabase', ({ DatabaseInput }) => ({
      database: (DatabaseInput as Input | undefined)?.Name,
    })),
    GetDatabase: onCatalog('glue:GetDatabase', ({ Name }) => ({ database: Name })),
    CreateTable: onCatalog('glue:CreateTable', inTableInput),
    GetTable: onCatalog('glue:GetTable', byTableName),
    UpdateTable: onCatalog('glue:UpdateTable', inTableInput),
    DeleteTable: onCatalog('glue:DeleteTable', byTableName),
  },
  sqs: { SendMessage: onQueue('sqs:SendMessage', 'kms:GenerateDataKey', 'kms:Decrypt') },
  lambda: { Invoke: on('lambda:InvokeFunction', 'FunctionName') },
  // Needs no permission. Not even a Deny refuses it.
  sts: { GetCallerIdentity: () => [] },
};

/** The permissions that Personalize needs before an export writes or an import reads, for the job's role and for the service
 * itself: to list the bucket, and more actions on the key than S3 needs. Only the service needs CreateGrant. For an export, a
 * key on the dataset group adds an action.
 * Source: Amazon Personalize developer guide, "Giving Amazon Personalize access to Amazon S3 resources" and "… permission to use
 * your AWS KMS key". At which moment the service checks them is not documented. */
export function jobNeeds(
  bucket: string,
  key: string | undefined,
  needsGroupKey: boolean,
): { ofRole: Permission[]; ofService: Permission[] } {
  const listing = { action: 's3:ListBucket', resource: bucket };
  const onKey = (action: string) => (key ? [{ action, resource: key }] : []);
  const ofRole = [
    listing,
    ...['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey', 'kms:ListGrants'].flatMap(onKey),
    ...(needsGroupKey ? onKey('kms:GenerateDataKeyWithoutPlaintext') : []),
  ];
  return { ofRole, ofService: [...ofRole, ...onKey('kms:CreateGrant')] };
}
