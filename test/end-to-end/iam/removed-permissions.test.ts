import { afterAll, describe, expect, it } from 'vitest';
import {
  deploy,
  execute,
  ofExecution,
  receive,
  receiveNotification,
  stackName,
  type TemplateChange,
} from '../../deployment.ts';
import { deployments, withoutPermission } from './permissions.ts';

// The pipeline with a role that lacks one permission: each is taken out of the packaged template in turn.

const stacks = deployments();
afterAll(() => stacks.close());

const datasetOf = (datasetArn: string): object => ({ datasetArn });
const groupOf = (): object => ({ datasetGroupArn: 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop' });
const withPath = (datasetArn: string): object => ({
  datasetArn,
  jobOutput: { s3DataDestination: { path: `s3://${stackName}-exportbucket/exports/mine/` } },
});
const tagged = (datasetArn: string): object => ({ datasetArn, tags: [{ tagKey: 'team', tagValue: 'search' }] });

/** A role's trust is not among its policies. */
function withoutTrust(role: string): TemplateChange {
  return ({ Resources }) => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:TagSession' }] };
    Object.assign(Resources[role]?.Properties ?? {}, { AssumeRolePolicyDocument: trust });
  };
}

/** How an export ends with this change to the permissions. */
async function notificationWith(change: TemplateChange, requestOf: (datasetArn: string) => object = datasetOf) {
  return await stacks.with(change, async (deployment, arn) => {
    const execution = await execute(deployment, requestOf(arn));
    const received = await receiveNotification(deployment, ofExecution(execution));
    return { status: execution.status, notification: received?.notification };
  });
}

interface Case {
  lacks: [holder: string, action: string, resource?: RegExp];
  request?: (datasetArn: string) => object;
  outcome: string;
  /** What the reason says, beside that it is not authorized to perform the action. */
  says?: string;
}

const cases: Case[] = [
  {
    lacks: ['CreateExportJobRole', 'personalize:CreateDatasetExportJob', /:dataset\//],
    outcome: 'CREATE FAILED',
    says: ':dataset/shop/USERS because no identity-based policy allows the personalize:CreateDatasetExportJob action',
  },
  {
    lacks: ['CreateExportJobRole', 'personalize:CreateDatasetExportJob', /:dataset-export-job\//],
    outcome: 'CREATE FAILED',
    says: ':dataset-export-job/users-',
  },
  { lacks: ['CreateExportJobRole', 'iam:PassRole'], outcome: 'CREATE FAILED', says: ':role/' },
  { lacks: ['CreateExportJobRole', 'personalize:TagResource'], request: tagged, outcome: 'CREATE FAILED' },
  { lacks: ['PlanExportsRole', 'personalize:DescribeDataset'], outcome: 'REJECTED' },
  { lacks: ['PlanExportsRole', 'personalize:DescribeDatasetGroup'], request: groupOf, outcome: 'REJECTED' },
  { lacks: ['PlanExportsRole', 'personalize:ListDatasets'], request: groupOf, outcome: 'REJECTED', says: ' * ' },
  { lacks: ['PlanExportsRole', 's3:ListBucket'], request: withPath, outcome: 'REJECTED' },
  { lacks: ['DescribeExportJobRole', 'personalize:DescribeDatasetExportJob'], outcome: 'STATUS UNKNOWN' },
  { lacks: ['PersonalizeRole', 's3:PutObject'], outcome: 'CREATE FAILED', says: 'Insufficient privileges for' },
  {
    lacks: ['ExportBucketPolicy', 's3:PutObject'],
    outcome: 'CREATE FAILED',
    says: 'User: personalize.amazonaws.com is not authorized',
  },
  { lacks: ['PersonalizeRole', 'kms:GenerateDataKey'], outcome: 'CREATE FAILED', says: 'assumed-role/' },
  { lacks: ['PersonalizeRole', 'kms:ListGrants'], outcome: 'CREATE FAILED' },
  { lacks: ['PersonalizeRole', 's3:ListBucket'], outcome: 'CREATE FAILED' },
  { lacks: ['ExportBucketPolicy', 's3:ListBucket'], outcome: 'CREATE FAILED' },
  {
    lacks: ['ExportKey', 'kms:CreateGrant'],
    outcome: 'CREATE FAILED',
    says: 'because no resource-based policy allows the kms:CreateGrant action',
  },
  { lacks: ['StateMachineRole', 'lambda:InvokeFunction', /PlanExports/], outcome: 'REJECTED' },
  {
    lacks: ['StateMachineRole', 'lambda:InvokeFunction', /CreateExportJob/],
    outcome: 'CREATE FAILED',
    says: 'Lambda.AWSLambdaException: User: arn:aws:sts::000000000000:assumed-role/',
  },
  {
    lacks: ['StateMachineRole', 'lambda:InvokeFunction', /DescribeExportJob/],
    outcome: 'STATUS UNKNOWN',
    says: 'Error Code: AccessDeniedException',
  },
];

const titleOf = ({ lacks: [holder, action, resource], outcome }: Case) =>
  `${action} of ${holder}${resource ? ` on ${resource.source}` : ''}, with the outcome ${outcome}`;

describe.concurrent('a permission to export', () => {
  it.each(cases.map((one) => [titleOf(one), one] as const))(
    'the notification names the missing permission %s',
    async (_, { lacks, request, outcome, says = '' }) => {
      const { notification, status } = await notificationWith(withoutPermission(...lacks), request);
      expect(status).toBe('FAILED');
      expect(notification).toMatchObject({ outcome, remedy: expect.any(String) });
      expect(notification?.reason).toContain(`is not authorized to perform: ${lacks[1]} on resource: `);
      expect(notification?.reason).toContain(says);
    },
  );

  it('the notification names the permission to assume the role if the role does not trust Personalize', async () => {
    const { notification } = await notificationWith(withoutTrust('PersonalizeRole'));
    expect(notification).toMatchObject({
      outcome: 'CREATE FAILED',
      reason: expect.stringContaining('personalize.amazonaws.com is not authorized to assume the role'),
    });
  });
});

describe.concurrent('a permission to verify exports', () => {
  it.each<[holder: string, action: string, resource?: RegExp]>([
    ['VerifyExportRole', 'personalize:DescribeDatasetExportJob'],
    ['VerifyExportRole', 'personalize:DescribeDataset'],
    ['VerifyExportRole', 'personalize:DescribeSchema'],
    ['VerifyExportRole', 's3:ListBucket'],
    ['VerifyExportRole', 's3:GetObject', /exports/],
    ['VerifyExportRole', 's3:GetObject', /manifests/],
    ['VerifyExportRole', 's3:PutObject'],
    ['VerifyExportRole', 'kms:Decrypt'],
    ['VerifyExportRole', 'kms:GenerateDataKey'],
    ['StateMachineRole', 'lambda:InvokeFunction', /VerifyExport/],
  ])(
    'an export is NOT VERIFIED, and the notification names the missing permission, if %s may not %s',
    async (...lacks) => {
      const { notification, status } = await notificationWith(withoutPermission(...lacks));
      expect(status).toBe('SUCCEEDED');
      expect(notification).toMatchObject({
        outcome: 'ACTIVE',
        verification: 'NOT VERIFIED',
        verificationReason: expect.stringContaining(`is not authorized to perform: ${lacks[1]} on resource: `),
        verificationRemedy: expect.stringMatching(lacks[1].startsWith('kms:') ? /use the key/ : /lacks the permission/),
      });
    },
  );
});

describe.concurrent('an optional permission', () => {
  it('an export succeeds without the permission to list past export jobs', async () => {
    const change = withoutPermission('CreateExportJobRole', 'personalize:ListDatasetExportJobs');
    const { notification } = await notificationWith(change);
    expect(notification).toMatchObject({ outcome: 'ACTIVE', files: { count: 1 } });
  });

  it('an export succeeds without the permission to list the exported files', async () => {
    const { notification } = await notificationWith(withoutPermission('NotifyRole', 's3:ListBucket'));
    expect(notification?.outcome).toBe('ACTIVE');
    expect(notification).not.toHaveProperty('files');
  });
});

it.concurrent.each([
  ['NotifyRole', 'sns:Publish', 'AuthorizationErrorException'],
  ['NotifyRole', 'kms:GenerateDataKey', 'KMSAccessDenied'],
  ['StateMachineRole', 'lambda:InvokeFunction', 'Lambda.AWSLambdaException'],
])('the execution fails if %s may not %s', async (holder, action, says) => {
  const ofNotify = holder === 'StateMachineRole' ? /Notify/ : undefined;
  await stacks.with(withoutPermission(holder, action, ofNotify), async (deployment, datasetArn) => {
    const { status, cause } = await execute(deployment, { datasetArn });
    expect(status).toBe('FAILED');
    expect(JSON.parse(cause ?? '')).toMatchObject([{ outcome: 'NOT NOTIFIED', reason: expect.stringContaining(says) }]);
    expect(await receive(deployment, deployment.aws.environment.NOTIFICATIONS_QUEUE_URL, 0)).toBeUndefined();
  });
});

it.each(['StartExportRole', 'StateMachineRole'])('a role %s that trusts no service is not deployed', async (role) => {
  await expect(deploy({ change: withoutTrust(role) })).rejects.toThrow(
    /cannot be assumed by Lambda|is authorized to assume/,
  );
});
