import { afterEach, beforeEach, vi } from 'vitest';
import { now } from './builders.ts';

/** In each test of the file it is `now` when it begins, and no later until the test says so. */
export function stopClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
