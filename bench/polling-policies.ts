import { nextWaitSeconds } from '../src/poll/next-wait.ts';

export interface Policy {
  /** What a poll costs: Wait, Task and Choice, or one retry of a Task. */
  transitionsPerPoll: number;
  /** Seconds to the next poll, after so many polls; undefined: no more polls, the execution fails. */
  next(elapsedSeconds: number, polls: number, pastSeconds: number[]): number | undefined;
}

const fixedLoop = (seconds: number): Policy => ({ transitionsPerPoll: 3, next: () => seconds });

/** `Retry` of a Task that fails while the job is pending: IntervalSeconds, BackoffRate, MaxAttempts. The Task's first
 * attempt is the one that creates the job, so it is not counted as a poll. */
const retryAsPoll = (intervalSeconds: number, backoffRate: number, maxAttempts: number): Policy => ({
  transitionsPerPoll: 1,
  next: (_, polls) => (polls < maxAttempts ? intervalSeconds * backoffRate ** polls : undefined),
});

/** What is done today. 60 s × 1.02 at most 100 times is the AWS Solution "Maintaining Personalized Experiences with Machine
 * Learning" (dataset_import_fragment.py: «total allowed elapsed duration ~ 5h»). */
export const peers: Record<string, Policy> = {
  'loop 10 s': fixedLoop(10),
  'loop 30 s': fixedLoop(30),
  'loop 60 s': fixedLoop(60),
  'loop 600 s': fixedLoop(600),
  'retry 60 s × 1.02': retryAsPoll(60, 1.02, 100),
  'retry 2 s × 1.5': retryAsPoll(2, 1.5, 100),
};

const since = new Date(0).toISOString();
/** Years away, so that no deadline cuts a run short: the peers have none. */
const deadline = new Date(1e11).toISOString();

/** The planner as deployed: the bounds are the defaults of serverless.yml. */
export const planner: Policy = {
  transitionsPerPoll: 3,
  next: (elapsedSeconds, polls, pastSeconds) =>
    nextWaitSeconds(
      { phase: 'pending', since, deadline, pastSeconds, polls },
      { shortestSeconds: 15, longestSeconds: 900 },
      { now: 1000 * elapsedSeconds },
    ),
};
