import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { ofType, setNames, templateOf } from './packaged.ts';

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;
const sizeFaults = createRequire(import.meta.url)('../../resources/size-faults.cjs') as (
  resources: Resources,
  of: { stage: string },
) => string[];

const faultsOf = (Type: string, Properties: object, stage = 'prod') =>
  sizeFaults({ One: { Type, Properties: { ...Properties } } }, { stage });

it.each([
  ['AWS::Lambda::Function', 'FunctionName', 64],
  ['AWS::Events::Rule', 'Name', 64],
  ['AWS::Scheduler::ScheduleGroup', 'Name', 64],
  ['AWS::IAM::Role', 'RoleName', 64],
  ['AWS::S3::Bucket', 'BucketName', 63],
  ['AWS::StepFunctions::StateMachine', 'StateMachineName', 80],
  ['AWS::SQS::Queue', 'QueueName', 80],
])('the size check allows %s a %s of %i characters, and names the longest stage that fits', (type, property, most) => {
  const name = (length: number) => ({ [property]: 'prod'.padEnd(length, 'x') });
  expect(faultsOf(type, name(most))).toEqual([]);
  expect(faultsOf(type, name(most + 1))).toEqual([
    `The stage prod is too long: the name ${name(most + 1)[property]} would have ${most + 1} characters, and AWS allows ` +
      `${most}. The longest stage that fits has 3 characters.`,
  ]);
});

it('the size check judges the stage by the name that leaves it the least room', () => {
  const resources = {
    Short: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'x'.repeat(81) } },
    Long: { Type: 'AWS::Events::Rule', Properties: { Name: 'y'.repeat(67) } },
  };
  expect(sizeFaults(resources, { stage: 'production' })).toEqual([
    expect.stringContaining('The longest stage that fits has 7 characters.'),
  ]);
});

it.each(['EXPORT_JOB_TAGS', 'IMPORT_DATASET_GROUPS'])(
  'the size check allows an environment of 4,096 bytes with %s',
  (name) => {
    const environment = (bytes: number) => ({
      FunctionName: 'plan-exports',
      Environment: { Variables: { [name]: 'ü'.repeat((bytes - `{"${name}":""}`.length) / 2) } },
    });
    const most = name.length % 2 === 0 ? 4_095 : 4_096;
    expect(faultsOf('AWS::Lambda::Function', environment(most))).toEqual([]);
    const setting = name === 'EXPORT_JOB_TAGS' ? 'exportJobTags' : 'importDatasetGroups';
    expect(faultsOf('AWS::Lambda::Function', environment(most + 10))).toEqual([
      `The setting ${setting} is too long: the environment of plan-exports would have ${most + 10} bytes, and Lambda allows ` +
        `4096. The longest value that fits has ${4_096 - `{"${name}":""}`.length} bytes.`,
    ]);
  },
);

it('the size check measures a reference in the environment by the longest text that may take its place', () => {
  const Variables = { EXPORT_JOB_TAGS: 'x'.repeat(3_900), KEY: { 'Fn::GetAtt': ['ExportKey', 'Arn'] } };
  expect(faultsOf('AWS::Lambda::Function', { FunctionName: 'f', Environment: { Variables } })).toHaveLength(0);
  const more = { ...Variables, TOPIC: { Ref: 'ExportTopic' } };
  expect(faultsOf('AWS::Lambda::Function', { FunctionName: 'f', Environment: { Variables: more } })).toHaveLength(1);
});

it.each(setNames)(
  'every event pattern has at most 2,048 characters, of which no setting is of any length (%s)',
  async (name) => {
    for (const [id, { Properties }] of ofType(await templateOf(name), 'AWS::Events::Rule')) {
      expect(JSON.stringify(Properties.EventPattern).length, id).toBeLessThan(
        2_048 - 'a-bucket-of-63-characters'.padEnd(63).length,
      );
    }
  },
);

it.each(setNames)('the size check finds no fault in the packaged template (%s)', async (name) => {
  expect(sizeFaults((await templateOf(name)).Resources, { stage: 'prod' })).toEqual([]);
});

it.each(['defaults', 'every option'] as const)('a stage may have 17 characters (%s)', async (name) => {
  const { Resources } = await templateOf(name);
  const withStage = (stage: string): Resources =>
    JSON.parse(
      JSON.stringify(Resources).replaceAll(
        /personalize-dataset-export-(dev|prod)/g,
        `personalize-dataset-export-${stage}`,
      ),
    );
  const faultsAt = (stage: string) =>
    sizeFaults(withStage(stage), { stage }).filter((fault) => fault.startsWith('The stage'));
  expect(faultsAt('s'.repeat(17))).toEqual([]);
  expect(faultsAt('s'.repeat(18))).toEqual([expect.stringContaining('The longest stage that fits has 17 characters.')]);
});
