import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { explain, isTransient } from './explain.ts';
import { historyReader } from './history.ts';
import { createProgress, type Ending } from './progress.ts';
import { createScreen } from './screen.ts';
import type { StartedExecution } from './start.ts';

const SHORTEST_MS = 1_000;
const LONGEST_MS = 10_000;

/** How long the network or the service may be unavailable. */
const PATIENCE_MS = 5 * 60_000;

/** Watches an execution until it ends, and prints its progress to `stream`.
 * @throws AbortError when the signal aborts; what the SDK throws, if retrying doesn't help */
export async function watch(
  sfn: SFNClient,
  { executionArn, startDate }: StartedExecution,
  stream: NodeJS.WriteStream,
  signal: AbortSignal,
  pauseFor: typeof sleep = sleep,
): Promise<Ending> {
  const progress = createProgress();
  const reader = historyReader(sfn, executionArn);
  const screen = createScreen(stream, startDate, () => progress.rows);
  let answeredAt = Date.now();
  const news = async (): Promise<HistoryEvent[]> => {
    try {
      const events = await reader.next(signal);
      answeredAt = Date.now();
      return events;
    } catch (error) {
      if (signal.aborted || !isTransient(error) || Date.now() - answeredAt > PATIENCE_MS) throw error;
      screen.line(`${explain(error)} Retrying.`);
      return [];
    }
  };
  try {
    for (let pause = SHORTEST_MS; ; pause = Math.min(pause * 1.5, LONGEST_MS)) {
      const events = await news();
      if (events.length > 0) pause = SHORTEST_MS;
      screen.changes(events.flatMap((event) => progress.take(event)));
      if (progress.ending) return progress.ending;
      await pauseFor(pause, undefined, { signal });
    }
  } finally {
    screen.close();
  }
}
