import { parseArgs } from 'node:util';
import { costOf, freeExports, useOf } from './costs-model.ts';
import { bindingTable, nightlyTable, placesTable, quotaTable } from './costs-quotas.ts';
import * as price from './prices.ts';
import { table, writeFigures, writeMarked } from './report.ts';
import { countExecutions } from './transitions-executions.ts';

// What exports cost and which quota limits them first. The polls are the real planner's, the transitions are those of
// executions on the local AWS, and the prices and quotas are in bench/prices.ts and bench/quotas.ts.

const { values: options } = parseArgs({ options: { 'no-write': { type: 'boolean', default: false } } });
const REPORT = 'docs/costs-and-quotas.md';
const MINUTES = [2, 15, 60, 240];
const PAST = 10;
const number = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });
const dollars = (value: number) => value.toFixed(5);

const counted = (await countExecutions())['one dataset'];
if (!counted) throw new Error('No execution was counted.');
const use = (minutes: number, retriesToCreate = 0) => useOf(minutes, PAST, counted, retriesToCreate);
const kinds = MINUTES.flatMap((minutes) =>
  [PAST, 0].map((past) => ({ minutes, past, use: useOf(minutes, past, counted) })),
);
const kindOf = (minutes: number, past: number) => `${minutes} min, ${past > 0 ? `${past} past jobs` : 'first export'}`;

const sections: Record<string, string> = {
  'one-export': table(
    [
      'the job takes',
      'polls',
      'transitions',
      'invocations',
      'Step Functions',
      'Lambda',
      'the rest',
      'USD',
      'USD per 1,000',
    ],
    kinds.map(({ minutes, past, use: one }) => {
      const { stepFunctions, lambda, others, sum } = costOf(one);
      const uses = [one.polls, one.transitions, one.invocations].map((value) => number(value, 1));
      return [
        kindOf(minutes, past),
        ...uses,
        ...[stepFunctions, lambda, others, sum].map(dollars),
        number(1000 * sum, 2),
      ];
    }),
  ),
  'free-tier': table(
    ['the job takes', 'exports per month, by 4,000 transitions', "by Lambda's free tier", 'nightly datasets'],
    kinds.map(({ minutes, past, use: one }) => {
      const free = freeExports(one);
      return [
        kindOf(minutes, past),
        number(free.stepFunctions),
        number(free.lambda),
        number(Math.floor(free.stepFunctions / 31)),
      ];
    }),
  ),
  fixed: table(
    ['per month', 'USD'],
    [
      ['the KMS key of the deployment', number(price.KMS_KEY, 2)],
      ["the trail's KMS key, with createTrail", number(price.KMS_KEY, 2)],
      ['nine alarms, beyond the ten free ones', number(9 * price.ALARM, 2)],
      ['one dashboard, of the three free ones', '0'],
    ],
  ),
  nightly: table(
    ['one dataset, every night', 'transitions per month', 'USD per month, without free tiers', 'with free tiers'],
    MINUTES.map((minutes) => {
      const one = use(minutes);
      const { sum, others } = costOf(one);
      const billed = Math.max(0, 30 * one.transitions - price.FREE_TRANSITIONS) * price.TRANSITION;
      return [`${minutes} min`, number(30 * one.transitions), number(30 * sum, 4), number(30 * others + billed, 4)];
    }),
  ),
  'nightly-1000': nightlyTable(1000, [1, ...MINUTES], use),
  places: placesTable(MINUTES),
  binding: bindingTable([10, 1_000, 100_000], MINUTES, use),
  quotas: quotaTable(),
};
for (const [name, text] of Object.entries(sections)) {
  process.stdout.write(`${name}\n\n${text}\n\n`);
  if (!options['no-write']) writeMarked(REPORT, name, text);
}

/** What a chart shows: the price of a month by the number of exports, free tiers included, fixed costs not. */
const figures = [2, 60, 240].flatMap((minutes) =>
  [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000].map((exports) => {
    const one = use(minutes);
    const { lambda, others } = costOf(one);
    const billed = Math.max(0, exports * one.transitions - price.FREE_TRANSITIONS) * price.TRANSITION;
    const invocations = Math.max(0, exports - freeExports(one).lambda) * lambda;
    return { minutes, exports, dollars: billed + invocations + exports * others };
  }),
);
if (!options['no-write']) writeFigures('costs', figures);
