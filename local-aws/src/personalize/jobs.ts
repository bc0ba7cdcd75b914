import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../protocols/aws-json.ts';
import type { OutputFault } from './export-output.ts';
import { type Resource, setStatus } from './resources.ts';

/** Replaces what a job does and how it ends, to rehearse what goes wrong. */
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

/** Makes a job end in `CREATE FAILED`; the message is its `failureReason`. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError' as const;
}

/** Waits; rejects when the signal aborts. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

export interface Jobs {
  /**
   * Takes a resource from `CREATE PENDING` to its last status; returns at once.
   * @param seconds how long it takes at least: the work may take longer
   */
  start(
    resource: Resource,
    seconds: number,
    work: (signal: AbortSignal) => Promise<void>,
    override?: JobOverride,
  ): void;
  /** Stops the jobs that run, and waits until they have stopped. */
  close(): Promise<void>;
}

/** The part of a job's time that it spends in `CREATE PENDING`. */
const PENDING_SHARE = 0.2;

export function createJobs(wait: Wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal })): Jobs {
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    start(resource, seconds, work, override = {}) {
      setStatus(resource, 'CREATE PENDING');
      const job = progress(resource, override.seconds ?? seconds, work, override, stop.signal, wait).catch((cause) => {
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
  wait: Wait,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  await wait(seconds * PENDING_SHARE * 1000, signal);
  setStatus(resource, 'CREATE IN_PROGRESS');
  if (override.stuck === true) return;
  const { status, failureReason } = overriddenOutcome(override) ?? (await outcomeOf(work, signal));
  await wait(Math.max(0, end - Date.now()), signal);
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
 * The message is known for import jobs, of which five may run. The quota for export jobs is not published.
 * @throws AwsError `LimitExceededException`
 */
export function assertCapacity(jobs: Resource[], maxRunningJobs: number): void {
  if (jobs.filter(isRunning).length < maxRunningJobs) return;
  throw new AwsError(
    'LimitExceededException',
    `More than ${maxRunningJobs} resources with PENDING or IN_PROGRESS status.`,
  );
}
