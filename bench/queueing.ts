import { queueWaitSeconds } from '../src/polling.ts';
import { seeded } from './random.ts';

const bounds = { shortestSeconds: 15, longestSeconds: 900 };

/** So many exports are asked for at once; each tries to create its job until one of the quota's places is free.
 * @returns the total time as a multiple of the best schedule, and the calls to Create per export. */
export function queue(
  { exports, quota, jobSeconds }: { exports: number; quota: number; jobSeconds: number },
  seed: number,
): { total: number; calls: number } {
  const random = seeded(seed);
  const waiting = Array.from({ length: exports }, () => 0);
  const ends: number[] = [];
  let calls = 0;
  while (waiting.length > 0) {
    const now = Math.min(...waiting);
    waiting.splice(waiting.indexOf(now), 1);
    calls += 1;
    if (ends.filter((end) => end > now).length < quota) ends.push(now + jobSeconds * (0.9 + 0.2 * random()));
    else
      waiting.push(
        now + queueWaitSeconds({ elapsedSeconds: now, remainingSeconds: 48 * 3600 - now }, bounds, random()),
      );
  }
  return { total: Math.max(...ends) / ((exports / quota) * jobSeconds), calls: calls / exports };
}
