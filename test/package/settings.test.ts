import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);
type Resolve = (address: string) => Promise<unknown>;
const settings = require('../../resources/settings.cjs') as (of: {
  resolveVariable: Resolve;
}) => Promise<Record<string, unknown>>;
const schedules = require('../../resources/schedules.cjs') as (of: {
  resolveVariable: Resolve;
}) => Promise<{ Resources: object }>;

const DEFAULTS: Record<string, unknown> = {
  notificationEmail: '',
  existingBucket: '',
  existingRoleArn: '',
  existingKeyArn: '',
  existingTopicArn: '',
  exportKeyPrefix: 'exports',
  exportExpirationInDays: 0,
  ingestionMode: 'ALL',
  exportJobTags: '[]',
  deadlineMinutes: 360,
  pollShortestSeconds: 15,
  pollLongestSeconds: 900,
  importDatasetGroups: '',
  createTrail: false,
  solutionEventBus: '',
  schedulesFile: 'schedules.yml',
  alarmAfterHoursWithoutSuccess: 0,
  logRetentionInDays: 90,
};

const resolve =
  (given: Record<string, unknown>): Resolve =>
  async (address) =>
    ({ ...DEFAULTS, stage: 'dev', ...given })[address.replace(/^(param|sls):/, '')];

const settingsWith = (given: Record<string, unknown>) => settings({ resolveVariable: resolve(given) });

it('takes the settings as they are in serverless.yml', async () => {
  await expect(settingsWith({})).resolves.toMatchObject(DEFAULTS);
});

it('takes numbers and booleans as text, as --param gives them', async () => {
  const texts = { deadlineMinutes: '30', createTrail: 'true', logRetentionInDays: '30' };
  const values = { deadlineMinutes: 30, createTrail: true, logRetentionInDays: 30 };
  await expect(settingsWith(texts)).resolves.toMatchObject(values);
});

it('has these defaults in serverless.yml', async () => {
  // The tags of CloudFormation, such as !Sub, are unknown to the parser.
  const { params } = parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'error' });
  expect(params.default).toEqual(DEFAULTS);
});

