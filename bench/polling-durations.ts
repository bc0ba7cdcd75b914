import { normal } from './random.ts';

/** One series of a dataset's jobs. It returns how long a job took, as a multiple of the row's median, by how many runs it
 * came before the current one (0). */
export type Series = (runsBefore: number) => number;
export type Durations = (random: () => number) => Series;

const logNormal = (random: () => number, sigma: number) => Math.exp(sigma * normal(random));

/** The distributions that the targets are for. */
export const usual: Record<string, Durations> = {
  'uniform ±20 %': (random) => () => 0.8 + 0.4 * random(),
  'log-normal σ 0.3': (random) => () => logNormal(random, 0.3),
  'mixture 70 % ×1, 30 % ×3': (random) => () => (random() < 0.7 ? 1 : 3) * logNormal(random, 0.1),
  'trend +3 % a run, ±10 %': (random) => (runsBefore) => 1.03 ** -runsBefore * (0.9 + 0.2 * random()),
};

/** Distributions that the planner was not made for. */
export const unusual: Record<string, Durations> = {
  'bimodal ×1, ×10': (random) => () => (random() < 0.5 ? 1 : 10) * logNormal(random, 0.15),
  'mixture 70 % ×1, 30 % ×⅓': (random) => () => (random() < 0.7 ? 1 : 1 / 3) * logNormal(random, 0.1),
  'bimodal 90 % ×1, 10 % ×4': (random) => () => (random() < 0.9 ? 1 : 4) * logNormal(random, 0.1),
  'log-normal σ 0.8': (random) => () => logNormal(random, 0.8),
  'Pareto α 1.5': (random) => () => 2 ** (-1 / 1.5) * (1 - random()) ** (-1 / 1.5),
  exponential: (random) => () => -Math.log(1 - random()) / Math.LN2,
  'Weibull 0.7': (random) => () => (-Math.log(1 - random()) / Math.LN2) ** (1 / 0.7),
  'trend −3 % a run, ±10 %': (random) => (runsBefore) => 1.03 ** runsBefore * (0.9 + 0.2 * random()),
  'random walk, 20 % a run': (random) => {
    const logs = [0.2 * normal(random)];
    return (runsBefore) => {
      for (let n = logs.length; n <= runsBefore; n++) logs.push((logs[n - 1] ?? 0) + 0.2 * normal(random));
      return Math.exp(logs[runsBefore] ?? 0);
    };
  },
  'tripled in one of the last 20': (random) => {
    const at = Math.floor(20 * random());
    return (runsBefore) => (runsBefore > at ? 1 / 3 : 1) * logNormal(random, 0.15);
  },
  'fell to ⅓ in one of the last 20': (random) => {
    const at = Math.floor(20 * random());
    return (runsBefore) => (runsBefore > at ? 3 : 1) * logNormal(random, 0.15);
  },
};

/** Histories that mislead about the current run. */
export const misleading: Record<string, Durations> = {
  'grew tenfold': (random) => (runsBefore) => (runsBefore > 0 ? 0.1 : 1) * logNormal(random, 0.15),
  'shrank tenfold': (random) => (runsBefore) => (runsBefore > 0 ? 10 : 1) * logNormal(random, 0.15),
  tripled: (random) => (runsBefore) => (runsBefore > 0 ? 1 / 3 : 1) * logNormal(random, 0.15),
  'fell to ⅓': (random) => (runsBefore) => (runsBefore > 0 ? 3 : 1) * logNormal(random, 0.15),
  'shrank tenfold, in one of the last 10': (random) => {
    const at = Math.floor(10 * random());
    return (runsBefore) => (runsBefore > at ? 10 : 1) * logNormal(random, 0.15);
  },
  'one past job took 8 times as long': (random) => (runsBefore) => (runsBefore === 3 ? 8 : 1) * logNormal(random, 0.15),
  'one past job took a tenth': (random) => (runsBefore) => (runsBefore === 3 ? 0.1 : 1) * logNormal(random, 0.15),
};
