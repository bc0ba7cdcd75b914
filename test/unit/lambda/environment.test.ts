import { afterEach, describe, expect, it, vi } from 'vitest';
import { optional, required, requiredNumber } from '../../../src/lambda/environment.ts';
import { pollBounds } from '../../../src/poll/poll-bounds.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a variable that is required', () => {
  it('is read as it is', () => {
    vi.stubEnv('EXPORT_BUCKET', ' my bucket ');
    expect(required('EXPORT_BUCKET')).toBe(' my bucket ');
  });

  it.each([undefined, ''])('stops the function where it is %j', (value) => {
    vi.stubEnv('EXPORT_BUCKET', value);
    expect(() => required('EXPORT_BUCKET')).toThrow('The environment variable EXPORT_BUCKET is not set.');
    expect(() => requiredNumber('EXPORT_BUCKET')).toThrow('The environment variable EXPORT_BUCKET is not set.');
  });
});

describe('a number', () => {
  it.each([
    ['360', 360],
    ['0.5', 0.5],
    ['-1', -1],
  ])('is %s', (value, number) => {
    vi.stubEnv('DEADLINE_MINUTES', value);
    expect(requiredNumber('DEADLINE_MINUTES')).toBe(number);
  });

  it.each(['6 h', 'NaN', 'Infinity', '1,5'])('is not %s', (value) => {
    vi.stubEnv('DEADLINE_MINUTES', value);
    const message = `The environment variable DEADLINE_MINUTES is not a number: ${value}`;
    expect(() => requiredNumber('DEADLINE_MINUTES')).toThrow(message);
  });

  it('is not white space', () => {
    vi.stubEnv('DEADLINE_MINUTES', ' ');
    expect(() => requiredNumber('DEADLINE_MINUTES')).toThrow('DEADLINE_MINUTES');
  });
});

it.each([
  [undefined, undefined],
  ['', undefined],
  ['arn', 'arn'],
])('an optional variable that is %j is %j', (value, expected) => {
  vi.stubEnv('EXPORT_KMS_KEY_ARN', value);
  expect(optional('EXPORT_KMS_KEY_ARN')).toBe(expected);
});

it('the bounds of polling are two numbers', () => {
  vi.stubEnv('POLL_SHORTEST_SECONDS', '15');
  vi.stubEnv('POLL_LONGEST_SECONDS', '900');
  expect(pollBounds()).toEqual({ shortestSeconds: 15, longestSeconds: 900 });
});
