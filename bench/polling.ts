import { parseArgs } from 'node:util';
import { type Durations, misleading, unusual, usual } from './polling-durations.ts';
import { peers, planner } from './polling-policies.ts';
import {
  bestKnowingTheDistribution,
  geometricMean,
  jobs,
  mean,
  type Result,
  type Setting,
  simulate,
} from './polling-simulation.ts';
import { queue } from './queueing.ts';
import { picture, table, writeFigures, writeSection } from './report.ts';

// How often and how late each policy finds a job done, in virtual time. `npm run bench -- polling --help`.

const dollarsATransition = 0.025 / 1000;
const minutes = [2, 5, 15, 60, 240];
const print = (text: string) => process.stdout.write(`${text}\n`);

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    weight: { type: 'string', default: '10' },
    'no-write': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  print(`--runs 2000    jobs a row
--seed 1       repeats the jobs
--weight 10    how many transitions a minute's lag weighs as much as
--no-write     leaves docs/benchmarks.md as it is`);
  process.exit();
}
const setting: Setting = {
  runs: Number(options.runs),
  seed: Number(options.seed),
  transitionsASecond: Number(options.weight) / 60,
};

const number = (value: number, digits = 1) => value.toFixed(digits);
const percent = (share: number) => `${number(100 * share, 0)} %`;
const others = (sample: ReturnType<typeof jobs>) =>
  Object.entries(peers).map(([name, policy]) => ({ name, ...simulate(policy, sample, setting) }));
const lowest = <T extends Result>(results: T[]) => results.reduce((a, b) => (b.loss < a.loss ? b : a));
const loops = <T extends { name: string }>(results: T[]) => results.filter(({ name }) => name.startsWith('loop'));

/** One row of the targets: a distribution, a median and so many past jobs. */
function compare(name: string, durations: Durations, median: number, past: number) {
  const sample = jobs(durations, 60 * median, past, setting);
  const ours = simulate(planner, sample, setting);
  const all = others(sample);
  const best = lowest(all);
  const many = jobs(durations, 60 * median, 0, { ...setting, runs: 20_000 });
  const bound = bestKnowingTheDistribution(many, setting);
  print(`\n${name}, median ${median} min, ${past} past jobs`);
  print(
    table(
      ['policy', 'polls', 'transitions', 'USD per 1,000', 'mean lag s', 'p99 lag s', 'gave up', 'J'],
      [{ name: 'this planner', ...ours }, ...all].map((result) => [
        result.name,
        number(result.polls),
        number(result.transitions),
        number(1000 * result.transitions * dollarsATransition, 2),
        number(result.meanLag),
        number(result.p99Lag, 0),
        percent(result.missed),
        number(result.loss),
      ]),
    ),
  );
  print(`oracle ${number(3)}; the best schedule of one who knows the distribution ${number(bound)}`);
  const dominating = all.filter((one) => one.transitions < ours.transitions && one.meanLag < ours.meanLag);
  const ratio = ours.loss / best.loss;
  return { name, median, past, ours, best, bound, ratio, dominating, allowed: median < 15 ? 1.3 : 1 };
}

const rows = Object.entries(usual).flatMap(([name, durations]) =>
  minutes.flatMap((median) => [10, 5].map((past) => compare(name, durations, median, past))),
);
const targets = table(
  [
    'durations',
    'min',
    'past',
    'polls',
    'transitions',
    'USD per 1,000',
    'mean lag s',
    'p99 s',
    'J',
    'best other',
    'its J',
    'J / its',
    'target',
    'J knowing the distribution',
    'no policy both cheaper and quicker',
  ],
  rows.map(({ name, median, past, ours, best, bound, ratio, dominating, allowed }) => [
    name,
    String(median),
    String(past),
    number(ours.polls),
    number(ours.transitions),
    number(1000 * ours.transitions * dollarsATransition, 2),
    number(ours.meanLag, 0),
    number(ours.p99Lag, 0),
    number(ours.loss),
    best.name,
    number(best.loss),
    number(ratio, 2),
    `${ratio <= allowed ? 'met' : 'missed'} ≤ ${allowed}`,
    number(bound),
    dominating.length === 0 ? 'met' : `missed: ${dominating.map((one) => one.name).join(', ')}`,
  ]),
);
const metLoss = rows.filter(({ ratio, allowed }) => ratio <= allowed).length;
const metBoth = rows.filter(({ dominating }) => dominating.length === 0).length;
const impossible = rows.filter(
  ({ ratio, allowed, best, bound }) => ratio > allowed && bound > allowed * best.loss,
).length;

