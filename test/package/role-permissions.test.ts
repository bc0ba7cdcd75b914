import { expect, it } from 'vitest';
import { ofType, propertiesOf, setNames, templateOf } from './packaged.ts';
import { linesOf, type PolicyDocument } from './template-text.ts';

const template = await templateOf('every option');
const existing = await templateOf('existing resources');

interface Role {
  AssumeRolePolicyDocument: PolicyDocument;
  Policies: { PolicyDocument: PolicyDocument }[];
}

const roleOf = (id: string, of = template) => propertiesOf(of, id) as unknown as Role;
/** The policies of a role, and those that are resources of their own. */
const policiesOf = (id: string, of = template) => [
  ...roleOf(id, of).Policies,
  ...ofType(of, 'AWS::IAM::RolePolicy')
    .map(([, { Properties }]) => Properties as { RoleName: { Ref: string }; PolicyDocument: PolicyDocument })
    .filter(({ RoleName }) => RoleName.Ref === id),
];
const permissionsOf = (id: string, of = template) =>
  policiesOf(id, of).flatMap(({ PolicyDocument }) => linesOf(PolicyDocument));

const ofThisAccount = 'aws:SourceAccount StringEquals {AWS::AccountId}';
const ofPersonalizeHere = `${ofThisAccount} and aws:SourceArn ArnLike personalize:*`;
const via = (service: string) =>
  `kms:ViaService StringEquals ${service}.{AWS::Region}.amazonaws.com, ${service}.{AWS::Region}.amazonaws.com.cn`;
const trace = 'Allow xray:PutTraceSegments, xray:PutTelemetryRecords on *';
const log = (name: string) =>
  `Allow logs:CreateLogStream, logs:PutLogEvents on logs:log-group:/aws/lambda/personalize-dataset-export-prod-${name}:*`;

