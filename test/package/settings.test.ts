import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { requestSchema } from '../../src/plan/request.ts';
import { packageWith } from './packaged.ts';

const require = createRequire(import.meta.url);
type Resolve = (address: string) => Promise<unknown>;
interface Context {
  options?: { param: string[] };
  resolveVariable: Resolve;
}
const settings = require('../../resources/settings.cjs') as (of: Context) => Promise<Settings>;
const { defaultSettings, exportJobTagsSchema } = require('../../resources/settings-schema.cjs') as {
  defaultSettings: Record<string, unknown>;
  exportJobTagsSchema: { items: { properties: object } };
};

interface Settings extends Record<string, unknown> {
  /** One sentence for each wrong setting. */
  faults: string[];
}

/** The settings as osls resolves them: those of serverless.yml, of which some are `given` for the stage. */
const settingsWith = ({ stage = 'dev', ...given }: Record<string, unknown>, param: string[] = []) => {
  const variables: Record<string, unknown> = {
    'sls:stage': stage,
    'self:params': { default: defaultSettings, [String(stage)]: given, other: { fromAnotherStage: 1 } },
  };
  return settings({
    options: { param },
    resolveVariable: async (address) =>
      variables[address] ?? { ...defaultSettings, ...given }[address.replace('param:', '')],
  });
};

it('takes the settings as they are in serverless.yml', async () => {
  const { alarmAfterHoursWithoutSuccess: _, ...others } = defaultSettings;
  await expect(settingsWith({})).resolves.toMatchObject({ faults: [], ...others });
});

it('takes numbers and booleans as text, as --param gives them', async () => {
  const texts = { deadlineMinutes: '30', createTrail: 'true', logRetentionInDays: '30' };
  const values = { deadlineMinutes: 30, createTrail: true, logRetentionInDays: 30 };
  await expect(settingsWith(texts)).resolves.toMatchObject({ faults: [], ...values });
});

it('has these defaults in serverless.yml', async () => {
  // The tags of CloudFormation, such as !Sub, are unknown to the parser.
  const { params } = parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'error' });
  expect(params.default).toEqual(defaultSettings);
});

it('gives the stack the tags of the setting stackTags, by their keys', async () => {
  const stackTags = JSON.stringify([{ tagKey: 'cost center', tagValue: '42' }]);
  await expect(settingsWith({ stackTags })).resolves.toMatchObject({ tagsByKey: { 'cost center': '42' } });
  const { provider } = parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'error' });
  expect(provider.stackTags).toBe(`\${self:custom.settings.tagsByKey}`);
});

