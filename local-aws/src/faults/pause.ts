import { setTimeout as sleep } from 'node:timers/promises';

/** Delays an answer, without keeping the process alive. */
export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { ref: false });
}
