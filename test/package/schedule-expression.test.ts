import { createRequire } from 'node:module';
import cron from 'aws-cron-parser';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const expressionFault = createRequire(import.meta.url)('../../resources/schedule-expression.cjs') as (
  expression: unknown,
) => string | undefined;

it.each([
  'cron(30 2 * * ? *)',
  'cron(0 10 ? * 6L *)',
  'cron(0 10 ? * FRIL 2027)',
  'cron(0 10 ? * L *)',
  'cron(0 10 ? * 2#1 *)',
  'cron(0 10 ? * MON#5 *)',
  'cron(0/15 * ? * MON-FRI *)',
  'cron(*/5 8-17 ? * 2-6 2026-2199)',
  'cron(0,30 0-8/2,20 1,15,L * ? 1970)',
  'cron(0 8 15W JAN,MAR-MAY ? *)',
  'cron(15 12   ? * SUN,SAT *)',
  'rate(1 minute)',
  'rate(1 hour)',
  'rate(2 hours)',
  'rate(7 days)',
  'at(2030-01-31T08:00:00)',
  'at(2028-02-29T23:59:59)',
])('the schedule expression %s is accepted', (expression) => {
  expect(expressionFault(expression)).toBeUndefined();
});

it.each<[unknown, RegExp]>([
  ['30 2 * * ? *', /none of cron\(…\), rate\(…\) and at\(…\)/],
  ['every(1 day)', /none of cron/],
  ['cron(30 2 * * ? *', /none of cron/],
  ['toString(1)', /none of cron/],
  ['', /none of cron/],
  [5, /none of cron/],
  [null, /none of cron/],
  [['cron(30 2 * * ? *)'], /none of cron/],
  ['cron(30 2 * * *)', /has 5 fields; cron\(…\) takes 6, separated by spaces: minutes, hours, day of month, /],
  ['cron(30 2 * * ? * *)', /has 7 fields/],
  ['cron()', /has 0 fields/],
  ['cron( 30 2 * * ? *)', /has 6 fields; .* separated by spaces/],
  ['cron(60 2 * * ? *)', /has 60 as its minutes, which may be 0-59, with the wildcards , - \* \//],
  ['cron(30 24 * * ? *)', /has 24 as its hours/],
  ['cron(30 2 0 * ? *)', /has 0 as its day of month/],
  ['cron(30 2 32 * ? *)', /has 32 as its day of month/],
  ['cron(30 2 32W * ? *)', /has 32W as its day of month/],
  ['cron(30 2 * 13 ? *)', /has 13 as its month, which may be 1-12 or JAN-DEC/],
  ['cron(30 2 * JANUARY ? *)', /has JANUARY as its month/],
  ['cron(30 2 ? * 0 *)', /has 0 as its day of week, which may be 1-7 or SUN-SAT/],
  ['cron(30 2 ? * 8 *)', /has 8 as its day of week/],
  ['cron(30 2 ? * MON#6 *)', /has MON#6 as its day of week/],
  ['cron(30 2 ? * 3#1,6#3 *)', /has 3#1,6#3 as its day of week/],
  ['cron(30 2 * * ? 1969)', /has 1969 as its year/],
  ['cron(30 2 * * ? 2200)', /has 2200 as its year/],
  ['cron(30 2 * * ? ?)', /has \? as its year/],
  ['cron(5-1 2 * * ? *)', /has 5-1 as its minutes/],
  ['cron(1-2-3 2 * * ? *)', /has 1-2-3 as its minutes/],
  ['cron(1,,2 2 * * ? *)', /has 1,,2 as its minutes/],
  ['cron(*/0 2 * * ? *)', /has \*\/0 as its minutes/],
  ['cron(*/60 2 * * ? *)', /has \*\/60 as its minutes/],
  ['cron(1/2/3 2 * * ? *)', /has 1\/2\/3 as its minutes/],
  ['cron(-1 2 * * ? *)', /has -1 as its minutes/],
  ['cron(x 2 * * ? *)', /has x as its minutes/],
  ['cron(1.5 2 * * ? *)', /has 1\.5 as its minutes/],
  ['cron(30 2 * * * *)', /has \* as its day of month and \* as its day of week: exactly one of the two must be \?/],
  ['cron(30 2 ? * ? *)', /exactly one of the two must be \?/],
  ['cron(30 2 1 * MON *)', /exactly one of the two must be \?/],
  ['rate(0 hours)', /a whole number above 0 and minutes, hours or days, such as rate\(1 hour\)/],
  ['rate(-1 days)', /above 0/],
  ['rate(1.5 hours)', /above 0/],
  ['rate(1 hours)', /such as rate\(1 hour\) or rate\(7 days\)/],
  ['rate(2 hour)', /such as rate\(1 hour\) or rate\(7 days\)/],
  ['rate(30 seconds)', /minutes, hours or days/],
  ['rate(1 week)', /minutes, hours or days/],
  ['rate(hour)', /minutes, hours or days/],
  ['at(2030-02-30T08:00:00)', /is not a date and time that exists; at\(…\) takes yyyy-mm-ddThh:mm:ss/],
  ['at(2027-02-29T08:00:00)', /that exists/],
  ['at(2030-13-01T08:00:00)', /that exists/],
  ['at(2030-01-01T24:00:00)', /that exists/],
  ['at(2030-01-01T08:60:00)', /that exists/],
  ['at(2030-01-01)', /that exists/],
  ['at(2030-01-01T08:00:00Z)', /that exists/],
  ['at(tomorrow)', /that exists/],
])('a schedule expression of %j is refused with a message that says what is allowed', (expression, words) => {
  const fault = expressionFault(expression);
  expect(fault).toMatch(words);
  expect(fault?.startsWith(JSON.stringify(expression))).toBe(true);
});

it('every accepted cron expression can be read by the parser of the alarm on missing success', () => {
  const list = (least: number, most: number) =>
    fc
      .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 3 })
      .map((values) => values.join());
  const expressions = fc.tuple(list(0, 59), list(0, 23), list(1, 28), list(1, 12));
  fc.assert(
    fc.property(expressions, ([minutes, hours, days, months]) => {
      const fields = `${minutes} ${hours} ${days} ${months} ? *`;
      expect(expressionFault(`cron(${fields})`)).toBeUndefined();
      expect(cron.next(cron.parse(fields), new Date('2027-01-01'))).toBeInstanceOf(Date);
    }),
  );
});
