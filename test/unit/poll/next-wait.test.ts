import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EVENTS_PER_POLL,
  EVENTS_PER_VERIFICATION_CALL,
  MAX_EXPORTS,
  MAX_HISTORY_EVENTS,
  MAX_VERIFICATION_CALLS,
} from '../../../src/lambda/limits.ts';
import { nextWaitSeconds, type PolledJob } from '../../../src/poll/next-wait.ts';
import type { PollBounds } from '../../../src/poll/poll-bounds.ts';

const minutes = { shortestSeconds: 15, longestSeconds: 900 };
const NOW = Date.parse('2026-03-14T09:00:00.000Z');
const time = (seconds: number) => new Date(NOW + 1000 * seconds).toISOString();

interface Situation extends Partial<PolledJob> {
  elapsed?: number;
  remaining?: number;
  random?: number;
}

/** The wait for a job that was created, or queued, so many seconds ago; its deadline is six hours away. */
function wait(
  { elapsed = 0, remaining = 21_600, random = 0.5, ...job }: Situation,
  bounds: PollBounds = minutes,
): number {
  const polled = { phase: 'pending' as const, since: time(-elapsed), deadline: time(remaining), ...job };
  return nextWaitSeconds(polled, bounds, { now: NOW, random });
}

const bounds: fc.Arbitrary<PollBounds> = fc
  .tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 3_600 }))
  .map(([shortestSeconds, more]) => ({ shortestSeconds, longestSeconds: shortestSeconds + more }));
