import type { Account } from '../protocols/account.ts';
import type { ApiRequest } from '../protocols/api-request.ts';
import type { Context } from './condition.ts';
import type { Permission } from './statement.ts';

type Input = Record<string, unknown>;

/** Where the call is made, and what encrypts a resource. */
export interface Place extends Account {
  /** The key of a bucket, topic or queue by its ARN; `undefined` when it has none of the stack's keys. */
  keyOf: (arn: string) => string | undefined;
}

type Needs = (input: Input, place: Place) => Permission[];

/** What a call needs to be allowed, each by itself, in the order in which a refusal names them. An operation that is not
 * in the table needs the action of its own name, on `*`.
 * Source: Service Authorization Reference; of KMS, each service's own guide. */
export function requiredPermissions({ service, operation, input }: ApiRequest, place: Place): Permission[] {
  const needs = NEEDS[service]?.[operation] ?? onAnything(`${service}:${operation}`);
  return needs(input, place);
}

/** An action on the resources that the input names by ARN. */
function on(action: string, ...members: string[]): Needs {
  return (input) => members.map((member) => ({ action, resource: String(input[member] ?? '*') }));
}

/** An action for which AWS knows no resource: only `*` allows it. */
function onAnything(action: string): Needs {
  return () => [{ action, resource: '*' }];
}

function withKey(arn: string, actions: string[], service: string, { keyOf, region }: Place, given?: unknown) {
  const resource = (given as string | undefined) ?? keyOf(arn);
  if (!resource) return [];
  const context: Context = { 'kms:ViaService': `${service}.${region}.amazonaws.com` };
  return actions.map((action) => ({ action, resource, context }));
}

/** Creating a job needs the action on the dataset and on the job, and the right to hand its role to the service. */
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

function bucketArn({ Bucket }: Input, { partition }: Place): string {
  return `arn:${partition}:s3:::${Bucket}`;
}

function onBucket(action: string): Needs {
  return (input, place) => {
    const { prefix = '', delimiter } = (input.query ?? {}) as Record<string, string | undefined>;
    const context = { 's3:prefix': prefix, ...(delimiter !== undefined && { 's3:delimiter': delimiter }) };
    return [{ action, resource: bucketArn(input, place), context }];
  };
}

/** An action on an object, with what S3 does to its key in the caller's name.
 * Source: S3 user guide, "Using server-side encryption with AWS KMS keys" and "Uploading … using multipart upload". */
function onObject(action: string, ...keyActions: string[]): Needs {
  return (input, place) => {
    const bucket = bucketArn(input, place);
    const key = withKey(bucket, keyActions, 's3', place, input.SSEKMSKeyId);
    const { versionId } = (input.query ?? {}) as Record<string, string | undefined>;
    // A version that is named needs the permission of its own instead, e.g. s3:GetObjectVersion.
    const ofVersion = versionId === undefined ? action : `${action}Version`;
    return [{ action: ofVersion, resource: `${bucket}/${input.Key}` }, ...key, ...readingSource(input, place)];
  };
}

/** What is copied must be readable. */
function readingSource({ CopySource }: Input, place: Place): Permission[] {
  if (typeof CopySource !== 'string') return [];
  const [, Bucket = '', Key = ''] = /^\/?([^/]+)\/([^?]*)/.exec(decodeURIComponent(CopySource)) ?? [];
  const bucket = bucketArn({ Bucket }, place);
  return [{ action: 's3:GetObject', resource: `${bucket}/${Key}` }, ...withKey(bucket, ['kms:Decrypt'], 's3', place)];
}

/** By `queueUrl`'s last part. */
function onQueue(action: string, ...keyActions: string[]): Needs {
  return ({ QueueUrl }, place) => {
    const name = String(QueueUrl).split('/').pop();
    const resource = `arn:${place.partition}:sqs:${place.region}:${place.accountId}:${name}`;
    return [{ action, resource }, ...withKey(resource, keyActions, 'sqs', place)];
  };
}