it.each([
  ['notificationEmail', 'data.team+exports@mail.example.com'],
  ['existingBucket', 'my.bucket-1'],
  ['existingRoleArn', 'arn:aws-cn:iam::123456789012:role/a/personalize'],
  ['existingKeyArn', 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1234'],
  ['existingTopicArn', 'arn:aws-us-gov:sns:us-gov-west-1:123456789012:my_topic-1'],
  ['permissionsBoundaryArn', 'arn:aws:iam::123456789012:policy/team/boundary'],
  ['permissionsBoundaryArn', 'arn:aws:iam::aws:policy/PowerUserAccess'],
  ['stackTags', '[{"tagKey": "cost center", "tagValue": "Zürich"}]'],
  ['exportKeyPrefix', 'requests-of-ours/daily'],
  ['exportKeyPrefix', 'manifests-of-ours'],
  ['exportKeyPrefix', 'x'.repeat(100)],
  ['exportExpirationInDays', 3],
  ['exportExpirationInDays', 36_500],
  ['ingestionMode', 'BULK'],
  ['ingestionMode', 'PUT'],
  ['exportJobTags', '[{"tagKey": "team", "tagValue": ""}]'],
  ['deadlineMinutes', 1],
  ['deadlineMinutes', 2_880],
  ['pollShortestSeconds', 1],
  ['pollShortestSeconds', 900],
  ['pollLongestSeconds', 300],
  ['pollLongestSeconds', 3_600],
  ['importDatasetGroups', 'shop,news_2, my-shop'],
  ['solutionEventBus', 'aws-solutions-SO0170-personalize'],
  ['alarmAfterHoursWithoutSuccess', 'auto'],
  ['alarmAfterHoursWithoutSuccess', 0],
  ['alarmAfterHoursWithoutSuccess', '168'],
  ['logRetentionInDays', 1],
  ['logRetentionInDays', 3_653],
])('accepts %s = %j', async (name, value) => {
  expect((await settingsWith({ [name]: value })).faults).toEqual([]);
});

it('accepts intervals of one second in the stage "local" only', async () => {
  const seconds = { pollShortestSeconds: 1, pollLongestSeconds: 1 };
  expect((await settingsWith({ ...seconds, stage: 'local' })).faults).toEqual([]);
  expect((await settingsWith({ ...seconds, stage: 'dev' })).faults).toEqual([
    expect.stringContaining('pollLongestSeconds'),
  ]);
});

it.each([
  ['ingestionMode', 'bulk'],
  ['exportExpirationInDays', -1],
  ['exportExpirationInDays', 1],
  ['exportExpirationInDays', 2],
  ['exportExpirationInDays', 36_501],
  ['exportExpirationInDays', 1.5],
  ['deadlineMinutes', 0],
  ['deadlineMinutes', 2_881],
  ['deadlineMinutes', 'soon'],
  ['createTrail', 'maybe'],
  ['verifyExports', 'sometimes'],
  ['restoreRole', 'sometimes'],
  ['exportKeyPrefix', 'requests/mine'],
  ['exportKeyPrefix', 'requests'],
  ['exportKeyPrefix', 'manifests'],
  ['exportKeyPrefix', 'manifests/mine'],
  ['exportKeyPrefix', '/exports'],
  ['exportKeyPrefix', 'exports/'],
  ['exportKeyPrefix', ''],
  ['exportKeyPrefix', 'x'.repeat(101)],
  ['existingKeyArn', 'arn:aws:kms:eu-west-1:123456789012:key/*'],
  ['existingKeyArn', 'arn:aws:kms:*:123456789012:key/1234abcd'],
  ['existingKeyArn', 'arn:aws:kms:eu-west-1::key/1234abcd'],
  ['existingRoleArn', 'arn:aws:iam::123456789012:role/*'],
  ['existingRoleArn', 'arn:aws:iam::123456789012:role/personaliz?'],
  ['existingTopicArn', 'arn:aws:sns:eu-west-1:123456789012:*'],
  ['permissionsBoundaryArn', 'arn:aws:iam::123456789012:policy/*'],
  ['permissionsBoundaryArn', 'arn:aws:iam::123456789012:role/boundary'],
  ['existingKeyArn', 'alias/mine'],
  ['existingKeyArn', 'arn:aws:kms:eu-west-1:123456789012:alias/mine'],
  ['existingRoleArn', 'my-role'],
  ['existingBucket', 'My_Bucket'],
  ['existingBucket', 'ab'],
  ['existingBucket', 'b'.repeat(64)],
  ['existingTopicArn', 'arn:aws:sqs:us-east-1:123456789012:queue'],
  ['notificationEmail', 'nobody'],
  ['notificationEmail', 'a@b.com, c@d.com'],
  ['logRetentionInDays', 91],
  ['exportJobTags', 'team=search'],
  ['exportJobTags', '{"team": "search"}'],
  ['exportJobTags', '[{"tagKey": "team"}]'],
  ['exportJobTags', '[{"tagKey": "team", "tagValue": "search", "key": "x"}]'],
  ['exportJobTags', '[{"tagKey": "", "tagValue": "search"}]'],
  ['exportJobTags', JSON.stringify([{ tagKey: 'k'.repeat(129), tagValue: '' }])],
  ['exportJobTags', JSON.stringify([{ tagKey: 'k', tagValue: 'v'.repeat(257) }])],
  ['exportJobTags', '[{"tagKey": "team", "tagValue": 1}]'],
  ['exportJobTags', '[{"tagKey": "te;am", "tagValue": "search"}]'],
  ['exportJobTags', '[{"tagKey": "team", "tagValue": "<search>"}]'],
  ['exportJobTags', '[{"tagKey": "aws:team", "tagValue": "search"}]'],
  ['exportJobTags', '[{"tagKey": "AWS:team", "tagValue": "search"}]'],
  ['stackTags', 'team=search'],
  ['stackTags', '[{"tagKey": "Zürich", "tagValue": ""}]'],
  ['stackTags', '[{"tagKey": "aws:team", "tagValue": ""}]'],
  ['pollShortestSeconds', 0],
  ['pollShortestSeconds', 901],
  ['pollLongestSeconds', 299],
  ['pollLongestSeconds', 3_601],
  ['importDatasetGroups', 'shop;news'],
  ['solutionEventBus', 'my bus'],
  ['solutionEventBus', 'b'.repeat(257)],
  ['schedulesFile', 'no-such-file.yml'],
  ['importTrigger', 'no'],
  ['eventTrigger', ''],
  ['requestFileTrigger', 'off'],
  ['alarmAfterHoursWithoutSuccess', 169],
  ['alarmAfterHoursWithoutSuccess', 'never'],
  ['alarmAfterHoursWithoutSuccess', -1],
  ['stage', 'Prod'],
  ['stage', '1prod'],
])('refuses %s = %j, names it and says in words what is allowed', async (name, value) => {
  const { faults } = await settingsWith({ [name]: value });
  expect(faults).not.toEqual([]);
  for (const fault of faults) {
    expect(fault).toMatch(new RegExp(`^The setting ${name}\\b.* is .*, but (must be|must not|there is no) `));
    expect(fault).not.toContain('^');
  }
});

const tags = (count: number) =>
  JSON.stringify(
    Array.from({ length: count }, (_, index) => ({
      tagKey: String(index).padEnd(128, 'k'),
      tagValue: 'v'.repeat(256),
    })),
  );

it.each([
  ['exportJobTags', 50],
  ['stackTags', 48],
])('accepts %s with %i tags of the greatest length, and not one more', async (name, count) => {
  expect((await settingsWith({ [name]: tags(count) })).faults).toEqual([]);
  expect((await settingsWith({ [name]: tags(count + 1) })).faults).toEqual([
    expect.stringContaining(`must be a list of at most ${count} tags`),
  ]);
});

it.each([
  ['exportJobTags', [{ tagKey: 'team' }, { tagKey: 'Team' }], 'The setting exportJobTags has the key Team twice.'],
  ['stackTags', [{ tagKey: 'team' }, { tagKey: 'team' }], 'The setting stackTags has the key team twice.'],
  [
    'stackTags',
    [{ tagKey: 'Personalize-Dataset-Export' }],
    'The setting stackTags has the key Personalize-Dataset-Export, which is reserved.',
  ],
])('refuses the keys of %s = %j', async (name, keys, fault) => {
  const given = keys.map((key) => ({ ...key, tagValue: '' }));
  expect((await settingsWith({ [name]: JSON.stringify(given) })).faults).toEqual([fault]);
});

it('allows the tags of export jobs that a request allows', () => {
  const { properties } = requestSchema.properties.tags.items;
  const longest = (text: string) => text.replace('^(?![Aa][Ww][Ss]:)', '^').replace(/\{[01],\d+\}\$$/, '*$');
  for (const name of ['tagKey', 'tagValue'] as const) {
    const { pattern } = (exportJobTagsSchema.items.properties as typeof properties)[name];
    expect(longest(pattern)).toBe(properties[name].pattern);
  }
});

it('refuses an expiration of exports in a bucket that has rules of its own', async () => {
  const { faults } = await settingsWith({ existingBucket: 'my-bucket', exportExpirationInDays: 30 });
  expect(faults).toEqual([
    'The setting exportExpirationInDays is 30, but must be 0 with existingBucket: the rules of that bucket decide.',
  ]);
});

it('names every wrong setting at once', async () => {
  expect((await settingsWith({ deadlineMinutes: 0, ingestionMode: 'bulk' })).faults).toEqual([
    'The setting ingestionMode is "bulk", but must be one of BULK, PUT, ALL.',
    'The setting deadlineMinutes is 0, but must be a whole number from 1 to 2880.',
  ]);
});

it.each([
  ['notificatonEmail', 'Did you mean notificationEmail?'],
  ['notificationemail', 'Did you mean notificationEmail?'],
  ['bucket', 'serverless.yml lists the settings.'],
])('refuses the unknown setting %s: %s', async (name, advice) => {
  const fault = `The setting ${name} is unknown. ${advice}`;
  expect((await settingsWith({ [name]: 'x' })).faults).toEqual([fault]);
  expect((await settingsWith({}, [`${name}=x=y`])).faults).toEqual([fault]);
});

it('puts the defaults in place of all settings when one is wrong', async () => {
  await expect(settingsWith({ deadlineMinutes: 'soon', existingBucket: 'my-bucket' })).resolves.toMatchObject({
    deadlineMinutes: 360,
    bucketName: { Ref: 'ExportBucket' },
  });
});

it('reports wrong settings in one line each, without a stack trace', async () => {
  const { message } = await packageWith({ ingestionMode: 'bulk', notificatonEmail: 'x' }).catch((error) => error);
  expect(message.split('Error:\n')[1].trim().split('\n')).toEqual([
    'The setting notificatonEmail is unknown. Did you mean notificationEmail?',
    'The setting ingestionMode is "bulk", but must be one of BULK, PUT, ALL.',
  ]);
});

it('keeps exports for good, or for as many days as the setting says', async () => {
  await expect(settingsWith({ exportExpirationInDays: 0 })).resolves.toMatchObject({
    lifecycleRules: [{ Id: 'Tidy' }, { Id: 'RequestFiles' }],
  });
  await expect(settingsWith({ exportExpirationInDays: 3, exportKeyPrefix: 'a/b' })).resolves.toMatchObject({
    lifecycleRules: [
      { Id: 'Tidy' },
      { Id: 'RequestFiles' },
      { Prefix: 'a/b/', ExpirationInDays: 3 },
      { Prefix: 'manifests/', ExpirationInDays: 1 },
    ],
  });
});

it('raises an alarm on missing success after the time that follows from the schedules', async () => {
  await expect(settingsWith({ schedulesFile: 'test/fixtures/three-schedules.yml' })).resolves.toMatchObject({
    alarmAfterHoursWithoutSuccess: 31,
    files: { withoutSuccessAlarm: 'resources/without-success-alarm.yml' },
  });
  await expect(settingsWith({})).resolves.toMatchObject({
    alarmAfterHoursWithoutSuccess: 0,
    files: { withoutSuccessAlarm: 'resources/nothing.yml' },
  });
});

it('sends the e-mails of alarms, but none of an existing topic', async () => {
  const existing = { existingTopicArn: 'arn:aws:sns:eu-west-1:123456789012:mine', notificationEmail: 'a@example.com' };
  await expect(settingsWith(existing)).resolves.toMatchObject({
    files: { alarmEmail: 'resources/alarm-email.yml', topicEmail: 'resources/nothing.yml' },
  });
});
