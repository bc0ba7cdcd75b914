import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../protocols/aws-json.ts';
import type { OutputFault } from './export-output.ts';
import { type Resource, setStatus } from './resources.ts';

/** Replaces a job's own work and end, to rehearse what goes wrong. */
export interface JobOverride {
  /** The status the job ends in, its work left undone; `CREATE FAILED` when only a `failureReason` is given. */
  status?: string;
  failureReason?: string;
  /** How long the job takes, instead of `jobSeconds`. */
  seconds?: number;
  /** The job stays `CREATE IN_PROGRESS` and counts against the quota. */
  stuck?: boolean;
  /** How the output of an export deviates. */
  output?: OutputFault;
}

/** Why a job ends in `CREATE FAILED`: the message is its `failureReason`. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError' as const;
}

export interface Jobs {
  /**
   * Takes a resource from `CREATE PENDING` to its last status; returns at once.
   * @param seconds how long it takes at least; the work may take longer
   */
  start(
    resource: Resource,
    seconds: number,
    work: (signal: AbortSignal) => Promise<void>,
    override?: JobOverride,
  ): void;
  /** Stops what is running and waits until it has stopped. */
  close(): Promise<void>;
}

/** The part of a job's time that it spends in `CREATE PENDING`. */
const pendingShare = 0.2;

export function createJobs(): Jobs {
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    start(resource, seconds, work, override = {}) {
      setStatus(resource, 'CREATE PENDING');
      const job = progress(resource, override.seconds ?? seconds, work, override, stop.signal).catch((cause) => {
        if (!stop.signal.aborted) setStatus(resource, 'CREATE FAILED', `Internal error: ${String(cause)}`);
      });
      running.add(job);
      void job.then(() => running.delete(job));
    },
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}

async function progress(
  resource: Resource,
  seconds: number,
  work: (signal: AbortSignal) => Promise<void>,
  override: JobOverride,
  signal: AbortSignal,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  await sleep(seconds * pendingShare * 1000, undefined, { signal });
  setStatus(resource, 'CREATE IN_PROGRESS');
  if (override.stuck === true) return;
  const { status, failureReason } = overriddenOutcome(override) ?? (await outcomeOf(work, signal));
  await sleep(Math.max(0, end - Date.now()), undefined, { signal });
  setStatus(resource, status, failureReason);
}

interface Outcome {
  status: string;
  failureReason?: string | undefined;
}

function overriddenOutcome({ status, failureReason }: JobOverride): Outcome | undefined {
  if (failureReason === undefined && (status === undefined || status === 'ACTIVE')) return undefined;
  return { status: status ?? 'CREATE FAILED', failureReason };
}

async function outcomeOf(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<Outcome> {
  try {
    await work(signal);
    return { status: 'ACTIVE' };
  } catch (error) {
    signal.throwIfAborted();
    const failureReason = error instanceof JobFailedError ? error.message : `Internal error: ${String(error)}`;
    return { status: 'CREATE FAILED', failureReason };
  }
}

export function isRunning({ members: { status } }: Resource): boolean {
  return status === 'CREATE PENDING' || status === 'CREATE IN_PROGRESS';
}

/**
 * The text was seen for import jobs, with 5; the quota for export jobs is not published.
 * @throws AwsError `LimitExceededException`
 */
export function assertCapacity(jobs: Resource[], maxRunningJobs: number): void {
  if (jobs.filter(isRunning).length < maxRunningJobs) return;
  throw new AwsError(
    'LimitExceededException',
    `More than ${maxRunningJobs} resources with PENDING or IN_PROGRESS status.`,
  );
}
