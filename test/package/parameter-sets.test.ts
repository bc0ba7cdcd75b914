import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { ofType, type Packaged, packageWith } from './packaged.ts';

const SETS: Record<string, [params: Record<string, string>, options?: string[]]> = {
  'everything new': [{}],
  'everything existing': [
    {
      existingBucket: 'my-bucket',
      existingRoleArn: 'arn:aws:iam::123456789012:role/personalize',
      existingKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd',
      existingTopicArn: 'arn:aws:sns:us-east-1:123456789012:my-topic',
    },
  ],
  'three schedules, e-mail, a solution bus and every alarm': [
    {
      schedulesFile: 'test/fixtures/three-schedules.yml',
      notificationEmail: 'data@example.com',
      solutionEventBus: 'aws-solutions-SO0170-personalize',
      importDatasetGroups: 'shop, news',
      alarmAfterHoursWithoutSuccess: '24',
      exportExpirationInDays: '30',
    },
    ['--stage', 'prod'],
  ],
  'a trail, in China': [{ createTrail: 'true' }, ['--region', 'cn-north-1']],
};

const TEMPLATES = '.local/templates';
const packaged = new Map<string, Packaged>();

beforeAll(async () => {
  await mkdir(TEMPLATES, { recursive: true });
  for (const [name, [params, options]] of Object.entries(SETS)) {
    packaged.set(name, await packageWith(params, options));
    // For cfn-lint, which runs beside the tests.
    await writeFile(`${TEMPLATES}/${name.replaceAll(/\W+/g, '-')}.json`, JSON.stringify(of(name).template));
  }
}, 60_000);

const of = (name: string) => packaged.get(name) as Packaged;
const types = (name: string) => new Set(Object.values(of(name).template.Resources).map(({ Type }) => Type));

