import type { Template } from 'local-aws';
import { requiredPermissions } from 'local-aws';
import { describe, expect, it } from 'vitest';
import { arn, deploy, roleArn } from '../../deployment.ts';

const add = (Type: string, Properties: Record<string, unknown>) => (template: Template) => {
  template.Resources.Added = { Type, Properties };
};

describe('policies of a template', () => {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  it.each<[string, (template: Template) => void, string]>([
    [
      'with a policy for several roles',
      add('AWS::IAM::Policy', { PolicyDocument: document }),
      'Added: permissions of the type AWS::IAM::Policy',
    ],
    [
      'with a policy of an event bus',
      add('AWS::Events::EventBusPolicy', {}),
      'Added: permissions of the type AWS::Events::EventBusPolicy',
    ],
    [
      'with a managed policy',
      ({ Resources }) =>
        Object.assign(Resources.NotifyRole?.Properties ?? {}, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/x'] }),
      'NotifyRole: ManagedPolicyArns is not known',
    ],
    [
      'with a policy of a bucket that it does not create',
      add('AWS::S3::BucketPolicy', { Bucket: 'elsewhere', PolicyDocument: document }),
      'elsewhere is not a AWS::S3::Bucket of the template',
    ],
    [
      'with a permission for an organization',
      ({ Resources }) => Object.assign(Resources.ImportStartedPermission?.Properties ?? {}, { PrincipalOrgID: 'o-1' }),
      'ImportStartedPermission: PrincipalOrgID of a Lambda permission is not known',
    ],
  ])('the local AWS refuses a template %s', async (_, change, problem) => {
    await expect(deploy({ change })).rejects.toThrow(problem);
  });
});

describe('the permissions that a call needs', () => {
  const place = { partition: 'aws', region: 'us-east-1', accountId: '000000000000', keyOf: () => arn('kms', 'key/1') };
  const datasetArn = arn('personalize', 'dataset/shop/USERS');
  const job = { datasetArn, jobName: 'job', roleArn: roleArn('personalize') };
  const objectInput = { Bucket: 'exports', Key: 'a/b.csv' };
  const object = 'arn:aws:s3:::exports/a/b.csv';
  const jobArn = arn('personalize', 'dataset-export-job/job');
  const inCatalog = (action: string) =>
    ['catalog', 'database/exports', 'table/exports/items'].map((resource) => `${action} ${arn('glue', resource)}`);
  it.each<[service: string, operation: string, input: Record<string, unknown>, needs: string[]]>([
    ['glue', 'GetTable', { DatabaseName: 'Exports', Name: 'Items' }, inCatalog('glue:GetTable')],
    ['glue', 'UpdateTable', { DatabaseName: 'exports', TableInput: { Name: 'items' } }, inCatalog('glue:UpdateTable')],
    ['glue', 'GetDatabase', { Name: 'exports' }, inCatalog('glue:GetDatabase').slice(0, 2)],
    [
      'personalize',
      'CreateDatasetExportJob',
      job,
      [
        `personalize:CreateDatasetExportJob ${datasetArn}`,
        `personalize:CreateDatasetExportJob ${jobArn}`,
        `iam:PassRole ${job.roleArn}`,
      ],
    ],
    [
      'personalize',
      'CreateDatasetExportJob',
      { ...job, tags: [{ tagKey: 'a', tagValue: 'b' }] },
      [
        ...[`personalize:CreateDatasetExportJob ${datasetArn}`, `personalize:CreateDatasetExportJob ${jobArn}`],
        ...[`iam:PassRole ${job.roleArn}`, `personalize:TagResource ${jobArn}`],
      ],
    ],
    ['personalize', 'DescribeDataset', { datasetArn }, [`personalize:DescribeDataset ${datasetArn}`]],
    ['personalize', 'ListDatasets', { datasetGroupArn: 'x' }, ['personalize:ListDatasets *']],
    ['personalize', 'ListDatasetExportJobs', { datasetArn }, ['personalize:ListDatasetExportJobs *']],
    ['personalize', 'TagResource', { resourceArn: jobArn }, [`personalize:TagResource ${jobArn}`]],
    ['states', 'StartExecution', { stateMachineArn: 'machine' }, ['states:StartExecution machine']],
    ['states', 'ListStateMachines', {}, ['states:ListStateMachines *']],
    ['s3', 'GetObject', objectInput, [`s3:GetObject ${object}`, `kms:Decrypt ${arn('kms', 'key/1')}`]],
    [
      's3',
      'GetObject',
      { ...objectInput, VersionId: '1' },
      [`s3:GetObjectVersion ${object}`, `kms:Decrypt ${arn('kms', 'key/1')}`],
    ],
    ['s3', 'PutObject', objectInput, [`s3:PutObject ${object}`, `kms:GenerateDataKey ${arn('kms', 'key/1')}`]],
    ['s3', 'PutObject', { ...objectInput, SSEKMSKeyId: 'own' }, [`s3:PutObject ${object}`, 'kms:GenerateDataKey own']],
    ['s3', 'ListObjectsV2', objectInput, ['s3:ListBucket arn:aws:s3:::exports']],
    [
      'sqs',
      'SendMessage',
      { QueueUrl: 'http://127.0.0.1/000000000000/q' },
      [
        `sqs:SendMessage ${arn('sqs', 'q')}`,
        `kms:GenerateDataKey ${arn('kms', 'key/1')}`,
        `kms:Decrypt ${arn('kms', 'key/1')}`,
      ],
    ],
    ['sts', 'GetCallerIdentity', {}, []],
  ])('the permissions for %s %s %j are known', (service, operation, input, needs) => {
    const caller = { accessKeyId: 'x', accountId: place.accountId, region: place.region };
    const permissions = requiredPermissions({ service, operation, input, caller }, place);
    expect(permissions.map(({ action, resource }) => `${action} ${resource}`)).toEqual(needs);
  });
});
