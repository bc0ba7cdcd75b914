import { MAX_EXPORTS } from '../src/lambda/limits.ts';
import { costOf, type Use } from './costs-model.ts';
import { INVOCATION_SECONDS } from './prices.ts';
import { queue } from './queueing.ts';
import * as quotas from './quotas.ts';
import { table } from './report.ts';

const DAY = 86_400;
/** The longest deadline that a request can set. */
const LONGEST_HOURS = 48;
const DEFAULT_HOURS = 6;
const number = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });
const share = (value: number) => (value < 0.0005 ? '0 %' : `${number(100 * value, value < 0.1 ? 1 : 0)} %`);

/** How many exports per day the quota of running jobs allows, and how many can be requested at once. The waits are those of
 * the real queue. */
export function placesTable(minutes: number[]): string {
  const rows = minutes.map((length) => {
    const places = quotas.exportJobs.limit;
    const { total } = queue({ exports: 60, quota: places, jobSeconds: 60 * length }, 1);
    const exportsIn = (hours: number) => Math.floor((places * 60 * hours) / (length * total));
    return [
      `${length} min`,
      number((places * 24 * 60) / length),
      total.toFixed(2),
      number(exportsIn(24)),
      number(exportsIn(DEFAULT_HOURS)),
      number(exportsIn(LONGEST_HOURS)),
    ];
  });
  return table(
    [
      'a job takes',
      'exports per day, at best',
      '× the best schedule',
      'exports per day',
      'at once, with the default deadline of 6 h',
      'at once, with the longest deadline of 48 h',
    ],
    rows,
  );
}

/** The duration and the costs of many exports every night: as executions that all start at once, and as batches of a
 * hundred, each started when the one before has ended. */
export function nightlyTable(
  exports: number,
  minutes: number[],
  useOf: (minutes: number, retriesToCreate?: number) => Use,
): string {
  const quota = quotas.exportJobs.limit;
  const monthly = (use: Use) => number(30 * exports * costOf(use).sum, 2);
  const rows = minutes.map((length) => {
    const jobSeconds = 60 * length;
    const best = (exports / quota) * (length / 60);
    const inBatch = useOf(length);
    const batch = { exports: MAX_EXPORTS, quota, jobSeconds, exportsInExecution: MAX_EXPORTS };
    const queued = queue({ ...batch, lagSeconds: inBatch.lagSeconds }, 1);
    const batches = [number(best * queued.total, 1), number(queued.calls, 1), monthly(inBatch)];
    if (best > LONGEST_HOURS)
      return [`${length} min`, number(best, 1), 'too long for any deadline', '', '', ...batches];
    const { total, calls } = queue({ exports, quota, jobSeconds }, 1);
    const alone = [number(best * total, 1), number(calls, 1), monthly(useOf(length, calls - 1))];
    return [`${length} min`, number(best, 1), ...alone, ...batches];
  });
  return table(
    [
      'a job takes',
      'hours, at best',
      'all at once: hours',
      'calls to create, per export',
      'USD per month',
      'batches: hours',
      'calls to create, per export',
      'USD per month',
    ],
    rows,
  );
}

interface Load {
  name: string;
  share: number;
}

/** The share of each quota that this many exports per day use, spread evenly over the day. */
function loadsOf(exportsPerDay: number, minutes: number, use: Use): Load[] {
  const perSecond = exportsPerDay / DAY;
  const load = ({ name, limit }: quotas.Quota, used: number): Load => ({ name, share: used / limit });
  return [
    load(quotas.exportJobs, (exportsPerDay * minutes) / (24 * 60)),
    load(quotas.startExecution, perSecond),
    load(quotas.stateTransitions, perSecond * use.transitions),
    load(quotas.openExecutions, perSecond * 60 * minutes),
    load(quotas.lambdaConcurrency, perSecond * use.invocations * INVOCATION_SECONDS),
    load(quotas.schedulerInvocations, perSecond),
    load(quotas.eventBridgeInvocations, perSecond),
  ];
}

/** Which quota is reached first, and which one next. */
export function bindingTable(exportsPerDay: number[], minutes: number[], useOf: (minutes: number) => Use): string {
  const rows = exportsPerDay.flatMap((count) =>
    minutes.map((length) => {
      const [first, second] = loadsOf(count, length, useOf(length)).sort((a, b) => b.share - a.share);
      const accounts = Math.ceil(first?.name === quotas.exportJobs.name ? first.share : 1);
      return [
        number(count),
        `${length} min`,
        `${first?.name}: ${share(first?.share ?? 0)}`,
        `${second?.name}: ${share(second?.share ?? 0)}`,
        number(accounts),
      ];
    }),
  );
  return table(['exports per day', 'a job takes', 'most used', 'next', 'accounts or regions needed'], rows);
}

export function quotaTable(): string {
  const all = Object.values(quotas);
  return table(
    ['quota, per account and region', 'limit', 'can be raised', 'source'],
    all.map(({ name, limit, adjustable, source }) => [name, number(limit), adjustable, source]),
  );
}
