import { describe, expect, it } from 'vitest';
import { cheapestWait } from '../../../src/poll/cheapest-wait.ts';

const bounds = { shortestSeconds: 15, longestSeconds: 900 };
const alike = [880, 920, 900, 910, 890];
const twoKinds = [300, 310, 3_000, 3_100, 290];
const oneShort = [100, ...Array<number>(9).fill(10_000)];
const hours = [13_000, 13_700, 14_400, 15_100, 15_800];

it.each([
  ['aims at the time that jobs usually take', 0, alike, 860],
  ['comes soon when a job should be over', 950, alike, 71],
  ['comes later and later once a job has taken longer than any before', 2_000, alike, 294],
  ['has the longest wait as its bound then', 90_000, alike, 860],
  ['aims at the shorter jobs first where there are two kinds', 0, twoKinds, 324],
  ['checks early whether a long job is unlike those before it', 0, hours, 2_174],
  ['exceeds the longest wait while a job is unlikely to end', 3_000, hours, 6_679],
  ['keeps within the longest wait when a job may end at any time', 13_000, hours, 434],
  ['exceeds the longest wait until the longest past job, even if a shorter one was different', 500, oneShort, 1_703],
  ['has the shortest wait as its bound', 0, [1], 15],
])('the cheapest poll %s', (_, elapsedSeconds, pastSeconds, expected) => {
  expect(Math.floor(cheapestWait(elapsedSeconds, pastSeconds, bounds))).toBe(expected);
});

describe('polling until the end of a job', () => {
  const poll = (seconds: number, pastSeconds: number[]) => {
    let [elapsed, polls] = [0, 0];
    while (elapsed < seconds) {
      elapsed += cheapestWait(elapsed, pastSeconds, bounds);
      polls += 1;
    }
    return { polls, lag: elapsed - seconds };
  };

  it.each([
    ['always takes the same time', 900, [900, 900, 900, 900, 900], 2, 60],
    ['takes about as long as before', 1_800, [1_650, 1_700, 1_800, 1_900, 1_950], 4, 150],
    ['takes about as many hours as before', 14_400, hours, 12, 600],
    ['ran once before', 900, [900], 2, 60],
    ['once took much longer', 900, [880, 920, 7_200, 900, 890], 2, 120],
    ['once took much less', 900, [880, 920, 90, 900, 890], 3, 120],
    ['once took two days', 900, [880, 920, 172_800, 900, 890], 2, 120],
    ['has two kinds and is short', 300, twoKinds, 2, 90],
    ['has two kinds and is long', 3_000, twoKinds, 9, 240],
    ['takes ten times as long as before', 9_000, alike, 30, 600],
    ['takes a tenth of the time', 900, [8_800, 9_200, 9_000, 9_100, 8_900], 1, 1_200],
    ['takes a tenth of forty hours', 14_400, [140_000, 150_000, 144_000, 139_000, 146_000], 3, 8_000],
  ])(
    'polling takes few polls and little time until the end of a job that %s',
    (_, seconds, pastSeconds, polls, lag) => {
      const found = poll(seconds, pastSeconds);
      expect(found.polls).toBeLessThanOrEqual(polls);
      expect(found.lag).toBeLessThanOrEqual(lag);
    },
  );
});
