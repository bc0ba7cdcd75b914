import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultSettings, settingsWith } from './settings-with.ts';

it('the settings have these defaults in serverless.yml', async () => {
  // The tags of CloudFormation, such as !Sub, are unknown to the parser.
  const { params } = parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'error' });
  expect(params.default).toEqual(defaultSettings);
});

it('the stack has the tags of the setting stackTags, by their keys', async () => {
  const stackTags = JSON.stringify([{ tagKey: 'cost center', tagValue: '42' }]);
  await expect(settingsWith({ stackTags })).resolves.toMatchObject({ tagsByKey: { 'cost center': '42' } });
  const { provider } = parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'error' });
  expect(provider.stackTags).toBe(`\${self:custom.settings.tagsByKey}`);
});

it('exports are kept for good, or for as many days as the setting says', async () => {
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

it('the alarm on missing success waits as long as the schedules require', async () => {
  await expect(settingsWith({ schedulesFile: 'test/fixtures/three-schedules.yml' })).resolves.toMatchObject({
    alarmAfterHoursWithoutSuccess: 31,
    files: { withoutSuccessAlarm: 'resources/without-success-alarm.yml' },
  });
  await expect(settingsWith({})).resolves.toMatchObject({
    alarmAfterHoursWithoutSuccess: 0,
    files: { withoutSuccessAlarm: 'resources/nothing.yml' },
  });
});

it('alarms are sent by e-mail, but not those of an existing topic', async () => {
  const existing = { existingTopicArn: 'arn:aws:sns:eu-west-1:123456789012:mine', notificationEmail: 'a@example.com' };
  await expect(settingsWith(existing)).resolves.toMatchObject({
    files: { alarmEmail: 'resources/alarm-email.yml', topicEmail: 'resources/nothing.yml' },
  });
});
