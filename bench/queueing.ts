import { definition } from '../scripts/definition.ts';
import { nextWaitSeconds } from '../src/poll/next-wait.ts';
import { seeded } from './random.ts';

const bounds = { shortestSeconds: 15, longestSeconds: 900 };
const time = (seconds: number) => new Date(1000 * seconds).toISOString();
const deadline = time(48 * 3600);
const MaxConcurrency = Number(definition.States.ExportDatasets?.MaxConcurrency);

export interface Queue {
  exports: number;
  quota: number;
  jobSeconds: number;
  /** How many exports share an execution, and so its history and its `MaxConcurrency`; one, if not given. */
  exportsInExecution?: number;
  /** The average delay between the end of a job and its detection; 0 if not given. */
  lagSeconds?: number;
}

/** A batch of so many exports. Each tries to create its job until one of the quota's places is free.
 * @returns the total time as a multiple of the best schedule, and the calls to Create per export. */
export function queue(
  { exports, quota, jobSeconds, exportsInExecution = 1, lagSeconds = 0 }: Queue,
  seed: number,
): { total: number; calls: number } {
  const random = seeded(seed);
  const executions = Math.ceil(exports / exportsInExecution);
  const atOnce = Math.min(exports, executions * MaxConcurrency);
  const waiting = Array.from({ length: atOnce }, () => ({ at: 0, since: 0, polls: 0 }));
  const ends: number[] = [];
  let calls = 0;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { at, since, polls } = next;
    calls += 1;
    if (ends.filter((end) => end > at).length < quota) {
      const end = at + jobSeconds * (0.9 + 0.2 * random());
      ends.push(end);
      const seen = end + 2 * lagSeconds * random();
      if (ends.length + waiting.length < exports) waiting.push({ at: seen, since: seen, polls: 0 });
    } else {
      const job = { phase: 'queued' as const, since: time(since), deadline, polls: polls + 1, exportsInExecution };
      const wait = nextWaitSeconds(job, bounds, { now: 1000 * at, random: random() });
      waiting.push({ at: at + wait, since, polls: polls + 1 });
    }
    waiting.sort((a, b) => a.at - b.at);
  }
  return { total: Math.max(...ends) / ((exports / quota) * jobSeconds), calls: calls / exports };
}
