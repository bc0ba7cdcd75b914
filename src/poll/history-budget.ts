import { EVENTS_PER_VERIFICATION_CALL, MAX_VERIFICATION_CALLS } from '../lambda/limits.ts';

/** What Step Functions keeps of one execution, in events; with more it ends the execution, and nobody is told. Kept free:
 * for the states around the Map, and for attempts that are retried, at three events each. */
const MAX_EVENTS = 25_000;
const KEPT_FREE = 3_000;
/** A look is a Wait, a Task and a Choice. The rest of an iteration, its notification included, has about fifty, and each call
 * of its verification a few more. */
const EVENTS_A_LOOK = 9;
const EVENTS_OF_THE_REST = 60 + MAX_VERIFICATION_CALLS * EVENTS_PER_VERIFICATION_CALL;

/** How often one of so many exports may be looked at, its tries to get a place included. One: 2,433; a hundred: 13. */
export function looksAllowed(exportsInExecution: number): number {
  return Math.floor(((MAX_EVENTS - KEPT_FREE) / exportsInExecution - EVENTS_OF_THE_REST) / EVENTS_A_LOOK);
}

/** The least wait in seconds with which the looks that are left reach the deadline: each wait by the same factor longer
 * than the one before it, so that lateness stays in proportion to the time that a job takes. */
export function leastWaitSeconds(
  { elapsedSeconds, remainingSeconds }: { elapsedSeconds: number; remainingSeconds: number },
  looksLeft: number,
): number {
  if (looksLeft <= 1) return remainingSeconds;
  const elapsed = Math.max(15, elapsedSeconds);
  return elapsed * ((1 + Math.max(0, remainingSeconds) / elapsed) ** (1 / looksLeft) - 1);
}

/** A wait in whole seconds, made longer where the execution's history would not last until the deadline. */
export function withinHistory(
  waitSeconds: number,
  times: { elapsedSeconds: number; remainingSeconds: number },
  exportsInExecution: number,
  looks: number,
): number {
  return Math.max(waitSeconds, Math.floor(leastWaitSeconds(times, looksAllowed(exportsInExecution) - looks)));
}