const hard = table(
  ['durations, 10 past jobs', ...minutes.map((median) => `${median} min`)],
  Object.entries({ ...unusual, ...misleading }).map(([name, durations]) => [
    name,
    ...minutes.map((median) => {
      const sample = jobs(durations, 60 * median, 10, setting);
      const ours = simulate(planner, sample, setting);
      const best = lowest(loops(others(sample)));
      return `${number(ours.loss / best.loss, 2)} (${number(ours.loss, 0)} : ${number(best.loss, 0)})`;
    }),
  ]),
);

const uniform = usual['uniform ±20 %'] as Durations;
const withoutHistory = table(
  ['median min', 'polls', 'most polls', 'mean lag s', 'of the duration', 'target', 'J', 'best loop', 'its J'],
  [2, 5, 15, 60, 200, 240].map((median) => {
    const sample = jobs(uniform, 60 * median, 0, setting);
    const { polls, mostPolls, meanLag, loss } = simulate(planner, sample, setting);
    const best = lowest(loops(others(sample)));
    const met = meanLag <= Math.max(15, 0.05 * 60 * median) && (median * 1.2 > 240 || mostPolls <= 60);
    return [
      String(median),
      number(polls),
      String(mostPolls),
      number(meanLag),
      `${number((100 * meanLag) / (60 * median))} %`,
      met ? 'met' : 'missed',
      number(loss),
      best.name,
      number(best.loss),
    ];
  }),
);

/** As executions of their own, and as one batch. */
const queueing = table(
  ['job min', 'in', 'total / best schedule', 'worst of 100', 'calls to Create an export'],
  [2, 5, 15, 60].flatMap((jobMinutes) => {
    const sample = jobs(usual['uniform ±20 %'] as Durations, 60 * jobMinutes, 10, setting);
    const { meanLag: lagSeconds } = simulate(planner, sample, setting);
    return [1, 60].map((exportsInExecution) => {
      const asked = { exports: 60, quota: 5, jobSeconds: 60 * jobMinutes, exportsInExecution, lagSeconds };
      const results = Array.from({ length: 100 }, (_, n) => queue(asked, setting.seed + n));
      const totals = results.map(({ total }) => total);
      return [
        String(jobMinutes),
        exportsInExecution === 1 ? '60 executions' : 'one batch',
        number(mean(totals), 3),
        number(Math.max(...totals), 3),
        number(mean(results.map(({ calls }) => calls))),
      ];
    });
  }),
);

const body = `${setting.runs} jobs a row, seed ${setting.seed}. J = transitions + lag in seconds × ${number(setting.transitionsASecond, 3)};
an oracle that polls once, at the right moment, has J = 3. The other policies: loops of 10, 30, 60 and 600 s, with three transitions per poll;
retry-as-poll of 60 s × 1.02 and 2 s × 1.5, at most 100 times, with one transition per poll. The rule of the planner and its reasons:
[decisions/polling.md](decisions/polling.md).

${picture('polling', 'The cost and the mean delay of each policy, for jobs of 15, 60 and 240 minutes')}

### With history

Geometric mean of J over the ${rows.length} rows: ${number(geometricMean(rows.map(({ ours }) => ours.loss)), 2)}. The target for J is met in ${metLoss} of ${rows.length} rows. In ${impossible} of the others no planner with three
transitions per poll can meet it: even the best schedule for someone who knows the distribution has a higher J. In ${metBoth} of ${rows.length} rows no policy
is both cheaper and quicker.

${targets}

### Unusual distributions and misleading histories

J relative to the best of the four loops, chosen for each row (in parentheses: the two values of J).

${hard}

### Without history

Durations uniform ±20 %. The target: a mean lag of at most 5 % of the duration or 15 s, and at most 60 polls where no job takes more than
four hours (up to a median of 200 min).

${withoutHistory}

### Queueing: 60 exports at once, 5 places

${queueing}`;
print(`\n${body}`);
/** What a chart shows: each policy's cost and lag, for jobs that vary by ±20 %. */
const figures = [15, 60, 240].flatMap((median) => {
  const sample = jobs(uniform, 60 * median, 10, setting);
  const all = [{ name: 'this project', ...simulate(planner, sample, setting) }, ...others(sample)];
  return all.map(({ name, transitions, meanLag }) => ({
    ...{ policy: name, minutes: median },
    ...{ dollars: 1000 * transitions * dollarsATransition, lagSeconds: meanLag },
  }));
});
if (!options['no-write']) {
  writeSection('polling', 'Polling', body);
  writeFigures('polling', figures);
}
