import { setTimeout as sleep } from 'node:timers/promises';

/** Holds an answer back; it keeps no process alive. */
export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { ref: false });
}
