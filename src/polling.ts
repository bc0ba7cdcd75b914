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

/** Without history a look comes after a tenth of the elapsed time: the mean lag stays at a twentieth of the duration. */
const GROWTH = 0.1;

/** With history nobody looks before 0.9 of the shortest past duration; the span up to 1.1 of the longest gets 8 looks. */
const EARLIEST = 0.9;
const LATEST = 1.1;
const LOOKS_IN_SPAN = 8;

/** Seconds until the next look at a job: whole, at least 1, and never past the deadline. */
export function nextWaitSeconds(state: PollState, { shortestSeconds, longestSeconds }: PollBounds): number {
  const { elapsedSeconds, remainingSeconds, pastSeconds } = state;
  const earliest = EARLIEST * Math.min(...pastSeconds);
  const latest = LATEST * Math.max(...pastSeconds);
  const interval =
    pastSeconds.length > 0 && elapsedSeconds < latest ? (latest - earliest) / LOOKS_IN_SPAN : elapsedSeconds * GROWTH;
  const bounded = Math.max(shortestSeconds, Math.min(interval, longestSeconds));
  const wait = pastSeconds.length > 0 ? Math.max(bounded, earliest - elapsedSeconds) : bounded;
  return Math.max(1, Math.floor(Math.min(wait, remainingSeconds)));
}

/** Seconds until the next try to create a job where the quota is full. Jittered over a whole interval, so that many
 * executions that wait for the same place don't wake together. Whole, at least 1, never past the deadline.
 * @param random a number in [0, 1). */
export function queueWaitSeconds(state: Omit<PollState, 'pastSeconds'>, bounds: PollBounds, random: number): number {
  const interval = Math.max(bounds.shortestSeconds, Math.min(state.elapsedSeconds * GROWTH, bounds.longestSeconds));
  return Math.max(1, Math.floor(Math.min(interval * (0.5 + random), state.remainingSeconds)));
}
