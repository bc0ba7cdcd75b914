import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextWaitSeconds, type PollBounds, queueWaitSeconds } from '../../../src/poll/polling.ts';

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

  it('with history comes within the bounds once the job has taken longer than any before', () => {
    fc.assert(
      fc.property(state, bounds, (known, limits) => {
        fc.pre(known.pastSeconds.length > 0);
        const outlived = { ...known, elapsedSeconds: known.elapsedSeconds + 1.001 * Math.max(1, ...known.pastSeconds) };
        const wait = nextWaitSeconds(outlived, limits);
        expect(wait).toBeLessThanOrEqual(limits.longestSeconds);
        if (known.remainingSeconds > limits.longestSeconds) {
          expect(wait).toBeGreaterThanOrEqual(limits.shortestSeconds);
        }
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

  // Bounds for what is sensible; the exact waits are the algorithm's own affair.
  it.each([
    ['soon at the start', 0, [], 15, 60],
    ['in about a tenth of ten minutes after these', 600, [], 30, 90],
    ['in the longest wait after a day', 86_400, [], 900, 900],
    ['not long before a job can be done that has a history', 0, [1_000, 1_200], 500, 950],
    ['then, also if that is longer than the longest wait', 0, [10_000], 901, 9_500],
    ['some more times while it is likely to be done', 950, [1_000, 1_200], 15, 200],
    ['soon for a job that always took the same', 95, [100, 100], 15, 30],
    ['as without history for a job that takes longer than any before', 3_000, [1_000, 1_200], 100, 500],
    ['soon where jobs took no time', 0, [0], 15, 60],
  ])('comes %s', (_, elapsedSeconds, pastSeconds, least, most) => {
    const wait = nextWaitSeconds({ elapsedSeconds, remainingSeconds, pastSeconds }, minutes);
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
  });

  it('does not depend on the order of the history', () => {
    fc.assert(
      fc.property(state, bounds, (known, limits) => {
        const reversed = { ...known, pastSeconds: known.pastSeconds.toReversed() };
        expect(nextWaitSeconds(reversed, limits)).toBe(nextWaitSeconds(known, limits));
      }),
    );
  });

  it('exceeds the longest wait only while the job can hardly be done by its history', () => {
    fc.assert(
      fc.property(state, bounds, (known, limits) => {
        fc.pre(known.pastSeconds.length > 0);
        const wait = nextWaitSeconds(known, limits);
        if (wait <= limits.longestSeconds) return;
        const later = known.pastSeconds.filter((past) => past > known.elapsedSeconds);
        const meanwhile = later.filter((past) => past < known.elapsedSeconds + wait);
        expect(later.length).toBeGreaterThan(0);
        expect(meanwhile.length).toBeLessThanOrEqual(0.25 * later.length);
      }),
    );
  });

  it('without history comes later the wider the bounds are set', () => {
    fc.assert(
      fc.property(state, bounds, fc.nat(600), fc.nat(600), (known, limits, more, most) => {
        const shortestSeconds = limits.shortestSeconds + more;
        const wider = { shortestSeconds, longestSeconds: limits.longestSeconds + more + most };
        const pending = { ...known, pastSeconds: [] };
        expect(nextWaitSeconds(pending, wider)).toBeGreaterThanOrEqual(nextWaitSeconds(pending, limits));
      }),
    );
  });

  it('is planned also where the clock runs behind the service', () => {
    const ahead = { elapsedSeconds: -5, remainingSeconds, pastSeconds: [] };
    expect(nextWaitSeconds(ahead, minutes)).toBe(nextWaitSeconds({ ...ahead, elapsedSeconds: 0 }, minutes));
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

  /** How often the job is looked at, and how late it is found done. */
  const waitFor = (seconds: number, pastSeconds: number[]) => {
    let [elapsedSeconds, looks] = [0, 0];
    while (elapsedSeconds < seconds) {
      elapsedSeconds += nextWaitSeconds({ elapsedSeconds, remainingSeconds: 172_800, pastSeconds }, minutes);
      looks += 1;
    }
    return { looks, lag: elapsedSeconds - seconds };
  };

  it.each([
    ['always takes the same', 900, [900, 900, 900, 900, 900], 3, 60],
    ['takes about as long', 1_800, [1_650, 1_700, 1_800, 1_900, 1_950], 5, 120],
    ['takes about as many hours', 14_400, [13_000, 13_700, 14_400, 15_100, 15_800], 12, 600],
    ['was done once before', 900, [900], 5, 150],
    ['had one odd run, long', 900, [880, 920, 7_200, 900, 890], 3, 120],
    ['had one odd run, short', 900, [880, 920, 90, 900, 890], 6, 120],
    ['was stuck for two days once', 900, [880, 920, 172_800, 900, 890], 4, 240],
    ['has two modes, in the quick one', 300, [300, 310, 3_000, 3_100, 290, 3_050], 3, 90],
    ['has two modes, in the slow one', 3_000, [300, 310, 3_000, 3_100, 290, 3_050], 10, 240],
    ['grew tenfold', 9_000, [880, 920, 900, 910, 890], 40, 700],
    ['shrank tenfold', 900, [8_800, 9_200, 9_000, 9_100, 8_900], 2, 3_600],
    ['shrank tenfold from forty hours', 14_400, [140_000, 150_000, 144_000, 139_000, 146_000], 8, 5_400],
  ])('finds a job that %s in few looks, and soon', (_, seconds, pastSeconds, looks, lag) => {
    const found = waitFor(seconds, pastSeconds);
    expect(found.looks).toBeLessThanOrEqual(looks);
    expect(found.lag).toBeLessThanOrEqual(lag);
  });

  it.each([2, 5, 15, 60, 120, 190])('without history finds a job of %s min soon, in at most 60 looks', (median) => {
    const durations = Array.from({ length: 400 }, (_, n) => 60 * median * (0.8 + 0.001 * n));
    const found = durations.map((seconds) => waitFor(seconds, []));
    const meanLag = found.reduce((sum, { lag }) => sum + lag, 0) / found.length;
    expect(meanLag).toBeLessThanOrEqual(Math.max(15, 0.05 * 60 * median));
    expect(Math.max(...found.map(({ looks }) => looks))).toBeLessThanOrEqual(60);
  });

  it('is never later than the history is long, however much that misleads', () => {
    const pasts = fc.array(fc.integer({ min: 60, max: 20_000 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(pasts, fc.double({ min: 0.05, max: 5, noNaN: true }), (past, factor) => {
        const longest = Math.max(...past);
        const { looks, lag } = waitFor(longest * factor, past);
        expect(lag).toBeLessThanOrEqual(Math.max(120, longest));
        expect(looks).toBeLessThanOrEqual(150);
      }),
      { numRuns: 50 },
    );
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

  it.each([0, 100, 6_000, 1e6])('after %s s is spread over a whole interval around its middle', (elapsedSeconds) => {
    const [first, middle, last] = [0, 0.5, 0.999].map((chance) =>
      queueWaitSeconds({ elapsedSeconds, remainingSeconds }, minutes, chance),
    ) as [number, number, number];
    expect(Math.abs(last - first - middle)).toBeLessThanOrEqual(2);
    expect(middle).toBeGreaterThanOrEqual(minutes.shortestSeconds);
    expect(middle).toBeLessThanOrEqual(minutes.longestSeconds);
  });

  it('comes later the longer the queue has lasted', () => {
    const waits = [0, 1_000, 10_000, 1e6].map((elapsedSeconds) =>
      queueWaitSeconds({ elapsedSeconds, remainingSeconds }, minutes, 0.5),
    );
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    expect(waits.at(-1)).toBe(900);
  });
});
