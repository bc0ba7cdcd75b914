/** How often the pipeline looks at a job, in seconds. */
export interface PollBounds {
  shortestSeconds: number;
  longestSeconds: number;
}

/** What is known of a job when the next look is planned; all in seconds. */
export interface PollState {
  elapsedSeconds: number;
  remainingSeconds: number;
  /** How long earlier jobs of the same dataset took; empty when there is no history. */
  pastSeconds: readonly number[];
}

// Each constant's reason and what it buys, in figures: docs/decisions/polling.md.

/** A look costs three transitions; being ten minutes late weighs as much as a hundred of them. */
const TRANSITIONS_A_LOOK = 3;
const TRANSITIONS_A_SECOND_LATE = 1 / 6;
/** In the first seven minutes a look counts for less, to its price at 12.5: a minute is much of a short job, and at the full
 * price retry-as-poll, which pays one transition a look, would be both cheaper and quicker. */
const priceOfLook = (atSeconds: number) => Math.min(TRANSITIONS_A_LOOK, Math.max(1.75, atSeconds / 250));
/** How often the history misleads: the next job then takes between half and twice as long in a third of the cases, over ten
 * times as long in one of eleven, and under a tenth as long in another. */
const MISLEADING = 0.05;
/** What is assumed of the spread (a quarter, as the standard deviation of the logarithm) weighs as much as two past jobs. */
const USUAL_SPREAD = 0.25;
const USUAL_SPREAD_WEIGHT = 2;
/** A gap as wide as a factor of two parts jobs of different kinds, such as BULK and PUT: it is not spread. */
const ANOTHER_KIND = Math.log(2);
/** The kernels are a little wider than the normal distribution's best (×1): the spread itself is a guess from few jobs. */
const KERNEL_WIDTH = 1.3;
/** The longest wait may be exceeded while the chance that the job ends in it is less than this. */
const UNLIKELY = 0.1;
/** A job that takes twice as long as any before it is looked at by its age. */
const OUTLIVED = 2;
/** Moments that are weighed: at 200 a step is shorter than the best interval, and a call takes 0.1 ms. */
const STEPS = 200;

/** Seconds until the next look at a job: whole, at least 1, and never past the deadline. Within the bounds, but for a job
 * that by its history can hardly end yet: that wait may exceed the longest. */
export function nextWaitSeconds(
  { elapsedSeconds, remainingSeconds, pastSeconds }: PollState,
  bounds: PollBounds,
): number {
  const elapsed = Math.max(0, elapsedSeconds);
  const past = pastSeconds.map((seconds) => Math.max(1, seconds)).sort((a, b) => a - b);
  const known = elapsed < OUTLIVED * (past.at(-1) ?? 0);
  const wait = known
    ? cheapestWait(elapsed, past, bounds)
    : Math.min(waitByAge(elapsed, past.length > 0), bounds.longestSeconds);
  return Math.max(1, Math.floor(Math.min(Math.max(wait, bounds.shortestSeconds), remainingSeconds)));
}

/** Without history the mean lag is to stay under a twentieth of the duration, or 15 s. Past an hour the interval that loses
 * least is shorter than that: 6√t, for a job as likely to end in the next hour as in the two, or the four, after it. A job
 * that outlived its history is looked at for the least loss alone. */
function waitByAge(elapsed: number, outlived: boolean): number {
  const leastLoss = 6 * Math.sqrt(elapsed);
  return Math.max(28, outlived ? leastLoss : Math.min(elapsed / 10.5, leastLoss));
}

/** The wait that loses least, in transitions and lag, if every later look is chosen as well as this one: a dynamic programme
 * from the last moment back, weighted by the chance that the job is not done. Moments are even in √t, as the best looks are. */
