import { expect, it } from 'vitest';
import { ofType, propertiesOf, type SetName, setNames, templateOf } from './packaged.ts';
import { linesOf, type PolicyDocument, textOf } from './template-text.ts';

const template = await templateOf('every option');

const ofThisAccount = 'aws:SourceAccount StringEquals {AWS::AccountId}';
/** Whether Personalize's own calls have these keys is not documented. */
const ofPersonalizeHere =
  'aws:SourceAccount StringEqualsIfExists {AWS::AccountId} and aws:SourceArn ArnLikeIfExists personalize:*';
const ofThisTrail = 'aws:SourceArn StringEquals cloudtrail:trail/personalize-dataset-export-prod';
const withoutTls = 'aws:SecureTransport Bool false';
const accountManages = 'Allow AWS arn:{AWS::Partition}:iam::{AWS::AccountId}:root kms:* on *';

/** Every policy on a resource, and the property that attaches it. A key's policy is its own property. */
const POLICIES: [id: string, attachedTo: string, statements: string[]][] = [
  [
    'ExportBucketPolicy',
    '{ExportBucket}',
    [
      `Allow personalize.amazonaws.com s3:PutObject, s3:ListBucket, s3:GetObject on {ExportBucket.Arn}, {ExportBucket.Arn}/exports/* if ${ofPersonalizeHere}`,
      `Deny * s3:* on {ExportBucket.Arn}, {ExportBucket.Arn}/* if ${withoutTls}`,
    ],
  ],
  [
    'TrailBucketPolicy',
    '{TrailBucket}',
    [
      `Allow cloudtrail.amazonaws.com s3:GetBucketAcl on {TrailBucket.Arn} if ${ofThisTrail}`,
      `Allow cloudtrail.amazonaws.com s3:PutObject on {TrailBucket.Arn}/AWSLogs/{AWS::AccountId}/* if ${ofThisTrail}`,
      `Deny * s3:* on {TrailBucket.Arn}, {TrailBucket.Arn}/* if ${withoutTls}`,
    ],
  ],
  ['ExportTopicPolicy', '{ExportTopic}', [`Deny * sns:Publish on {ExportTopic} if ${withoutTls}`]],
  [
    'AlarmTopicPolicy',
    '{AlarmTopic}',
    [
      `Allow cloudwatch.amazonaws.com sns:Publish on {AlarmTopic} if ${ofThisAccount} and aws:SourceArn ArnLike cloudwatch:alarm:personalize-dataset-export-prod-*`,
      `Deny * sns:Publish on {AlarmTopic} if ${withoutTls}`,
    ],
  ],
  [
    'DeadLetterQueuePolicy',
    '{DeadLetterQueue}',
    [
      `Allow events.amazonaws.com sqs:SendMessage on {DeadLetterQueue.Arn} if aws:SourceArn ArnEquals ` +
        '{ImportStartedRule.Arn}, {RequestDroppedRule.Arn}, {ExportRequestedRule.Arn}, {SolutionImportActiveRule.Arn}',
      `Deny * sqs:* on {DeadLetterQueue.Arn} if ${withoutTls}`,
    ],
  ],
  [
    'ExportKey',
    '',
    [
      accountManages,
      'Allow personalize.amazonaws.com kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext, ' +
        `kms:CreateGrant, kms:ListGrants on * if ${ofPersonalizeHere}`,
      `Allow cloudwatch.amazonaws.com kms:Decrypt, kms:GenerateDataKey on * if ${ofThisAccount}`,
    ],
  ],
  [
    'TrailKey',
    '',
    [
      accountManages,
      `Allow cloudtrail.amazonaws.com kms:GenerateDataKey*, kms:Decrypt, kms:DescribeKey on * if ${ofThisTrail}`,
    ],
  ],
];

const TYPES = ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'AWS::KMS::Key'];

/** The policies of our own resources: the deployment bucket's comes from osls. */
const policiesIn = (of: typeof template) =>
  TYPES.flatMap((type) => ofType(of, type))
    .filter(([id]) => id !== 'ServerlessDeploymentBucketPolicy')
    .map(([id, { Properties }]) => ({
      id,
      attachedTo: [Properties.Bucket ?? Properties.Topics ?? Properties.Queues ?? []].flat().map(textOf).join(),
      document: (Properties.PolicyDocument ?? Properties.KeyPolicy) as PolicyDocument,
    }));

it('the table of this test lists every policy of the template', () => {
  expect(
    policiesIn(template)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(POLICIES.map(([id]) => id).sort());
});

it.each(POLICIES)('the policy %s allows and denies what is listed', (id, attachedTo, statements) => {
  const policy = policiesIn(template).find((one) => one.id === id);
  expect(policy?.attachedTo).toBe(attachedTo);
  expect(policy?.document.Version).toBe('2012-10-17');
  expect(policy && linesOf(policy.document)).toEqual(statements);
});

it('the bucket lets Personalize read nothing unless the setting restoreRole asks for it', async () => {
  const { document } = policiesIn(await templateOf('defaults')).find(({ id }) => id === 'ExportBucketPolicy') ?? {};
  const [ofPersonalize = ''] = document ? linesOf(document) : [];
  expect(ofPersonalize).toMatch(/^Allow personalize\.amazonaws\.com s3:PutObject, s3:ListBucket on /);
});

it.each(setNames)('no policy allows anything to everybody (%s)', async (name) => {
  for (const { id, document } of policiesIn(await templateOf(name))) {
    const open = linesOf(document).filter((line) => line.startsWith('Allow *') || line.startsWith('Allow AWS *'));
    expect(open, id).toEqual([]);
  }
});

it.each([
  ['defaults', ['AlarmTopicPolicy', 'DeadLetterQueuePolicy', 'ExportBucketPolicy', 'ExportKey', 'ExportTopicPolicy']],
  ['existing resources', ['AlarmTopicPolicy', 'DeadLetterQueuePolicy']],
] satisfies [SetName, string[]][])('the template has only the policies of new resources (%s)', async (name, ids) => {
  expect(
    policiesIn(await templateOf(name))
      .map(({ id }) => id)
      .sort(),
  ).toEqual(ids);
});

it.each(setNames)(
  'the dead-letter queue accepts messages from every rule, and from nothing else (%s)',
  async (name) => {
    const packaged = await templateOf(name);
    const { document } = policiesIn(packaged).find(({ id }) => id === 'DeadLetterQueuePolicy') ?? {};
    const rules = ofType(packaged, 'AWS::Events::Rule').map(([id]) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
    const sources = document?.Statement[0]?.Condition?.ArnEquals?.['aws:SourceArn'] as object[];
    expect(sources).toHaveLength(rules.length);
    expect(sources).toEqual(expect.arrayContaining(rules));
  },
);

it('the export key has its alias', () => {
  expect(propertiesOf(template, 'ExportKeyAlias')).toEqual({
    AliasName: 'alias/personalize-dataset-export-prod',
    TargetKeyId: { Ref: 'ExportKey' },
  });
});