/** Everything that each role may do. X-Ray, log deliveries and Personalize's List calls support no resource but `*`. */
const PERMISSIONS: Record<string, string[]> = {
  StartExportRole: [
    log('start-export'),
    trace,
    'Allow states:StartExecution on {ExportStateMachine}',
    'Allow states:DescribeExecution on states:execution:personalize-dataset-export-prod:*',
    'Allow s3:GetObject on {ExportBucket.Arn}/requests/*',
    'Allow s3:GetObjectVersion on {ExportBucket.Arn}/requests/*',
    `Allow kms:Decrypt on {ExportKey.Arn} if ${via('s3')}`,
    'Allow sqs:SendMessage on {DeadLetterQueue.Arn}',
  ],
  PlanExportsRole: [
    log('plan-exports'),
    trace,
    'Allow personalize:DescribeDataset on personalize:dataset/*',
    'Allow personalize:DescribeDatasetGroup on personalize:dataset-group/*',
    'Allow personalize:ListDatasets on *',
    'Allow personalize:DescribeDatasetImportJob on personalize:dataset-import-job/*',
    'Allow s3:ListBucket on {ExportBucket.Arn} if s3:prefix StringLike exports/*',
  ],
  DescribeImportJobRole: [
    log('describe-import-job'),
    trace,
    'Allow personalize:DescribeDatasetImportJob on personalize:dataset-import-job/*',
  ],
  CreateExportJobRole: [
    log('create-export-job'),
    trace,
    'Allow personalize:CreateDatasetExportJob on personalize:dataset/*, personalize:dataset-export-job/*',
    'Allow personalize:DescribeDatasetExportJob, personalize:TagResource on personalize:dataset-export-job/*',
    'Allow personalize:ListDatasetExportJobs on *',
    'Allow iam:PassRole on {PersonalizeRole.Arn} if iam:PassedToService StringEquals personalize.amazonaws.com',
    'Allow kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext, kms:CreateGrant, ' +
      'kms:ListGrants on {ExportKey.Arn}',
  ],
  DescribeExportJobRole: [
    log('describe-export-job'),
    trace,
    'Allow personalize:DescribeDatasetExportJob on personalize:dataset-export-job/*',
  ],
  NotifyRole: [
    log('notify'),
    trace,
    'Allow sns:Publish on {ExportTopic}',
    'Allow s3:ListBucket on {ExportBucket.Arn}',
    `Allow kms:Decrypt, kms:GenerateDataKey on {ExportKey.Arn} if ${via('sns')}`,
  ],
  VerifyExportRole: [
    log('verify-export'),
    trace,
    'Allow personalize:DescribeDatasetExportJob on personalize:dataset-export-job/*',
    'Allow personalize:DescribeDataset on personalize:dataset/*',
    'Allow personalize:DescribeSchema on personalize:schema/*',
    'Allow s3:ListBucket on {ExportBucket.Arn}',
    'Allow s3:GetObject on {ExportBucket.Arn}/exports/*',
    'Allow s3:GetObject, s3:PutObject, s3:DeleteObject on {ExportBucket.Arn}/manifests/*',
    'Allow kms:Decrypt, kms:GenerateDataKey on {ExportKey.Arn} if kms:ViaService StringEquals s3.{AWS::Region}.amazonaws.com, s3.{AWS::Region}.amazonaws.com.cn',
    'Allow glue:GetTable, glue:CreateTable, glue:UpdateTable on glue:catalog, glue:database/exports, glue:table/exports/*',
  ],
  PersonalizeRole: [
    'Allow s3:ListBucket on {ExportBucket.Arn}',
    'Allow s3:PutObject on {ExportBucket.Arn}/exports/*',
    'Allow kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext, kms:ListGrants on {ExportKey.Arn}',
  ],
  RestoreRole: [
    'Allow s3:ListBucket on {ExportBucket.Arn}',
    'Allow s3:GetObject on {ExportBucket.Arn}/exports/*',
    'Allow kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey, kms:ListGrants on {ExportKey.Arn}',
  ],
  StateMachineRole: [
    'Allow lambda:InvokeFunction on {PlanExportsLambdaFunction.Arn}, {DescribeImportJobLambdaFunction.Arn}, ' +
      '{CreateExportJobLambdaFunction.Arn}, {DescribeExportJobLambdaFunction.Arn}, {VerifyExportLambdaFunction.Arn}, {NotifyLambdaFunction.Arn}',
    'Allow logs:CreateLogDelivery, logs:GetLogDelivery, logs:UpdateLogDelivery, logs:DeleteLogDelivery, logs:ListLogDeliveries, ' +
      'logs:PutResourcePolicy, logs:DescribeResourcePolicies, logs:DescribeLogGroups on *',
    'Allow xray:PutTraceSegments, xray:PutTelemetryRecords, xray:GetSamplingRules, xray:GetSamplingTargets on *',
  ],
  SchedulerRole: [
    'Allow lambda:InvokeFunction on {StartExportLambdaFunction.Arn}',
    'Allow sqs:SendMessage on {DeadLetterQueue.Arn}',
  ],
};
const permissionsOfAll = (of: typeof template) => ofType(of, 'AWS::IAM::Role').flatMap(([id]) => permissionsOf(id, of));

it('the table of this test lists every role of the template', () => {
  expect(
    ofType(template, 'AWS::IAM::Role')
      .map(([id]) => id)
      .sort(),
  ).toEqual(Object.keys(PERMISSIONS).sort());
});

it.each(Object.entries(PERMISSIONS))('the role %s allows what is listed and nothing else', (id, permissions) => {
  expect(permissionsOf(id)).toEqual(permissions);
});

it.each([
  ...Object.keys(PERMISSIONS)
    .slice(0, 7)
    .map((id) => [id, 'lambda.amazonaws.com', '']),
  ['PersonalizeRole', 'personalize.amazonaws.com', ` if ${ofPersonalizeHere}`],
  ['RestoreRole', 'personalize.amazonaws.com', ` if ${ofPersonalizeHere}`],
  [
    'StateMachineRole',
    'states.amazonaws.com',
    ` if ${ofThisAccount} and aws:SourceArn ArnLike states:stateMachine:personalize-dataset-export-prod`,
  ],
  ['SchedulerRole', 'scheduler.amazonaws.com', ` if ${ofThisAccount} and aws:SourceArn ArnEquals {ScheduleGroup.Arn}`],
])('the role %s can be assumed by its service only', (id, service, condition) => {
  expect(linesOf(roleOf(id).AssumeRolePolicyDocument)).toEqual([`Allow ${service} sts:AssumeRole${condition}`]);
});