it.each([
  ['notificationEmail', 'data.team+exports@mail.example.com'],
  ['existingBucket', 'my.bucket-1'],
  ['existingRoleArn', 'arn:aws-cn:iam::123456789012:role/a/personalize'],
  ['existingKeyArn', 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1234'],
  ['existingTopicArn', 'arn:aws-us-gov:sns:us-gov-west-1:123456789012:my_topic-1'],
  ['exportKeyPrefix', 'requests-of-ours/daily'],
  ['exportKeyPrefix', 'x'.repeat(100)],
  ['exportExpirationInDays', 36_500],
  ['ingestionMode', 'BULK'],
  ['ingestionMode', 'PUT'],
  ['exportJobTags', '[{"tagKey": "team", "tagValue": ""}]'],
  ['exportJobTags', JSON.stringify(Array(50).fill({ tagKey: 'k'.repeat(128), tagValue: 'v'.repeat(256) }))],
  ['deadlineMinutes', 1],
  ['deadlineMinutes', 2_880],
  ['pollShortestSeconds', 1],
  ['pollShortestSeconds', 900],
  ['pollLongestSeconds', 300],
  ['pollLongestSeconds', 3_600],
  ['importDatasetGroups', 'shop,news_2, my-shop'],
  ['solutionEventBus', 'aws-solutions-SO0170-personalize'],
  ['alarmAfterHoursWithoutSuccess', 24],
  ['logRetentionInDays', 1],
  ['logRetentionInDays', 3_653],
  ['stage', 'sixteen-letters1'],
])('accepts %s = %j', async (name, value) => {
  await expect(settingsWith({ [name]: value })).resolves.toBeDefined();
});

it('accepts intervals of one second in the stage "local" only', async () => {
  const seconds = { pollShortestSeconds: 1, pollLongestSeconds: 1 };
  await expect(settingsWith({ ...seconds, stage: 'local' })).resolves.toBeDefined();
  await expect(settingsWith({ ...seconds, stage: 'dev' })).rejects.toThrow('pollLongestSeconds');
});

it.each([
  ['ingestionMode', 'bulk'],
  ['exportExpirationInDays', -1],
  ['exportExpirationInDays', 36_501],
  ['exportExpirationInDays', 1.5],
  ['deadlineMinutes', 0],
  ['deadlineMinutes', 2_881],
  ['deadlineMinutes', 'soon'],
  ['createTrail', 'maybe'],
  ['exportKeyPrefix', 'requests/mine'],
  ['exportKeyPrefix', 'requests'],
  ['exportKeyPrefix', '/exports'],
  ['exportKeyPrefix', 'exports/'],
  ['exportKeyPrefix', ''],
  ['exportKeyPrefix', 'x'.repeat(101)],
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
  ['exportJobTags', JSON.stringify(Array(51).fill({ tagKey: 'k', tagValue: 'v' }))],
  ['pollShortestSeconds', 0],
  ['pollShortestSeconds', 901],
  ['pollLongestSeconds', 299],
  ['pollLongestSeconds', 3_601],
  ['importDatasetGroups', 'shop;news'],
  ['solutionEventBus', 'my bus'],
  ['solutionEventBus', 'b'.repeat(257)],
  ['schedulesFile', 'no-such-file.yml'],
  ['schedulesFile', ''],
  ['alarmAfterHoursWithoutSuccess', 25],
  ['alarmAfterHoursWithoutSuccess', -1],
  ['stage', 'seventeen-letters'],
  ['stage', 'Prod'],
  ['stage', '1prod'],
])('stops at %s = %j, names it and says in words what is allowed', async (name, value) => {
  const { message } = await settingsWith({ [name]: value }).catch((error) => error);
  expect(message).toMatch(new RegExp(`^The setting ${name}\\b.* is .*, but (must be|must not|there is no) `));
  expect(message).not.toContain('^');
});

it('names every wrong setting at once', async () => {
  await expect(settingsWith({ deadlineMinutes: 0, ingestionMode: 'bulk' })).rejects.toThrow(
    'The setting ingestionMode is "bulk", but must be one of BULK, PUT, ALL. ' +
      'The setting deadlineMinutes is 0, but must be a whole number from 1 to 2880.',
  );
});

it('keeps exports for good, or for as many days as the setting says', async () => {
  await expect(settingsWith({ exportExpirationInDays: 0 })).resolves.toMatchObject({
    lifecycleRules: [{ Id: 'Tidy' }],
  });
  await expect(settingsWith({ exportExpirationInDays: 1, exportKeyPrefix: 'a/b' })).resolves.toMatchObject({
    lifecycleRules: [{ Id: 'Tidy' }, { Prefix: 'a/b/', ExpirationInDays: 1 }],
  });
});

it('sends the e-mails of alarms, but none of an existing topic', async () => {
  const existing = { existingTopicArn: 'arn:aws:sns:eu-west-1:123456789012:mine', notificationEmail: 'a@example.com' };
  await expect(settingsWith(existing)).resolves.toMatchObject({
    files: { alarmEmail: 'resources/alarm-email.yml', topicEmail: 'resources/nothing.yml' },
  });
});

const schedule = { name: 'nightly', expression: 'cron(0 2 * * ? *)', request: {} };
const schedulesWith = (entries: unknown) =>
  schedules({
    resolveVariable: async (address) =>
      ({ 'param:schedulesFile': 's.yml', 'file(s.yml)': entries, 'self:custom.name': 'service' })[address],
  });

it.each([
  ['a cron expression without its function', '/0/expression', { ...schedule, expression: '0 2 * * *' }],
  ['a time zone that does not exist', '/0/timeZone', { ...schedule, timeZone: 'Europe/Atlantis' }],
  ['an unknown field', 'timezone', { ...schedule, timezone: 'UTC' }],
  ['no request', "'request'", { name: 'nightly', expression: 'rate(1 day)' }],
  ['no expression', "'expression'", { name: 'nightly', request: {} }],
  ['no name', "'name'", { expression: 'rate(1 day)', request: {} }],
  ['a request that is not an object', '/0/request', { ...schedule, request: 'all' }],
  ['a state that is not a boolean', '/0/enabled', { ...schedule, enabled: 'yes' }],
  ['a name with a space', '/0/name', { ...schedule, name: 'every night' }],
  ['a name of 31 characters', '/0/name', { ...schedule, name: 'n'.repeat(31) }],
])('stops at a schedule with %s and names the entry', async (_, fault, entry) => {
  const { message } = await schedulesWith([entry]).catch((error) => error);
  expect(message).toMatch(/^The setting schedulesFile names s\.yml, in which \/0/);
  expect(message).toContain(fault);
  expect(message).not.toContain('^');
});

it.each([
  ['nightly', 'nightly', 'ScheduleNightly'],
  ['every-night', 'every_night', 'ScheduleEveryNight'],
])('stops at two schedules with the names %s and %s', async (one, other, id) => {
  await expect(schedulesWith([one, other].map((name) => ({ ...schedule, name })))).rejects.toThrow(id);
});

it('stops at a schedules file that is not a list', async () => {
  await expect(schedulesWith({ nightly: schedule })).rejects.toThrow('must be a list of schedules');
});

it('accepts a name of 30 characters', async () => {
  await expect(schedulesWith([{ ...schedule, name: 'n'.repeat(30) }])).resolves.toBeDefined();
});

it('runs a schedule in UTC, enabled, unless its entry says otherwise', async () => {
  const { Resources } = await schedulesWith([schedule]);
  expect(Resources).toMatchObject({
    ScheduleNightly: { Properties: { ScheduleExpressionTimezone: 'UTC', State: 'ENABLED' } },
  });
});

it('makes nothing of an empty list', async () => {
  await expect(schedulesWith([])).resolves.toEqual({ Resources: {} });
});
