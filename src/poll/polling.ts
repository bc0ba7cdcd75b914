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
/** Where jobs take less than seven minutes a look counts for less, up to its price at 12.5: a minute is much of a short job,
 * and at the full price retry-as-poll, which pays one transition a look, would be both cheaper and quicker. */
const priceOfLook = (usualSeconds: number) => Math.min(TRANSITIONS_A_LOOK, Math.max(1.75, usualSeconds / 250));
/** How often the history misleads, and how wide the next job's order of magnitude is then (the scale of a log-logistic
 * distribution): it takes over ten times as long in one case of six, and under a tenth as long in another. */
const MISLEADING = 0.07;
const MISLED_SCALE = 1.5;
/** Past jobs form one wide distribution, rather than narrow kinds, in one dataset of ten. */
const ONE_WIDE = 0.1;
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
 * that outlived its history may end at any time: every c√t it loses (6/c + c/12)√t, least at c = √72. */
function waitByAge(elapsed: number, outlived: boolean): number {
  const root = Math.sqrt(elapsed);
  return Math.max(28, outlived ? 8.5 * root : Math.min(elapsed / 10.5, 6 * root));
}

/** The wait that loses least, in transitions and lag, if every later look is chosen as well as this one: a dynamic programme
 * from the last moment back, weighted by the chance that the job is not done. Moments are even in √t, as the best looks are. */
function cheapestWait(elapsed: number, past: number[], { shortestSeconds, longestSeconds }: PollBounds): number {
  const pendingAt = chancePending(past);
  const longestPast = past.at(-1) ?? 0;
  const price = priceOfLook(past[past.length >> 1] ?? 0);
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
      const soFar = price * pending + TRANSITIONS_A_SECOND_LATE * lateness;
      if (soFar >= loss) break; // it only grows
      if (soFar + next.loss >= loss) continue;
      loss = soFar + next.loss;
      waitFirst = Math.min(wait, longest);
    }
    later.push({ time, pending, loss });
  }
  return waitFirst;
}

/** The chance that a job is still pending after so many seconds: around each past job log-logistic kernels, whose widths
 * follow the spread among jobs of one kind and among all, and a share that is known by its order of magnitude only. */
function chancePending(past: number[]): (seconds: number) => number {
  const kernels = kernelsFor(past.map(Math.log));
  return (seconds) => {
    let sum = 0;
    for (const one of past) {
      const ratio = seconds / one;
      for (const { scale, share } of kernels) sum += share / (1 + ratio ** (1 / scale));
    }
    return sum / past.length;
  };
}

interface Kernel {
  scale: number;
  share: number;
}

/** Narrow kernels if the history is of several kinds, wide ones if it is one wide distribution: each by how well it foretells
 * every past job from the others. With few jobs, or many of one kind, both are the same. */
function kernelsFor(logs: number[]): Kernel[] {
  const misled = { scale: MISLED_SCALE, share: MISLEADING };
  const [kinds, wide] = [ANOTHER_KIND, Number.POSITIVE_INFINITY].map((gap) => {
    const kernel = { scale: kernelScale(logs, gap), share: 1 - MISLEADING };
    return { kernel, foretells: chanceOfEach(logs, [kernel, misled]) };
  }) as [{ kernel: Kernel; foretells: number }, { kernel: Kernel; foretells: number }];
  const odds = (ONE_WIDE / (1 - ONE_WIDE)) * Math.exp(Math.min(100, wide.foretells - kinds.foretells));
  const share = (1 - MISLEADING) / (1 + odds);
  return [{ ...kinds.kernel, share }, { ...wide.kernel, share: 1 - MISLEADING - share }, misled];
}

/** The logarithm of the chance of the past jobs, each as the next one after the others. */
function chanceOfEach(logs: number[], kernels: Kernel[]): number {
  const density = (x: number) =>
    kernels.reduce((sum, { scale, share }) => sum + share / (4 * scale * Math.cosh(x / (2 * scale)) ** 2), 0);
  return logs.reduce((sum, log, n) => {
    const others = logs.reduce((densities, other, m) => densities + (m === n ? 0 : density(log - other)), 0);
    return sum + (logs.length > 1 ? Math.log(others / (logs.length - 1)) : 0);
  }, 0);
}

/** Variance within kinds, which a gap parts, drawn towards the usual; then what a kernel adds to n samples for the predictive
 * distribution of the next (2/n of the variance: 1 + 1/n in all), as a logistic scale (a standard deviation is π/√3 of it). */
function kernelScale(logs: number[], gap: number): number {
  let [sum, kinds, kind] = [USUAL_SPREAD_WEIGHT * USUAL_SPREAD ** 2, 0, [] as number[]];
  logs.forEach((log, n) => {
    kind.push(log);
    const next = logs[n + 1];
    if (next !== undefined && next - log < gap) return;
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
