import { describe, expect, it } from 'vitest';
import cloudFormation from './cloudformation-types.json' with { type: 'json' };
import { callsOf } from './deployer/calls.ts';
import { arnOf, generatedName, type Place } from './deployer/physical-names.ts';
import { allows, type Call, type Policy, readPolicy, unneeded } from './deployer/policy.ts';
import { propertiesOf, type SetName, setNames, templateOf } from './packaged.ts';

const FILE = 'docs/deployer-policy.json';
const FILE_WITH_BOUNDARY = 'docs/deployer-policy-with-boundary.json';
const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';
const accountId = '123456789012';

/** Where the template of a parameter set is deployed. The state machine has the name of the stack. */
async function placeOf(name: SetName): Promise<Place> {
  const { StateMachineName } = propertiesOf(await templateOf(name), 'ExportStateMachine');
  const address =
    name === 'China' ? { partition: 'aws-cn', region: 'cn-north-1' } : { partition: 'aws', region: 'us-east-1' };
  return { ...address, accountId, stackName: String(StateMachineName) };
}
const callsWith = async (name: SetName) => callsOf(await templateOf(name), await placeOf(name));

const deniedBy = (policy: Policy, calls: Call[]) =>
  calls.filter((call) => !allows(policy, call)).map(({ action, resource }) => `${action} ${resource}`);

const policy = await readPolicy(FILE, { partition: 'aws', accountId });
const withBoundary = await readPolicy(FILE_WITH_BOUNDARY, { partition: 'aws', accountId, boundary: 'boundary' });

describe('the name that CloudFormation gives to a resource', () => {
  it.each([
    ['AWS::S3::Bucket', 'ExportBucket', 'exports', 'exports-exportbucket-1a2b3c4d5e6f'],
    [
      'AWS::S3::Bucket',
      'ServerlessDeploymentBucket',
      'personalize-dataset-export-dev',
      'personalize-dataset-expo-serverlessdeploymentbuck-1a2b3c4d5e6f',
    ],
    [
      'AWS::IAM::Role',
      'DescribeExportJobRole',
      'personalize-dataset-export-seventeen-letters',
      'personalize-dataset-expo-DescribeExportJobRole-1A2B3C4D5E6F',
    ],
  ])(
    'the name that CloudFormation gives to a resource is cut if it would be too long (%s %s)',
    (type, id, stackName, name) => {
      expect(generatedName(type, id, stackName)).toBe(name);
    },
  );

  it('the name of the deployment bucket follows the same rule', async () => {
    expect(arnOf(await templateOf('defaults'), 'ServerlessDeploymentBucket', await placeOf('defaults'))).toBe(
      'arn:aws:s3:::personalize-dataset-expo-serverlessdeploymentbuck-1a2b3c4d5e6f',
    );
  });
});

it.each(setNames)(
  'the deployer policy allows every call of deploying, updating and removing the stack (%s)',
  async (name) => {
    const { partition } = await placeOf(name);
    const filled = await readPolicy(FILE, { partition, accountId });
    expect(deniedBy(filled, await callsWith(name))).toEqual([]);
  },
);

it("the deployer policy's test knows the calls of every resource type of the templates", async () => {
  const templates = await Promise.all(setNames.map(templateOf));
  const types = templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  expect([...new Set(types)].sort()).toEqual(Object.keys(cloudFormation.types));
});

it('the deployer policy allows no action and names no resource that no call needs', async () => {
  const calls = await Promise.all(setNames.map(callsWith));
  expect(unneeded(policy, calls.flat())).toEqual([]);
});

it.each([FILE, FILE_WITH_BOUNDARY])(
  'the deployer policy fits into a managed policy of at most 6,144 characters (%s)',
  async (file) => {
    const filled = await readPolicy(file, { partition: 'aws-us-gov', accountId });
    expect(JSON.stringify(filled).length).toBeLessThan(6_144 - 'a-long-name-of-a-boundary'.length);
  },
);

const own = 'personalize-dataset-export-prod';
const key = `arn:aws:kms:us-east-1:${accountId}:key/1234abcd`;
const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

