import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_EXPORTS } from '../../../src/lambda/limits.ts';
import { looksAllowed, withinHistory } from '../../../src/poll/history-budget.ts';
import { nextWaitSeconds } from '../../../src/poll/polling.ts';

const EVENTS_A_LOOK = 9;
/** With a verification that takes six calls. */
const EVENTS_OF_AN_ITERATION_BESIDES = 102;

it.each([1, 3, 10, MAX_EXPORTS])(
  '%i exports that never end stay under 25,000 events, and are looked at to the end',
  (exports) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_880 }),
        fc.integer({ min: 1, max: 900 }),
        (deadlineMinutes, longestSeconds) => {
          const deadline = deadlineMinutes * 60;
          let [elapsed, looks] = [0, 0];
          while (elapsed < deadline) {
            const times = { elapsedSeconds: elapsed, remainingSeconds: deadline - elapsed };
            const bounds = { shortestSeconds: Math.min(15, longestSeconds), longestSeconds };
            const wait = withinHistory(nextWaitSeconds({ ...times, pastSeconds: [] }, bounds), times, exports, looks);
            expect(wait).toBeGreaterThanOrEqual(1);
            elapsed += wait;
            looks += 1;
          }
          expect(elapsed).toBe(deadline);
          expect(exports * (looks * EVENTS_A_LOOK + EVENTS_OF_AN_ITERATION_BESIDES)).toBeLessThan(22_500);
        },
      ),
      { numRuns: 50 },
    );
  },
);

it('one export, or a group, is looked at as the planner says', () => {
  const times = { elapsedSeconds: 600, remainingSeconds: 21_000 };
  for (const exports of [1, 3]) expect(withinHistory(57, times, exports, 20)).toBe(57);
});

it('so many looks are allowed', () => {
  expect([1, 3, 10, 100].map(looksAllowed)).toEqual([2433, 803, 233, 13]);
});
