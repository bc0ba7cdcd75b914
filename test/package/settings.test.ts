import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

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

it('takes the settings as serverless.yml has them, and text from --param', async () => {
  await expect(settings({ resolveVariable: resolve({}) })).resolves.toMatchObject(DEFAULTS);
  await expect(
    settings({ resolveVariable: resolve({ deadlineMinutes: '30', createTrail: 'true' }) }),
  ).resolves.toMatchObject({ deadlineMinutes: 30, createTrail: true });
});

it('has a default and a comment for every setting in serverless.yml', async () => {
  const text = await readFile('serverless.yml', 'utf8');
  for (const name of Object.keys(DEFAULTS)) expect(text).toMatch(new RegExp(`^    ${name}: `, 'm'));
});

it.each([
  ['ingestionMode', 'bulk'],
  ['deadlineMinutes', 0],
  ['deadlineMinutes', 2881],
  ['deadlineMinutes', 'soon'],
  ['createTrail', 'maybe'],
  ['exportKeyPrefix', 'requests/mine'],
  ['exportKeyPrefix', 'requests'],
  ['exportKeyPrefix', '/exports'],
  ['exportKeyPrefix', ''],
  ['existingKeyArn', 'alias/mine'],
  ['existingRoleArn', 'my-role'],
  ['existingBucket', 'My_Bucket'],
  ['existingTopicArn', 'arn:aws:sqs:us-east-1:123456789012:queue'],
  ['notificationEmail', 'nobody'],
  ['logRetentionInDays', 91],
  ['exportJobTags', 'team=search'],
  ['exportJobTags', '[{"tagKey": "team"}]'],
  ['pollShortestSeconds', 901],
  ['pollLongestSeconds', 299],
  ['importDatasetGroups', 'shop;news'],
  ['schedulesFile', 'no-such-file.yml'],
  ['alarmAfterHoursWithoutSuccess', 25],
  ['stage', 'a-stage-with-a-very-long-name'],
  ['stage', 'Prod'],
])('stops at %s = %j and names it', async (name, value) => {
  await expect(settings({ resolveVariable: resolve({ [name]: value }) })).rejects.toThrow(
    new RegExp(`^The setting ${name}\\b.* is `),
  );
});

const schedule = { name: 'nightly', expression: 'cron(0 2 * * ? *)', request: {} };
const schedulesWith = (entries: unknown) =>
  schedules({
    resolveVariable: async (address) =>
      ({ 'param:schedulesFile': 's.yml', 'file(s.yml)': entries, 'self:custom.name': 'service' })[address],
  });

it.each([
  ['an expression of no known form', { ...schedule, expression: '0 2 * * *' }],
  ['a time zone that does not exist', { ...schedule, timeZone: 'Europe/Atlantis' }],
  ['an unknown field', { ...schedule, timezone: 'UTC' }],
  ['no request', { name: 'nightly', expression: 'rate(1 day)' }],
  ['a name with a space', { ...schedule, name: 'every night' }],
])('stops at a schedule with %s', async (_, entry) => {
  await expect(schedulesWith([entry])).rejects.toThrow(/^The setting schedulesFile names s\.yml, in which \/0/);
});

it('stops at two schedules of one name', async () => {
  await expect(schedulesWith([schedule, { ...schedule }])).rejects.toThrow('ScheduleNightly');
});

it('makes nothing of an empty list', async () => {
  await expect(schedulesWith([])).resolves.toEqual({ Resources: {} });
});