it.each<[action: string, resource: string, context?: Record<string, string>]>([
  ['cloudformation:DeleteStack', `arn:aws:cloudformation:us-east-1:${accountId}:stack/network/1`],
  ['s3:CreateBucket', 'arn:aws:s3:::another-bucket'],
  ['s3:PutBucketPolicy', 'arn:aws:s3:::another-bucket'],
  ['s3:GetObject', `arn:aws:s3:::${own}-exportbucket-1a2b3c4d5e6f/exports/shop/USERS/part.csv`],
  ['s3:DeleteObject', `arn:aws:s3:::${own}-exportbucket-1a2b3c4d5e6f/exports/shop/USERS/part.csv`],
  ['s3:PutObject', `arn:aws:s3:::${own}-exportbucket-1a2b3c4d5e6f/requests/users.json`],
  ['lambda:UpdateFunctionCode', `arn:aws:lambda:us-east-1:${accountId}:function:another`],
  ['lambda:InvokeFunction', `arn:aws:lambda:us-east-1:${accountId}:function:${own}-start-export`],
  ['states:StartExecution', `arn:aws:states:us-east-1:${accountId}:stateMachine:${own}`],
  ['sns:Publish', `arn:aws:sns:us-east-1:${accountId}:${own}`],
  ['sqs:ReceiveMessage', `arn:aws:sqs:us-east-1:${accountId}:${own}-dead-letters`],
  ['logs:GetLogEvents', `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/lambda/${own}-notify`],
  ['logs:DeleteLogGroup', `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/lambda/another`],
  ['events:DeleteRule', `arn:aws:events:us-east-1:${accountId}:rule/another`],
  ['cloudtrail:DeleteTrail', `arn:aws:cloudtrail:us-east-1:${accountId}:trail/another`],
  ['iam:PutRolePolicy', role('admin')],
  ['iam:AttachRolePolicy', role(`${own}-NotifyRole-1A2B3C4D5E6F`)],
  ['iam:PassRole', role('admin'), { 'iam:PassedToService': 'lambda.amazonaws.com' }],
  ['iam:PassRole', role(`${own}-NotifyRole-1A2B3C4D5E6F`), { 'iam:PassedToService': 'ec2.amazonaws.com' }],
  ['kms:CreateKey', '*'],
  ['kms:TagResource', key, { 'aws:RequestTag/team': 'search' }],
  ['kms:ScheduleKeyDeletion', key],
  ['kms:PutKeyPolicy', key, { 'aws:ResourceTag/team': 'search' }],
  ['kms:CreateAlias', `arn:aws:kms:us-east-1:${accountId}:alias/another`],
  ['kms:Decrypt', key, { 'aws:ResourceTag/personalize-dataset-export': 'prod' }],
])('the deployer policy does not allow %s on %s', (action, resource, context = {}) => {
  expect(allows(policy, { action, resource, context })).toBe(false);
});

describe('the policy with a permissions boundary', () => {
  it('the policy with a permissions boundary is the other one and two statements', async () => {
    const { Statement, ...others } = withBoundary;
    expect({ ...others, Statement: Statement.slice(0, -2) }).toEqual(policy);
    expect(Statement.slice(-2).map(({ Sid, Effect }) => [Sid, Effect])).toEqual([
      ['BoundaryOnEveryRole', 'Deny'],
      ['BoundaryStays', 'Deny'],
    ]);
  });

  it('the policy with a permissions boundary allows every call if the setting permissionsBoundaryArn names the boundary', async () => {
    const calls = await callsWith('extremes');
    const removals = calls.filter(({ action }) => action === 'iam:DeleteRolePermissionsBoundary');
    expect(removals.length).toBeGreaterThan(0);
    expect(deniedBy(withBoundary, calls)).toEqual(deniedBy(withBoundary, removals));
  });

  it.each([
    ['none', {}],
    ['another', { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  ])('the policy with a permissions boundary does not allow a role with %s', (_, context) => {
    const resource = role(`${own}-NotifyRole-1A2B3C4D5E6F`);
    for (const action of ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary']) {
      expect(allows(withBoundary, { action, resource, context }), action).toBe(false);
      expect(allows(withBoundary, { action, resource, context: { 'iam:PermissionsBoundary': BOUNDARY } }), action).toBe(
        true,
      );
    }
  });

  it('the policy with a permissions boundary does not allow the removal of a boundary', () => {
    const resource = role(`${own}-NotifyRole-1A2B3C4D5E6F`);
    const context = { 'iam:PermissionsBoundary': BOUNDARY };
    expect(allows(withBoundary, { action: 'iam:DeleteRolePermissionsBoundary', resource, context })).toBe(false);
  });

  it('the policy with a permissions boundary denies the roles without the setting', async () => {
    expect(deniedBy(withBoundary, await callsWith('every option'))).toContainEqual(
      expect.stringContaining('iam:CreateRole'),
    );
  });
});
