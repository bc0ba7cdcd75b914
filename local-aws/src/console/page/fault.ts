import type { FaultList } from './model.ts';

/** Whether a fault has hit as often as it may. */
export function isUsedUp({ times, hits }: FaultList['faults'][number]): boolean {
  return typeof times === 'number' && hits >= times;
}