function cheapestWait(elapsed: number, past: number[], { shortestSeconds, longestSeconds }: PollBounds): number {
  const pendingAt = chancePending(past);
  const longestPast = past.at(-1) ?? 0;
  const from = Math.sqrt(elapsed);
  const step = (Math.sqrt(1.5 * OUTLIVED * longestPast) - from) / STEPS;
  const later: { time: number; pending: number; loss: number }[] = [];
  let waitFirst = shortestSeconds;
  for (let n = STEPS; n >= 0; n--) {
    const time = (from + n * step) ** 2;
    const pending = pendingAt(time);
    // Beyond the last moment looks go on by age, which costs about √t.
    let loss = later.length > 0 ? Number.POSITIVE_INFINITY : pending * Math.sqrt(time);
    let lateness = 0;
    let previous = { time, pending };
    for (let k = later.length - 1; k >= 0; k--) {
      const next = later[k] as (typeof later)[number];
      const wait = next.time - time;
      // Of those that end on the way, the time until this look.
      lateness += (next.time - previous.time) * (pending - (previous.pending + next.pending) / 2);
      previous = next;
      const hardlyEnds = time < longestPast && next.pending > (1 - UNLIKELY) * pending;
      const longest = hardlyEnds ? Number.POSITIVE_INFINITY : longestSeconds;
      if (k > 0 && wait < shortestSeconds) continue;
      if (wait > longest && loss < Number.POSITIVE_INFINITY) break;
      const soFar = priceOfLook(next.time) * pending + TRANSITIONS_A_SECOND_LATE * lateness;
      if (soFar >= loss) break; // it only grows
      if (soFar + next.loss >= loss) continue;
      loss = soFar + next.loss;
      waitFirst = Math.min(wait, longest);
    }
    later.push({ time, pending, loss });
  }
  return waitFirst;
}

/** The chance that a job is still pending after so many seconds: around each past job a log-logistic kernel, whose width
 * follows the spread among jobs of one kind, and a share that is known by its order of magnitude only. */
function chancePending(past: number[]): (seconds: number) => number {
  const narrow = 1 / kernelScale(past.map(Math.log));
  return (seconds) => {
    let sum = 0;
    for (const one of past) {
      const ratio = seconds / one;
      sum += (1 - MISLEADING) / (1 + ratio ** narrow) + MISLEADING / (1 + ratio);
    }
    return sum / past.length;
  };
}

/** Variance within kinds, drawn towards the usual; then what a kernel adds to n samples for the predictive distribution of
 * the next (2/n of the variance: 1 + 1/n in all), as a logistic scale (a standard deviation is π/√3 of it). */
function kernelScale(logs: number[]): number {
  let [sum, kinds, kind] = [USUAL_SPREAD_WEIGHT * USUAL_SPREAD ** 2, 0, [] as number[]];
  logs.forEach((log, n) => {
    kind.push(log);
    if ((logs[n + 1] ?? Number.POSITIVE_INFINITY) - log < ANOTHER_KIND) return;
    const mean = kind.reduce((a, b) => a + b) / kind.length;
    sum += kind.reduce((squares, one) => squares + (one - mean) ** 2, 0);
    kinds += 1;
    kind = [];
  });
  const variance = sum / (USUAL_SPREAD_WEIGHT + logs.length - kinds);
  return (KERNEL_WIDTH * Math.sqrt((2 * variance) / logs.length) * Math.sqrt(3)) / Math.PI;
}

/** Seconds until the next try to create a job where the quota is full. With n waiting, a place stays empty for about an
 * interval / n; 2.5√t keeps sixty exports of any length within 1.15 of the best schedule at the fewest tries. Jittered
 * over a whole interval, so that many executions don't wake together. Whole, at least 1, never past the deadline.
 * @param random a number in [0, 1). */
export function queueWaitSeconds(state: Omit<PollState, 'pastSeconds'>, bounds: PollBounds, random: number): number {
  const byAge = 2.5 * Math.sqrt(Math.max(0, state.elapsedSeconds));
  const interval = Math.max(bounds.shortestSeconds, Math.min(byAge, bounds.longestSeconds));
  return Math.max(1, Math.floor(Math.min(interval * (0.5 + random), state.remainingSeconds)));
}
