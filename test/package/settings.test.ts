import { expect, it } from 'vitest';
import { requestSchema } from '../../src/plan/request.ts';
import { packageWith } from './packaged.ts';
import { defaultSettings, exportJobTagsSchema, settingsWith } from './settings-with.ts';

it('the settings are valid as they are in serverless.yml', async () => {
  const { alarmAfterHoursWithoutSuccess: _, ...others } = defaultSettings;
  await expect(settingsWith({})).resolves.toMatchObject({ faults: [], ...others });
});

it('numbers and booleans may be given as text, as --param gives them', async () => {
  const texts = { deadlineMinutes: '30', createTrail: 'true', logRetentionInDays: '30' };
  const values = { deadlineMinutes: 30, createTrail: true, logRetentionInDays: 30 };
  await expect(settingsWith(texts)).resolves.toMatchObject({ faults: [], ...values });
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
  ['glueDatabase', 'my-exports_2'],
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
])('the setting %s may be %j', async (name, value) => {
  expect((await settingsWith({ [name]: value })).faults).toEqual([]);
});

it('intervals of one second are accepted in the stage "local" only', async () => {
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
  ['glueDatabase', 'Exports'],
  ['glueDatabase', 'my.exports'],
  ['glueDatabase', 'exports/*'],
  ['glueDatabase', 'd'.repeat(256)],
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
])('the setting %s may not be %j, and the message says in words what is allowed', async (name, value) => {
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
])('the setting %s may have %i tags of the greatest length, and not one more', async (name, count) => {
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
])('the setting %s may not have the keys %j', async (name, keys, fault) => {
  const given = keys.map((key) => ({ ...key, tagValue: '' }));
  expect((await settingsWith({ [name]: JSON.stringify(given) })).faults).toEqual([fault]);
});

it('the setting for the tags of export jobs allows what a request allows', () => {
  const { properties } = requestSchema.properties.tags.items;
  const longest = (text: string) => text.replace('^(?![Aa][Ww][Ss]:)', '^').replace(/\{[01],\d+\}\$$/, '*$');
  for (const name of ['tagKey', 'tagValue'] as const) {
    const { pattern } = (exportJobTagsSchema.items.properties as typeof properties)[name];
    expect(longest(pattern)).toBe(properties[name].pattern);
  }
});

it('an expiration of exports is refused in a bucket that has rules of its own', async () => {
  const { faults } = await settingsWith({ existingBucket: 'my-bucket', exportExpirationInDays: 30 });
  expect(faults).toEqual([
    'The setting exportExpirationInDays is 30, but must be 0 with existingBucket: the rules of that bucket decide.',
  ]);
});

it('a database for tables is refused without verification', async () => {
  const { faults } = await settingsWith({ glueDatabase: 'exports', verifyExports: false });
  expect(faults).toEqual([
    'The setting glueDatabase is "exports", but must be empty if verifyExports is false: a table shows only exports that passed verification.',
  ]);
});

it('every wrong setting is named at once', async () => {
  expect((await settingsWith({ deadlineMinutes: 0, ingestionMode: 'bulk' })).faults).toEqual([
    'The setting ingestionMode is "bulk", but must be one of BULK, PUT, ALL.',
    'The setting deadlineMinutes is 0, but must be a whole number from 1 to 2880.',
  ]);
});

it.each([
  ['notificatonEmail', 'Did you mean notificationEmail?'],
  ['notificationemail', 'Did you mean notificationEmail?'],
  ['bucket', 'serverless.yml lists the settings.'],
])('the unknown setting %s is refused: %s', async (name, advice) => {
  const fault = `The setting ${name} is unknown. ${advice}`;
  expect((await settingsWith({ [name]: 'x' })).faults).toEqual([fault]);
  expect((await settingsWith({}, [`${name}=x=y`])).faults).toEqual([fault]);
});

it('the defaults replace all settings if one is wrong', async () => {
  await expect(settingsWith({ deadlineMinutes: 'soon', existingBucket: 'my-bucket' })).resolves.toMatchObject({
    deadlineMinutes: 360,
    bucketName: { Ref: 'ExportBucket' },
  });
});

it('wrong settings are reported in one line each, without a stack trace', async () => {
  const { message } = await packageWith({ ingestionMode: 'bulk', notificatonEmail: 'x' }).catch((error) => error);
  expect(message.split('Error:\n')[1].trim().split('\n')).toEqual([
    'The setting notificatonEmail is unknown. Did you mean notificationEmail?',
    'The setting ingestionMode is "bulk", but must be one of BULK, PUT, ALL.',
  ]);
});
