import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextWaitSeconds, type PollBounds, queueWaitSeconds } from '../../src/polling.ts';

const seconds = (max: number) => fc.double({ min: 0, max, noNaN: true });
const bounds: fc.Arbitrary<PollBounds> = fc
  .tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 3_600 }))
  .map(([shortestSeconds, more]) => ({ shortestSeconds, longestSeconds: shortestSeconds + more }));
const state = fc.record({
  elapsedSeconds: seconds(200_000),
  remainingSeconds: fc.double({ min: -100, max: 200_000, noNaN: true }),
  pastSeconds: fc.array(seconds(100_000), { maxLength: 10 }),
});
const minutes = { shortestSeconds: 15, longestSeconds: 900 };
const remainingSeconds = 21_600;

describe('the next look at a job', () => {
  it('comes after whole seconds, at least one, and not past the deadline', () => {
    fc.assert(
      fc.property(state, bounds, (known, limits) => {
        const wait = nextWaitSeconds(known, limits);
        expect(Number.isSafeInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(1);
        expect(wait).toBeLessThanOrEqual(Math.max(1, known.remainingSeconds));
      }),
    );
  });

  it('without history comes within the bounds, unless the deadline is nearer', () => {
    fc.assert(
      fc.property(state, bounds, (known, limits) => {
        const wait = nextWaitSeconds({ ...known, pastSeconds: [] }, limits);
        expect(wait).toBeLessThanOrEqual(limits.longestSeconds);
        if (known.remainingSeconds > limits.longestSeconds) {
          expect(wait).toBeGreaterThanOrEqual(limits.shortestSeconds);
        }
      }),
    );
  });

  it('with history comes within the bounds once the job can be done', () => {
    fc.assert(
      fc.property(state, bounds, (known, limits) => {
        fc.pre(known.pastSeconds.length > 0);
        const possible = { ...known, elapsedSeconds: known.elapsedSeconds + 0.9 * Math.min(...known.pastSeconds) };
        expect(nextWaitSeconds(possible, limits)).toBeLessThanOrEqual(limits.longestSeconds);
      }),
    );
  });

  it('without history comes later the longer the job runs', () => {
    fc.assert(
      fc.property(seconds(100_000), seconds(100_000), bounds, (elapsed, more, limits) => {
        const waitAt = (elapsedSeconds: number) =>
          nextWaitSeconds({ elapsedSeconds, remainingSeconds: 1e6, pastSeconds: [] }, limits);
        expect(waitAt(elapsed + more)).toBeGreaterThanOrEqual(waitAt(elapsed));
      }),
    );
  });

  it.each([
    ['at the start', 0, [], 15],
    ['after ten minutes, a tenth of it', 600, [], 60],
    ['after a day, the longest', 86_400, [], 900],
    ['with history, just before the job can be done', 0, [1_000, 1_200], 900],
    ['with history, also if that is longer than the longest wait', 0, [10_000], 9_000],
    ['with history, nearer to that', 800, [1_000, 1_200], 100],
    ['while it is likely to be done, an eighth of the span', 950, [1_000, 1_200], 52],
    ['of a job that always took the same, soon', 95, [100, 100], 15],
    ['of a job that takes longer than any before, as without history', 2_000, [1_000, 1_200], 200],
    ['of jobs that took no time', 0, [0], 15],
  ])('comes %s', (_, elapsedSeconds, pastSeconds, expected) => {
    expect(nextWaitSeconds({ elapsedSeconds, remainingSeconds, pastSeconds }, minutes)).toBe(expected);
  });

  it.each([
    [100.9, 100],
    [1, 1],
    [0.2, 1],
    [0, 1],
    [-5, 1],
  ])('comes at the deadline when %s s are left: after %s s', (left, expected) => {
    const known = { elapsedSeconds: 20_000, remainingSeconds: left, pastSeconds: [] };
    expect(nextWaitSeconds(known, minutes)).toBe(expected);
  });

  it('is had a handful of times for a job that takes as long as ever', () => {
    const pastSeconds = [1_700, 1_800, 1_900];
    let elapsedSeconds = 0;
    let looks = 0;
    while (elapsedSeconds < 1_800) {
      elapsedSeconds += nextWaitSeconds({ elapsedSeconds, remainingSeconds, pastSeconds }, minutes);
      looks += 1;
    }
    expect(looks).toBeLessThanOrEqual(6);
    expect(elapsedSeconds - 1_800).toBeLessThan(90);
  });
});

describe('the next try for a place in a full quota', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('comes after whole seconds, at least one, not past the deadline, and within the jittered bounds', () => {
    fc.assert(
      fc.property(state, bounds, random, (known, limits, chance) => {
        const wait = queueWaitSeconds(known, limits, chance);
        expect(Number.isSafeInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(1);
        expect(wait).toBeLessThanOrEqual(Math.max(1, known.remainingSeconds));
        expect(wait).toBeLessThanOrEqual(1.5 * limits.longestSeconds);
      }),
    );
  });

  it.each([
    [0, 0, 7],
    [0, 0.999, 22],
    [6_000, 0, 300],
    [6_000, 0.5, 600],
    [6_000, 0.999, 899],
    [1e6, 0.5, 900],
  ])('after %s s and with the chance %s comes after %s s', (elapsedSeconds, chance, expected) => {
    expect(queueWaitSeconds({ elapsedSeconds, remainingSeconds }, minutes, chance)).toBe(expected);
  });
});