describe.each(Object.keys(SETS))('%s', (name) => {
  it('has the definition as it stands in its file, with every placeholder filled', async () => {
    const [[, machine] = []] = ofType<{ DefinitionString: string; DefinitionSubstitutions: object }>(
      of(name).template,
      'AWS::StepFunctions::StateMachine',
    );
    const { DefinitionString, DefinitionSubstitutions } = machine ?? {};
    const file = await readFile('statemachine/dataset-export.asl.json', 'utf8');
    expect(JSON.parse(DefinitionString ?? '')).toEqual(JSON.parse(file));
    const placeholders = [...file.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder);
    expect(Object.keys(DefinitionSubstitutions ?? {}).sort()).toEqual([...new Set(placeholders)].sort());
  });

  it('leaves no variable of serverless.yml unresolved', () => {
    expect(JSON.stringify(of(name).template)).not.toMatch(/\$\{(self|param|file|opt|sls|env):/);
  });

  it('encrypts every bucket, topic and queue, and lets nothing be public', () => {
    const { template } = of(name);
    const buckets = ofType<{ PublicAccessBlockConfiguration: object; VersioningConfiguration: object }>(
      template,
      'AWS::S3::Bucket',
    );
    for (const [id, bucket] of buckets) {
      expect(bucket, id).toMatchObject({
        BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
      });
      if (id === 'ServerlessDeploymentBucket') continue;
      expect(Object.values(bucket.PublicAccessBlockConfiguration), id).toEqual([true, true, true, true]);
      expect(bucket.VersioningConfiguration, id).toEqual({ Status: 'Enabled' });
    }
    for (const [id, topic] of ofType(template, 'AWS::SNS::Topic')) expect(topic.KmsMasterKeyId, id).toBeDefined();
    for (const [id, queue] of ofType(template, 'AWS::SQS::Queue')) expect(queue.SqsManagedSseEnabled, id).toBe(true);
    for (const type of ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'AWS::KMS::Key']) {
      for (const [id, { PolicyDocument, KeyPolicy }] of ofType(template, type)) {
        const { Statement } = (PolicyDocument ?? KeyPolicy) as { Statement: Record<string, unknown>[] };
        const open = Statement.filter(({ Effect, Principal }) => Effect === 'Allow' && Principal === '*');
        expect(open, id).toEqual([]);
      }
    }
  });

  it('keeps exported data, and the key to it, when the stack is deleted', () => {
    for (const [id, resource] of Object.entries(of(name).template.Resources)) {
      if (!['AWS::S3::Bucket', 'AWS::KMS::Key'].includes(resource.Type) || id === 'ServerlessDeploymentBucket')
        continue;
      expect(resource, id).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('gives every way in retries, a maximum age and the dead-letter queue', () => {
    const { template } = of(name);
    const safe = {
      RetryPolicy: { MaximumRetryAttempts: expect.any(Number), MaximumEventAgeInSeconds: expect.any(Number) },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
    };
    for (const [id, { Targets }] of ofType(template, 'AWS::Events::Rule')) expect(Targets, id).toMatchObject([safe]);
    for (const [id, { Target }] of ofType(template, 'AWS::Scheduler::Schedule')) expect(Target, id).toMatchObject(safe);
    expect(ofType(template, 'AWS::Lambda::EventInvokeConfig')).toMatchObject([
      ['StartExportInvokeConfig', { DestinationConfig: { OnFailure: { Destination: expect.anything() } } }],
    ]);
  });

  it('lets each rule, and only it, invoke start-export', () => {
    const { template } = of(name);
    const rules = ofType(template, 'AWS::Events::Rule').map(([id]) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
    const sources = ofType(template, 'AWS::Lambda::Permission').map(([, { SourceArn }]) => SourceArn);
    expect(sources).toEqual(expect.arrayContaining(rules));
    expect(sources).toHaveLength(rules.length);
  });

  it('has one role a function, its log kept for as long as the setting says, and names within 64 characters', () => {
    const { template } = of(name);
    const functions = ofType(template, 'AWS::Lambda::Function');
    expect(new Set(functions.map(([, { Role }]) => JSON.stringify(Role))).size).toBe(6);
    for (const [id, { FunctionName, Runtime, Architectures, TracingConfig, LoggingConfig }] of functions) {
      expect(String(FunctionName).length, id).toBeLessThanOrEqual(64);
      expect({ Runtime, Architectures, TracingConfig, LoggingConfig }, id).toEqual({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
    }
    for (const [id, { RetentionInDays }] of ofType(template, 'AWS::Logs::LogGroup'))
      expect(RetentionInDays, id).toBe(90);
  });

  it('writes `*` as a resource only where AWS knows none', () => {
    const wild = ofType(of(name).template, 'AWS::IAM::Role').flatMap(([, { Policies }]) =>
      (Policies as { PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] } }[])
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .filter(({ Resource }) => Resource === '*')
        .flatMap(({ Action }) => Action),
    );
    expect(wild.filter((action) => !/^(xray:|logs:|personalize:List)/.test(action))).toEqual([]);
  });

  it('has a template that a stack takes and zips that start fast', () => {
    const { templateBytes, zips } = of(name);
    expect(templateBytes).toBeLessThan(1_000_000); // By URL, as osls hands it over; a body in the call may have 51,200.
    expect(Object.keys(zips)).toHaveLength(6);
    for (const [zip, bytes] of Object.entries(zips)) expect(bytes.length, zip).toBeLessThan(150 * 1024);
  });

  it('has a dashboard that is JSON', () => {
    const [[, { DashboardBody } = {}] = []] = ofType(of(name).template, 'AWS::CloudWatch::Dashboard');
    const [body] = (DashboardBody as unknown as { 'Fn::Sub': [string, object] })['Fn::Sub'];
    expect(JSON.parse(body).widgets).toHaveLength(5);
  });
});

it('makes byte-identical zips from the same source', async () => {
  for (const [zip, bytes] of Object.entries(of('everything new').zips)) {
    expect(bytes.equals(await readFile(`.local/package/${zip}`)), zip).toBe(true);
  }
});

it('makes nothing that exists already', () => {
  const made = Object.keys(of('everything existing').template.Resources);
  for (const id of ['ExportBucket', 'ExportBucketPolicy', 'ExportKey', 'PersonalizeRole', 'ExportTopic'])
    expect(made).not.toContain(id);
  expect(JSON.stringify(of('everything existing').template)).not.toMatch(
    /"(Ref|Fn::GetAtt)":\[?"(ExportBucket|ExportKey|PersonalizeRole|ExportTopic)"/,
  );
});

it('makes a schedule of each entry, with its time zone and request', () => {
  const schedules = ofType(
    of('three schedules, e-mail, a solution bus and every alarm').template,
    'AWS::Scheduler::Schedule',
  );
  expect(
    schedules.map(([id, { ScheduleExpressionTimezone, State }]) => [id, ScheduleExpressionTimezone, State]),
  ).toEqual([
    ['ScheduleNightlyInteractions', 'Europe/Berlin', 'ENABLED'],
    ['ScheduleWeeklyGroup', 'America/New_York', 'ENABLED'],
    ['ScheduleOnce', 'Asia/Tokyo', 'DISABLED'],
  ]);
  const [[, { Target } = {}] = []] = schedules;
  expect(JSON.parse((Target as unknown as { Input: string }).Input)).toMatchObject({
    source: 'aws.scheduler',
    detail: {
      schedule: 'nightly-interactions',
      scheduledTime: '<aws.scheduler.scheduled-time>',
      request: expect.anything(),
    },
  });
  expect(types('everything new')).not.toContain('AWS::Scheduler::Schedule');
});

it('follows the imports of the named groups only', () => {
  const pattern = (name: string) => {
    const rules = ofType<{ EventPattern: { detail: { requestParameters?: unknown } } }>(
      of(name).template,
      'AWS::Events::Rule',
    );
    return rules.find(([id]) => id === 'ImportStartedRule')?.[1].EventPattern.detail.requestParameters;
  };
  expect(pattern('everything new')).toEqual({
    datasetArn: [{ suffix: '/INTERACTIONS' }, { suffix: '/ITEMS' }, { suffix: '/USERS' }],
  });
  expect(pattern('three schedules, e-mail, a solution bus and every alarm')).toMatchObject({
    datasetArn: expect.arrayContaining([{ wildcard: '*:dataset/shop/ITEMS' }, { wildcard: '*:dataset/news/USERS' }]),
  });
});

it('makes a trail where it is asked for', () => {
  expect(types('a trail, in China')).toContain('AWS::CloudTrail::Trail');
  expect(types('everything new')).not.toContain('AWS::CloudTrail::Trail');
});

it('writes no partition but that of the pseudo parameter', () => {
  expect(JSON.stringify(of('a trail, in China').template)).not.toMatch(/arn:aws:/);
});

it('has two stages side by side: no name in common', () => {
  const named = /^(Function|Alarm|Topic|Queue|Alias|StateMachine|LogGroup|Dashboard)?Name$/;
  const names = (name: string) =>
    Object.values(of(name).template.Resources).flatMap(({ Properties }) =>
      Object.entries(Properties ?? {}).flatMap(([key, value]) =>
        named.test(key) && typeof value === 'string' ? [value] : [],
      ),
    );
  const dev = new Set(names('everything new'));
  expect(dev.size).toBeGreaterThan(20);
  expect(names('three schedules, e-mail, a solution bus and every alarm').filter((one) => dev.has(one))).toEqual([]);
});