const phase = fc.constantFrom('queued' as const, 'pending' as const);
const elapsed = fc.integer({ min: 0, max: 200_000 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const pastSeconds = fc.array(fc.double({ min: 1, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 10 });

describe('every wait', () => {
  it('every wait is a whole number of seconds, at least one, and ends by the deadline', () => {
    const situation = fc.record(
      {
        phase,
        // A service's clock may be ahead of the function's.
        elapsed: fc.integer({ min: -100, max: 200_000 }),
        remaining: fc.integer({ min: -100, max: 200_000 }),
        random,
        pastSeconds,
        polls: fc.nat(3_000),
        exportsInExecution: fc.integer({ min: 1, max: MAX_EXPORTS }),
      },
      { requiredKeys: ['elapsed', 'remaining'] },
    );
    fc.assert(
      fc.property(situation, bounds, (one, limits) => {
        const seconds = wait(one, limits);
        expect(Number.isSafeInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(Math.max(1, one.remaining));
      }),
    );
  });

  it.each([
    [100.9, 100],
    [1, 1],
    [0.2, 1],
    [0, 1],
    [-5, 1],
  ])('a wait with %s s until the deadline takes %s s', (remaining, expected) => {
    expect(wait({ elapsed: 20_000, remaining })).toBe(expected);
    expect(wait({ elapsed: 20_000, remaining, phase: 'queued' })).toBe(expected);
  });

  it.each(['queued', 'pending'] as const)('a wait is that of a new job if the clock is behind: %s', (of) => {
    for (const past of [[], [1_000]]) {
      const job = { phase: of, pastSeconds: past };
      expect(wait({ ...job, elapsed: -50 })).toBe(wait({ ...job, elapsed: 0 }));
    }
  });
});

describe('the wait for a job without history', () => {
  it('the wait for a job without history keeps within the bounds', () => {
    fc.assert(
      fc.property(elapsed, bounds, (seconds, limits) => {
        // In so little time, the history of an execution allows every poll.
        const next = wait({ elapsed: seconds, remaining: 1_000 }, limits);
        expect(next).toBeGreaterThanOrEqual(limits.shortestSeconds);
        expect(next).toBeLessThanOrEqual(limits.longestSeconds);
      }),
    );
  });

  it.each([
    [0, 28],
    [294, 28],
    [315, 30],
    [2_100, 200],
    [10_000, 600],
    [40_000, 900],
  ])('the wait for a job without history after %s s takes %s s', (seconds, expected) => {
    expect(wait({ elapsed: seconds })).toBe(expected);
  });

  it.each([2, 5, 15, 60, 120, 190])(
    'polling without history finds the end of a job of %s min in time, in at most 60 polls',
    (median) => {
      const durations = Array.from({ length: 400 }, (_, n) => 60 * median * (0.8 + 0.001 * n));
      const found = durations.map((seconds) => {
        let [time, polls] = [0, 0];
        for (; time < seconds; polls += 1) time += wait({ elapsed: time, remaining: 172_800 - time });
        return { polls, lag: time - seconds };
      });
      const meanLag = found.reduce((sum, { lag }) => sum + lag, 0) / found.length;
      expect(meanLag).toBeLessThanOrEqual(Math.max(15, 0.05 * 60 * median));
      expect(Math.max(...found.map(({ polls }) => polls))).toBeLessThanOrEqual(60);
    },
  );
});

describe('the wait for a job with history', () => {
  it('the wait for a job with history aims at the time that earlier jobs took', () => {
    expect(wait({ pastSeconds: [600, 620, 640] })).toBe(611);
  });

  it('the wait for a job with history is at least the shortest wait', () => {
    fc.assert(
      fc.property(elapsed, pastSeconds, bounds, (seconds, past, limits) => {
        expect(wait({ elapsed: seconds, pastSeconds: past }, limits)).toBeGreaterThanOrEqual(limits.shortestSeconds);
      }),
    );
  });

  it('the wait for a job with history exceeds the longest wait only where no earlier job ended well within it', () => {
    // Shorter ones may also be exceeded to save polls.
    const longest = fc.integer({ min: 300, max: 3_600 });
    fc.assert(
      fc.property(elapsed, pastSeconds, longest, (seconds, past, longestSeconds) => {
        const limits = { shortestSeconds: 15, longestSeconds };
        const next = wait({ elapsed: seconds, remaining: 1e6, pastSeconds: past }, limits);
        if (next <= longestSeconds) return;
        expect(seconds).toBeLessThanOrEqual(Math.max(...past));
        expect(past.filter((one) => one > 1.2 * seconds && one < (seconds + next) / 1.2)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the wait in the queue', () => {
  it.each([
    [0, 15],
    [400, 50],
    [6_400, 200],
    [1_000_000, 900],
  ])('the wait in the queue after %s s is spread by the jitter around %s s', (seconds, middle) => {
    const waits = [0, 0.5, 1].map((chance) => wait({ phase: 'queued', elapsed: seconds, random: chance }));
    expect(waits).toEqual([0.5, 1, 1.5].map((share) => Math.floor(share * middle)));
  });

  it('the wait in the queue does not depend on past jobs', () => {
    const queued = { phase: 'queued' as const, elapsed: 400 };
    expect(wait({ ...queued, pastSeconds: [5_000] })).toBe(wait(queued));
  });
});

describe('the history of an execution', () => {
  it.each([
    [1, 0],
    [3, 20],
    [10, 100],
  ])(
    'the history limit does not lengthen the wait of one of %i exports after %i polls',
    (exportsInExecution, polls) => {
      const job = { elapsed: 2_100, remaining: 19_500 };
      expect(wait({ ...job, exportsInExecution, polls })).toBe(wait(job));
    },
  );

  it('the history limit lets the first waits of a large batch be as short as the bounds allow', () => {
    const second = { shortestSeconds: 1, longestSeconds: 1 };
    expect(wait({ exportsInExecution: MAX_EXPORTS }, second)).toBe(1);
  });

  it('the wait lasts until the deadline when the history limit allows only one more poll', () => {
    expect(wait({ exportsInExecution: MAX_EXPORTS, polls: 11 })).toBeLessThan(5_000);
    expect(wait({ exportsInExecution: MAX_EXPORTS, polls: 12 })).toBe(21_600);
  });

  it('the history limit lengthens the first wait in proportion to the shortest wait when few polls are left', () => {
    // Five polls between 15 s and six hours: each at 4.28 times the age of the one before.
    expect(wait({ exportsInExecution: MAX_EXPORTS, polls: 8 })).toBe(49);
  });

  it.each([1, 3, 10, MAX_EXPORTS])(
    'the history limit lets %i exports that never end poll until the deadline',
    (exportsInExecution) => {
      const shortOnes = fc.integer({ min: 1, max: 900 });
      const history = fc.constantFrom([], [600, 700, 900], [172_800]);
      fc.assert(
        fc.property(phase, fc.integer({ min: 1, max: 2_880 }), shortOnes, history, (of, deadline, longest, past) => {
          const limits = { shortestSeconds: Math.min(15, longest), longestSeconds: longest };
          let [seconds, polls] = [0, 0];
          for (; seconds < 60 * deadline; polls += 1) {
            const job = { phase: of, pastSeconds: past, exportsInExecution, polls };
            seconds += wait({ ...job, elapsed: seconds, remaining: 60 * deadline - seconds }, limits);
          }
          expect(seconds).toBe(60 * deadline);
          // Of the rest each export needs about fifty events, and the states outside the Map need some too.
          const spare =
            MAX_HISTORY_EVENTS -
            exportsInExecution * (polls * EVENTS_PER_POLL + 50 + MAX_VERIFICATION_CALLS * EVENTS_PER_VERIFICATION_CALL);
          expect(spare).toBeGreaterThan(2_500);
        }),
        { numRuns: 30 },
      );
    },
  );
});
