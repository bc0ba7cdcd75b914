import { setTimeout as sleep } from 'node:timers/promises';
import { explain, isTransient } from '../explain.ts';
import { UsageError } from '../usage-error.ts';

const SHORTEST_MS = 250;
const LONGEST_MS = 15_000;

/** How long the network or the service may be unavailable. */
const PATIENCE_MS = 5 * 60_000;

/** How long the creation of a resource or an import may take. A status that is not known counts as pending until then. */
const LONGEST_CREATION_MS = 48 * 3_600_000;

/** How a caller of these functions is stopped, and where it is told why it waits. */
export interface Waiting {
  signal: AbortSignal;
  /** Receives a line. */
  log(text: string): void;
  pauseFor?: (milliseconds: number, value: undefined, options: { signal: AbortSignal }) => Promise<unknown>;
}

/** Repeats a call while the service throttles it, fails or can't be reached, for five minutes.
 * @param mayWait whether another error is temporary, such as a quota that is full
 * @throws what the call throws; AbortError */
export async function patiently<T>(
  call: () => Promise<T>,
  { signal, log, pauseFor = sleep }: Waiting,
  mayWait: (error: Error) => boolean = () => false,
): Promise<T> {
  const start = Date.now();
  for (let pause = SHORTEST_MS; ; pause = Math.min(pause * 2, LONGEST_MS)) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      const canPass = isTransient(error) || mayWait(error as Error);
      if (!canPass || Date.now() - start > PATIENCE_MS) throw error;
      log(`${explain(error)} Retrying.`);
      await pauseFor(pause, undefined, { signal });
    }
  }
}

interface Status {
  status: string;
  failureReason?: string;
}

/** Polls a resource until its creation has ended.
 * @param onStatus receives each status
 * @returns the last one: ACTIVE or CREATE FAILED
 * @throws UsageError after two days; what the call throws; AbortError */
export async function untilCreated<T extends Status>(
  describe: () => Promise<T>,
  waiting: Waiting,
  onStatus: (status: string) => void,
): Promise<T> {
  const { signal, pauseFor = sleep } = waiting;
  const start = Date.now();
  for (let pause = SHORTEST_MS; ; pause = Math.min(pause * 1.5, LONGEST_MS)) {
    const described = await patiently(describe, waiting);
    onStatus(described.status);
    if (['ACTIVE', 'CREATE FAILED'].includes(described.status)) return described;
    if (Date.now() - start > LONGEST_CREATION_MS) {
      throw new UsageError(`The status is still ${described.status} after two days. The same command waits again.`);
    }
    await pauseFor(pause, undefined, { signal });
  }
}