it('every policy has the current version of the policy language', () => {
  for (const [id, { Properties }] of ofType(template, 'AWS::IAM::Role')) {
    const { AssumeRolePolicyDocument } = Properties as unknown as Role;
    const documents = [AssumeRolePolicyDocument, ...policiesOf(id).map(({ PolicyDocument }) => PolicyDocument)];
    for (const { Version } of documents) expect(Version, id).toBe('2012-10-17');
  }
});

it.each([
  ['StartExportRole', 's3:GetObject', 'arn:{AWS::Partition}:s3:::my-bucket/requests/*'],
  ['StartExportRole', 's3:GetObjectVersion', 'arn:{AWS::Partition}:s3:::my-bucket/requests/*'],
  ['StartExportRole', 'kms:Decrypt', `arn:aws:kms:us-east-1:123456789012:key/1234abcd if ${via('s3')}`],
  ['NotifyRole', 'sns:Publish', 'arn:aws:sns:us-east-1:123456789012:my-topic'],
  ['NotifyRole', 's3:ListBucket', 'arn:{AWS::Partition}:s3:::my-bucket'],
  ['PlanExportsRole', 's3:ListBucket', 'arn:{AWS::Partition}:s3:::my-bucket if s3:prefix StringLike exports/*'],
  [
    'NotifyRole',
    'kms:Decrypt, kms:GenerateDataKey',
    `arn:aws:kms:us-east-1:123456789012:key/1234abcd if ${via('sns')}`,
  ],
  ['VerifyExportRole', 's3:GetObject', 'arn:{AWS::Partition}:s3:::my-bucket/exports/*'],
  [
    'VerifyExportRole',
    's3:GetObject, s3:PutObject, s3:DeleteObject',
    'arn:{AWS::Partition}:s3:::my-bucket/manifests/*',
  ],
])('the role %s allows %s on an existing resource', (role, actions, resource) => {
  expect(permissionsOf(role, existing)).toContain(`Allow ${actions} on ${resource}`);
});

it('PersonalizeRole may write under exportKeyPrefix only, even in an existing bucket', async () => {
  const bucket = `arn:{AWS::Partition}:s3:::${'b'.repeat(63)}`;
  const permissions = permissionsOf('PersonalizeRole', await templateOf('extremes'));
  expect(permissions.filter((line) => line.includes('s3:'))).toEqual([
    `Allow s3:ListBucket on ${bucket}`,
    `Allow s3:PutObject on ${bucket}/${'p'.repeat(100)}/*`,
  ]);
});

it('the template has no role that reads exports for Personalize unless the setting restoreRole asks for it', async () => {
  const defaults = await templateOf('defaults');
  expect(defaults.Resources).not.toHaveProperty('RestoreRole');
  const reading = ofType(defaults, 'AWS::IAM::Role')
    .filter(([id]) => permissionsOf(id, defaults).some((line) => /s3:GetObject.*\/exports\//.test(line)))
    .map(([id]) => id);
  expect(reading).toEqual(['VerifyExportRole']);
});

it('create-export-job may pass an existing role, and only to Personalize', () => {
  expect(permissionsOf('CreateExportJobRole', existing)).toContain(
    'Allow iam:PassRole on arn:aws:iam::123456789012:role/personalize if iam:PassedToService StringEquals personalize.amazonaws.com',
  );
});

it.each(setNames)('each function has a role of its own (%s)', async (name) => {
  const functions = ofType(await templateOf(name), 'AWS::Lambda::Function');
  const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties.Role));
  expect(new Set(roles).size).toBe(name === 'without verification' ? 6 : 7);
});

it.each(setNames)(
  'no role may do anything in Glue unless the setting glueDatabase names a database (%s)',
  async (name) => {
    const of = await templateOf(name);
    const database = { 'every option': 'exports', extremes: 'd'.repeat(255) }[name as string];
    const ofGlue = permissionsOfAll(of).filter((line) => line.includes('glue:'));
    const path = (kind: string) => `glue:${kind}`;
    const resources = [path('catalog'), path(`database/${database}`), path(`table/${database}/*`)].join(', ');
    expect(ofGlue).toEqual(database ? [`Allow glue:GetTable, glue:CreateTable, glue:UpdateTable on ${resources}`] : []);
  },
);
