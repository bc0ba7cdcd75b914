import { afterEach, describe, expect, it, vi } from 'vitest';
import { phaseOf } from '../../../src/job/status.ts';
import { logger } from '../../../src/lambda/logger.ts';
import { later } from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

stopClock();
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['CREATE PENDING', 'pending', 'timed-out'],
  ['CREATE IN_PROGRESS', 'pending', 'timed-out'],
  ['ACTIVE', 'succeeded', 'succeeded'],
  ['CREATE FAILED', 'failed', 'failed'],
  ['CREATE STOPPED', 'pending', 'timed-out'],
  ['active', 'pending', 'timed-out'],
  ['constructor', 'pending', 'timed-out'],
  ['', 'pending', 'timed-out'],
])('the status %j', (status, before, from) => {
  it(`a status means ${before} one second before the deadline`, () => {
    expect(phaseOf(status, later(1))).toBe(before);
  });

  it.each([
    ['at', 0],
    ['one second after', -1],
  ])(`a status means ${from} %s the deadline`, (_, secondsLeft) => {
    expect(phaseOf(status, later(secondsLeft))).toBe(from);
  });
});

it('phaseOf warns of an unknown status', () => {
  const warn = vi.spyOn(logger, 'warn');
  phaseOf('DELETE PENDING', later(1));
  expect(warn).toHaveBeenCalledExactlyOnceWith('unknown status', { status: 'DELETE PENDING' });
});

it.each(['CREATE PENDING', 'CREATE IN_PROGRESS', 'ACTIVE', 'CREATE FAILED'])(
  'phaseOf does not warn of the status %s',
  (status) => {
    const warn = vi.spyOn(logger, 'warn');
    phaseOf(status, later(1));
    expect(warn).not.toHaveBeenCalled();
  },
);
