import type { Durations } from './polling-durations.ts';
import type { Policy } from './polling-policies.ts';
import { seeded } from './random.ts';

export interface Setting {
  runs: number;
  seed: number;
  /** How many transitions a second of lag weighs as much as. */
  transitionsASecond: number;
}

export interface Result {
  polls: number;
  mostPolls: number;
  transitions: number;
  meanLag: number;
  p99Lag: number;
  /** Runs in which the policy gave up before the job was done. Their lag is unknown and left out, to the policy's favour. */
  missed: number;
  loss: number;
}

interface Run {
  seconds: number;
  pastSeconds: number[];
}

/** The same jobs for every policy: a seed repeats them. */
export function jobs(durations: Durations, medianSeconds: number, past: number, { runs, seed }: Setting): Run[] {
  const random = seeded(seed);
  return Array.from({ length: runs }, () => {
    const series = durations(random);
    const [seconds = 1, ...pastSeconds] = Array.from({ length: past + 1 }, (_, n) =>
      Math.max(1, medianSeconds * series(n)),
    );
    return { seconds, pastSeconds };
  });
}

/** Waits for each job in virtual time. */
export function simulate(policy: Policy, runs: Run[], { transitionsASecond }: Setting): Result {
  const counts: number[] = [];
  const lags: number[] = [];
  for (const { seconds, pastSeconds } of runs) {
    let [elapsed, count] = [0, 0];
    while (elapsed < seconds) {
      const wait = policy.next(elapsed, count, pastSeconds);
      if (wait === undefined) break;
      elapsed += wait;
      count += 1;
    }
    counts.push(count);
    if (elapsed >= seconds) lags.push(elapsed - seconds);
  }
  lags.sort((a, b) => a - b);
  const polls = mean(counts);
  const transitions = polls * policy.transitionsPerPoll;
  const meanLag = mean(lags);
  return {
    polls,
    mostPolls: Math.max(...counts),
    transitions,
    meanLag,
    p99Lag: lags[Math.ceil(0.99 * lags.length) - 1] ?? Number.NaN,
    missed: (runs.length - lags.length) / runs.length,
    loss: transitions + meanLag * transitionsASecond,
  };
}

/** The loss of the best schedule that is chosen by the distribution alone, not by the run: no planner whose polls cost three
 * transitions can do better. Its polls are at quantiles of the jobs, chosen from the last one back. */
export function bestKnowingTheDistribution(runs: Run[], { transitionsASecond }: Setting): number {
  const sorted = runs.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const sums = [0];
  for (const seconds of sorted) sums.push((sums.at(-1) ?? 0) + seconds);
  const steps = Math.min(1000, sorted.length);
  const quantiles = Array.from({ length: steps + 1 }, (_, n) => {
    const done = Math.floor((n * sorted.length) / steps);
    return { done, time: done > 0 ? (sorted[done - 1] ?? 0) : 0, sum: sums[done] ?? 0 };
  });
  const later: ((typeof quantiles)[number] & { loss: number })[] = [];
  for (const now of quantiles.reverse()) {
    let loss = later.length > 0 ? Number.POSITIVE_INFINITY : 0;
    for (const next of later) {
      const late = next.time * (next.done - now.done) - (next.sum - now.sum);
      loss = Math.min(loss, 3 * (sorted.length - now.done) + transitionsASecond * late + next.loss);
    }
    later.push({ ...now, loss });
  }
  return (later.at(-1)?.loss ?? 0) / sorted.length;
}

export const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
export const geometricMean = (values: number[]) => Math.exp(mean(values.map(Math.log)));
