import type { PollBounds } from './poll-bounds.ts';

// docs/decisions/polling.md gives the reason for each constant and what the rule achieves.

/** A poll costs as much as a lag of this many seconds: it takes three state transitions, and ten transitions are worth a
 * minute. */
export const POLL_COST_SECONDS = 18;
/** Nine jobs in ten take about as long as an earlier one: half of them within 12 %. */
const ALIKE = 0.9;
const ALIKE_STEEPNESS = 10;
/** A wait may exceed the longest one if at least this share of the jobs is still pending at its end, and the job has not yet
 * taken longer than any before. */
const ALMOST_ALL = 0.95;
/** Each wait that is tried is 5 % longer than the one before. */
const STEP = 1.05;

/** The wait whose poll costs least per job that it finds, in seconds: (the cost of the poll + the expected lag) / the
 * chance that the job ends during the wait.
 * @param elapsedSeconds how long the job has run: 0 or more
 * @param pastSeconds how long earlier jobs took: at least one job, each at least a second */
export function cheapestWait(
  elapsedSeconds: number,
  pastSeconds: readonly number[],
  { shortestSeconds, longestSeconds }: PollBounds,
): number {
  const pendingNow = chancePending(elapsedSeconds, pastSeconds);
  const longestPast = Math.max(...pastSeconds);
  const limit = elapsedSeconds > longestPast ? longestSeconds : Math.max(longestSeconds, longestPast);
  let cheapest = { wait: shortestSeconds, cost: Number.POSITIVE_INFINITY };
  let last = { wait: 0, pending: pendingNow };
  let lag = 0;
  for (let wait = shortestSeconds; wait <= limit; wait *= STEP) {
    const pending = chancePending(elapsedSeconds + wait, pastSeconds);
    if (wait > longestSeconds && pending < ALMOST_ALL * pendingNow) break;
    lag += (wait - last.wait) * (pendingNow - (last.pending + pending) / 2);
    const cost = (POLL_COST_SECONDS * pendingNow + lag) / (pendingNow - pending);
    if (cost < cheapest.cost) cheapest = { wait, cost };
    last = { wait, pending };
  }
  return cheapest.wait;
}

/** The chance that a job takes longer than this: log-logistic distributions around each past job. The steep ones are for
 * jobs like those before. The flat ones are for the others: half of them take a third to three times as long. */
function chancePending(seconds: number, pastSeconds: readonly number[]): number {
  const chances = pastSeconds.map((past) => {
    const ratio = seconds / past;
    return ALIKE / (1 + ratio ** ALIKE_STEEPNESS) + (1 - ALIKE) / (1 + ratio);
  });
  return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
}