const NEEDS: Record<string, Record<string, Needs>> = {
  personalize: {
    CreateDatasetExportJob: creatingJob('personalize:CreateDatasetExportJob', 'dataset-export-job'),
    CreateDatasetImportJob: creatingJob('personalize:CreateDatasetImportJob', 'dataset-import-job'),
    DescribeDataset: on('personalize:DescribeDataset', 'datasetArn'),
    DescribeDatasetGroup: on('personalize:DescribeDatasetGroup', 'datasetGroupArn'),
    DescribeDatasetExportJob: on('personalize:DescribeDatasetExportJob', 'datasetExportJobArn'),
    DescribeDatasetImportJob: on('personalize:DescribeDatasetImportJob', 'datasetImportJobArn'),
    TagResource: on('personalize:TagResource', 'resourceArn'),
    UntagResource: on('personalize:UntagResource', 'resourceArn'),
    ListTagsForResource: on('personalize:ListTagsForResource', 'resourceArn'),
    // No List operation but that of tags has a resource type in the reference.
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
  s3: {
    GetObject: onObject('s3:GetObject', 'kms:Decrypt'),
    HeadObject: onObject('s3:GetObject', 'kms:Decrypt'),
    PutObject: onObject('s3:PutObject', 'kms:GenerateDataKey'),
    CopyObject: onObject('s3:PutObject', 'kms:GenerateDataKey'),
    CreateMultipartUpload: onObject('s3:PutObject', 'kms:GenerateDataKey'),
    UploadPart: onObject('s3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'),
    CompleteMultipartUpload: onObject('s3:PutObject', 'kms:Decrypt'),
    AbortMultipartUpload: onObject('s3:AbortMultipartUpload'),
    ListParts: onObject('s3:ListMultipartUploadParts'),
    DeleteObject: onObject('s3:DeleteObject'),
    HeadBucket: onBucket('s3:ListBucket'),
    ListObjects: onBucket('s3:ListBucket'),
    ListObjectsV2: onBucket('s3:ListBucket'),
    ListBuckets: onAnything('s3:ListAllMyBuckets'),
  },
  sns: {
    // Source: SNS developer guide, "Securing Amazon SNS data with server-side encryption", "Key management".
    Publish: (input, place) => {
      const resource = String(input.TopicArn ?? '*');
      const keyActions = ['kms:GenerateDataKey', 'kms:Decrypt'];
      return [{ action: 'sns:Publish', resource }, ...withKey(resource, keyActions, 'sns', place)];
    },
  },
  sqs: { SendMessage: onQueue('sqs:SendMessage', 'kms:GenerateDataKey', 'kms:Decrypt') },
  lambda: { Invoke: on('lambda:InvokeFunction', 'FunctionName') },
  // Needs no permission; not even a Deny keeps one from it.
  sts: { GetCallerIdentity: () => [] },
};

/** What Personalize asks for before an export writes, for the job's role and for itself: to list the bucket, and of the
 * key more than S3 would, where the role's own policy needs no CreateGrant; with a key on the dataset group one action more.
 * Source: Amazon Personalize developer guide, "Giving Amazon Personalize access to Amazon S3 resources" and "… permission
 * to use your AWS KMS key". When it asks is not documented. */
export function exportNeeds(
  bucket: string,
  key: string | undefined,
  hasGroupKey: boolean,
): { ofRole: Permission[]; ofService: Permission[] } {
  const listing = { action: 's3:ListBucket', resource: bucket };
  const onKey = (action: string) => (key ? [{ action, resource: key }] : []);
  const ofRole = [
    listing,
    ...['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey', 'kms:ListGrants'].flatMap(onKey),
    ...(hasGroupKey ? onKey('kms:GenerateDataKeyWithoutPlaintext') : []),
  ];
  return { ofRole, ofService: [...ofRole, ...onKey('kms:CreateGrant')] };
}
