import { afterEach, describe, expect, it, vi } from 'vitest';
import { optional, required, requiredNumber } from '../../../src/lambda/environment.ts';
import { pollBounds } from '../../../src/poll/poll-bounds.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a required variable', () => {
  it('a required variable is returned unchanged', () => {
    vi.stubEnv('EXPORT_BUCKET', ' my bucket ');
    expect(required('EXPORT_BUCKET')).toBe(' my bucket ');
  });

  it.each([undefined, ''])('a required variable stops the function if it is %j', (value) => {
    vi.stubEnv('EXPORT_BUCKET', value);
    expect(() => required('EXPORT_BUCKET')).toThrow('The environment variable EXPORT_BUCKET is not set.');
    expect(() => requiredNumber('EXPORT_BUCKET')).toThrow('The environment variable EXPORT_BUCKET is not set.');
  });
});

describe('a required number', () => {
  it.each([
    ['360', 360],
    ['0.5', 0.5],
    ['-1', -1],
  ])('a required number is read from %j as %d', (value, number) => {
    vi.stubEnv('DEADLINE_MINUTES', value);
    expect(requiredNumber('DEADLINE_MINUTES')).toBe(number);
  });

  it.each(['6 h', 'NaN', 'Infinity', '1,5'])('a required number cannot be read from %j', (value) => {
    vi.stubEnv('DEADLINE_MINUTES', value);
    const message = `The environment variable DEADLINE_MINUTES is not a number: ${value}`;
    expect(() => requiredNumber('DEADLINE_MINUTES')).toThrow(message);
  });

  it('a required number cannot be read from white space', () => {
    vi.stubEnv('DEADLINE_MINUTES', ' ');
    expect(() => requiredNumber('DEADLINE_MINUTES')).toThrow('DEADLINE_MINUTES');
  });
});

it.each([
  [undefined, undefined],
  ['', undefined],
  ['arn', 'arn'],
])('an optional variable with the value %j is returned as %j', (value, expected) => {
  vi.stubEnv('EXPORT_KMS_KEY_ARN', value);
  expect(optional('EXPORT_KMS_KEY_ARN')).toBe(expected);
});

it('the poll bounds are read as two numbers', () => {
  vi.stubEnv('POLL_SHORTEST_SECONDS', '15');
  vi.stubEnv('POLL_LONGEST_SECONDS', '900');
  expect(pollBounds()).toEqual({ shortestSeconds: 15, longestSeconds: 900 });
});
