import {
  EVENTS_PER_POLL,
  EVENTS_PER_VERIFICATION_CALL,
  MAX_HISTORY_EVENTS,
  MAX_VERIFICATION_CALLS,
} from '../lambda/limits.ts';
import { cheapestWait, POLL_COST_SECONDS } from './cheapest-wait.ts';
import type { PollBounds } from './poll-bounds.ts';

/** What determines when a job is polled next. Times are ISO 8601. */
export interface PolledJob {
  /** `queued`: not created yet, because the quota is full or the dataset is in use. Each poll then tries to create it. */
  phase: 'queued' | 'pending';
  /** When the job was created, or put in the queue. */
  since: string;
  deadline: string;
  /** How long earlier jobs took, in seconds. */
  pastSeconds?: readonly number[];
  /** How often the job was polled, while queued too. */
  polls?: number;
  /** How many exports share the execution, and so its history. */
  exportsInExecution?: number;
}

interface Times {
  elapsedSeconds: number;
  remainingSeconds: number;
}

/** History events that polls must leave free: for the states outside the Map, and for retries, at three events each. */
const RESERVED_EVENTS = 3_000;
/** History events of one export apart from its polls: about fifty, rounded up, and those of its verification. */
const EVENTS_PER_EXPORT = 60 + MAX_VERIFICATION_CALLS * EVENTS_PER_VERIFICATION_CALL;

/**
 * Seconds until the next poll: a whole number, at least 1, never past the deadline.
 *
 * Within the bounds, with two exceptions: a wait may be longer where the job is unlikely to end in it, and where polls
 * must be saved so that the execution's history lasts until the deadline. In the queue it is jittered by half.
 * @param random a number in [0, 1)
 */
export function nextWaitSeconds(
  job: PolledJob,
  bounds: PollBounds,
  { now = Date.now(), random = Math.random() } = {},
): number {
  const times = {
    // The clocks of this function and of the service may differ.
    elapsedSeconds: Math.max(0, (now - Date.parse(job.since)) / 1000),
    remainingSeconds: (Date.parse(job.deadline) - now) / 1000,
  };
  const wait =
    job.phase === 'queued' ? queueWait(times, bounds, random) : pollWait(times, job.pastSeconds ?? [], bounds);
  const pollsLeft = pollsAllowed(job.exportsInExecution ?? 1) - (job.polls ?? 0);
  const affordable = Math.max(wait, leastWait(times, pollsLeft, bounds));
  return Math.max(1, Math.floor(Math.min(affordable, times.remainingSeconds)));
}

function pollWait({ elapsedSeconds }: Times, pastSeconds: readonly number[], bounds: PollBounds): number {
  if (pastSeconds.length > 0) return cheapestWait(elapsedSeconds, pastSeconds, bounds);
  // Just under a tenth of the time so far, so that the mean lag is under a twentieth of the duration, or 15 s. Later the
  // wait that costs least for a job that ends in the next hour as likely as in the two after it.
  const byAge = Math.min(elapsedSeconds / 10.5, Math.sqrt(2 * POLL_COST_SECONDS * elapsedSeconds));
  return withinBounds(Math.max(28, byAge), bounds);
}

/** With n exports waiting, a free place stays empty for about a wait / n. 2.5√t keeps sixty executions within 1.15 of the best
 * schedule, however long their jobs are. The jitter keeps many executions from trying at the same moment. */
function queueWait({ elapsedSeconds }: Times, bounds: PollBounds, random: number): number {
  return withinBounds(2.5 * Math.sqrt(elapsedSeconds), bounds) * (0.5 + random);
}

function withinBounds(wait: number, { shortestSeconds, longestSeconds }: PollBounds): number {
  return Math.max(shortestSeconds, Math.min(wait, longestSeconds));
}

/** How often each export may be polled, by the number of exports in the execution: one 2,433 times, a hundred 13 times
 * each. */
function pollsAllowed(exportsInExecution: number): number {
  const eventsPerExport = (MAX_HISTORY_EVENTS - RESERVED_EVENTS) / exportsInExecution;
  return Math.floor((eventsPerExport - EVENTS_PER_EXPORT) / EVENTS_PER_POLL);
}

/** The least wait with which the polls that are left reach the deadline, if each later wait is longer by the same factor:
 * so the lag stays in proportion to the duration. */
function leastWait({ elapsedSeconds, remainingSeconds }: Times, pollsLeft: number, bounds: PollBounds): number {
  if (pollsLeft <= 1) return remainingSeconds;
  // At the start nothing has elapsed, and a wait in proportion to 0 would be 0.
  const elapsed = Math.max(bounds.shortestSeconds, elapsedSeconds);
  return elapsed * ((1 + Math.max(0, remainingSeconds) / elapsed) ** (1 / pollsLeft) - 1);
}
