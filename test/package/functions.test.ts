import { describe, expect, it } from 'vitest';
import { ofType, propertiesOf, setNames, templateOf } from './packaged.ts';

const template = await templateOf('every option');

const pollBounds = { POLL_SHORTEST_SECONDS: '15', POLL_LONGEST_SECONDS: '900' };
const machine = {
  STATE_MACHINE_ARN: {
    'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:personalize-dataset-export-prod`,
  },
};

/** Each function by the first part of its logical id: its timeout in seconds, its memory in MB and its environment. */
const FUNCTIONS: Record<string, { name: string; timeout: number; memory?: number; environment?: object }> = {
  StartExport: {
    name: 'start-export',
    timeout: 30,
    environment: { ...machine, IMPORT_DATASET_GROUPS: 'shop,news' },
  },
  PlanExports: {
    name: 'plan-exports',
    timeout: 55,
    environment: {
      ...machine,
      EXPORT_BUCKET: { Ref: 'ExportBucket' },
      EXPORT_KEY_PREFIX: 'exports',
      EXPORT_KMS_KEY_ARN: { 'Fn::GetAtt': ['ExportKey', 'Arn'] },
      EXPORT_JOB_TAGS: '[]',
      PERSONALIZE_ROLE_ARN: { 'Fn::GetAtt': ['PersonalizeRole', 'Arn'] },
      INGESTION_MODE: 'ALL',
      DEADLINE_MINUTES: '360',
      VERIFY_EXPORTS: 'true',
      ...pollBounds,
    },
  },
  DescribeImportJob: { name: 'describe-import-job', timeout: 30, environment: pollBounds },
  CreateExportJob: { name: 'create-export-job', timeout: 30, environment: pollBounds },
  DescribeExportJob: { name: 'describe-export-job', timeout: 30, environment: pollBounds },
  Notify: {
    name: 'notify',
    timeout: 30,
    environment: { EXPORT_TOPIC_ARN: { Ref: 'ExportTopic' }, ...machine, STAGE: 'prod' },
  },
  // The memory that comes with one whole processor.
  VerifyExport: { name: 'verify-export', timeout: 900, memory: 1769, environment: { GLUE_DATABASE: 'exports' } },
};

it('the table of this test lists every function of the template', () => {
  const ids = ofType(template, 'AWS::Lambda::Function').map(([id]) => id);
  expect(ids).toEqual(Object.keys(FUNCTIONS).map((id) => `${id}LambdaFunction`));
});

describe.each(Object.entries(FUNCTIONS))('the function %s', (id, { name, timeout, memory = 256, environment }) => {
  it('a function runs its own handler, with its own role, environment and timeout', () => {
    const { Code, Description: _, ...properties } = propertiesOf(template, `${id}LambdaFunction`);
    expect(properties).toEqual({
      FunctionName: `personalize-dataset-export-prod-${name}`,
      Handler: `.build/functions/${name}/index.handler`,
      Role: { 'Fn::Sub': `\${${id}Role.Arn}` },
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: memory,
      Timeout: timeout,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
      ...(environment && { Environment: { Variables: environment } }),
    });
    expect(Code).toEqual({
      S3Bucket: { Ref: 'ServerlessDeploymentBucket' },
      S3Key: expect.stringMatching(/^serverless\/personalize-dataset-export\/prod\/.*\.zip$/),
    });
  });

  it('a function gets its log group before its first line, kept for as long as the setting says', () => {
    expect(template.Resources[`${id}LambdaFunction`]?.DependsOn).toEqual([`${id}LogGroup`]);
    expect(propertiesOf(template, `${id}LogGroup`)).toEqual({
      LogGroupName: `/aws/lambda/personalize-dataset-export-prod-${name}`,
      RetentionInDays: 30,
    });
  });
});

it('plan-exports gets the existing resources of the settings', async () => {
  const { Environment } = propertiesOf(await templateOf('existing resources'), 'PlanExportsLambdaFunction');
  expect(Environment).toMatchObject({
    Variables: {
      EXPORT_BUCKET: 'my-bucket',
      EXPORT_KMS_KEY_ARN: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd',
      PERSONALIZE_ROLE_ARN: 'arn:aws:iam::123456789012:role/personalize',
    },
  });
});

it('verify-export does not exist, and no verification is planned, if the setting verifyExports is false', async () => {
  const without = await templateOf('without verification');
  expect(Object.keys(without.Resources).filter((id) => /Verif/.test(id))).toEqual([]);
  const { Environment } = propertiesOf(without, 'PlanExportsLambdaFunction');
  expect(Environment).toMatchObject({ Variables: { VERIFY_EXPORTS: 'false' } });
});

it('verify-export gets no database if the setting glueDatabase is empty', async () => {
  const { Environment } = propertiesOf(await templateOf('defaults'), 'VerifyExportLambdaFunction');
  expect(Environment).toEqual({ Variables: {} });
});

it('start-export gets no dataset groups if the setting importDatasetGroups is empty', async () => {
  const { Environment } = propertiesOf(await templateOf('existing resources'), 'StartExportLambdaFunction');
  expect(Environment).toMatchObject({ Variables: { IMPORT_DATASET_GROUPS: '' } });
});

it('notify may publish to an existing topic', async () => {
  const { Environment } = propertiesOf(await templateOf('existing resources'), 'NotifyLambdaFunction');
  expect(Environment).toMatchObject({ Variables: { EXPORT_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:my-topic' } });
});

it.each(setNames)('every log is kept for a limited time (%s)', async (name) => {
  for (const [id, { Properties }] of ofType(await templateOf(name), 'AWS::Logs::LogGroup')) {
    expect(Properties.RetentionInDays, id).toBe(name === 'every option' ? 30 : 90);
  }
});
