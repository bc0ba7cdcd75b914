import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

interface Entry {
  expression: string;
  timeZone?: string;
  enabled?: boolean;
  request?: { deadlineMinutes?: number; exports?: { deadlineMinutes: number }[] };
}
const hoursWithoutSuccess = createRequire(import.meta.url)('../../resources/hours-without-success.cjs') as (
  schedules: Entry[],
  deadlineMinutes: number,
) => number;

const SIX_HOURS = 360;
const nightly = 'cron(30 2 * * ? *)';

it.each<[hours: number, when: string, Entry[]]>([
  [30, 'every night', [{ expression: nightly }]],
  [31, 'every night, by a clock that is set back once a year', [{ expression: nightly, timeZone: 'Europe/Berlin' }]],
  [78, 'on weekdays', [{ expression: 'cron(30 2 ? * MON-FRI *)' }]],
  [7, 'every minute', [{ expression: 'cron(* * * * ? *)' }]],
  [12, 'every six hours', [{ expression: 'rate(6 hours)' }]],
  [7, 'every 30 minutes', [{ expression: 'rate(30 minutes)' }]],
  [168, 'at the longest rate that fits', [{ expression: 'rate(162 hours)' }]],
  [102, 'twice a week', [{ expression: 'cron(0 2 ? * MON *)' }, { expression: 'cron(0 2 ? * THU *)' }]],
  [54, 'every two days, and weekly', [{ expression: 'cron(0 2 ? * MON *)' }, { expression: 'rate(2 days)' }]],
  [
    24,
    'at midnight in Berlin and at noon in New York, 18 hours later',
    [
      { expression: 'cron(0 0 * * ? *)', timeZone: 'Europe/Berlin' },
      { expression: 'cron(0 12 * * ? *)', timeZone: 'America/New_York' },
    ],
  ],
])('the time without success is %i hours with a deadline of six hours for exports %s', (hours, _, schedules) => {
  expect(hoursWithoutSuccess(schedules, SIX_HOURS)).toBe(hours);
});

it.each<[when: string, Entry[]]>([
  ['nothing runs on a schedule', []],
  ['the only schedule is disabled', [{ expression: nightly, enabled: false }]],
  ['the only schedule runs once', [{ expression: 'at(2030-01-01T00:00:00)' }]],
  ['the only schedule ends', [{ expression: 'cron(30 2 * * ? 2030-2031)' }]],
  ['a week passes between two runs, and the deadline comes on top', [{ expression: 'cron(30 2 ? * MON *)' }]],
  ['the schedule pauses in the second half of the year', [{ expression: 'cron(30 2 * 1-6 ? *)' }]],
  ['a rate and the deadline take longer than a week', [{ expression: 'rate(163 hours)' }]],
  ['the parser does not know the expression', [{ expression: 'cron(0 0 LW * ? *)' }]],
])('the time without success is 0, for no alarm, if %s', (_, schedules) => {
  expect(hoursWithoutSuccess(schedules, SIX_HOURS)).toBe(0);
});

it('the time without success depends on the longest deadline of the requests, in a batch too', () => {
  const schedules = [
    { expression: nightly, request: { deadlineMinutes: 60 } },
    { expression: nightly, request: { exports: [{ deadlineMinutes: 600 }] } },
  ];
  expect(hoursWithoutSuccess(schedules, SIX_HOURS)).toBe(34);
});
