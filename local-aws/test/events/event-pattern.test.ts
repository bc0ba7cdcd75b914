import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern, validatePattern } from '../../src/events/event-pattern.ts';

const event = {
  source: 'aws.s3',
  detail: {
    text: 'requests/Movies.json',
    empty: '',
    nothing: null,
    yes: true,
    number: 5,
    digits: '5',
    list: ['a', 'b'],
    none: [],
    address: '10.0.0.7',
    object: { inner: 'x' },
    objects: [
      { kind: 'a', size: 1 },
      { kind: 'b', size: 2 },
    ],
    stars: 'a*b\\c',
  },
};

describe('matchesPattern', () => {
  it.each<[boolean, Record<string, unknown>]>([
    [true, { text: ['requests/Movies.json'] }],
    [false, { text: ['requests/movies.json'] }],
    [true, { text: ['other', 'requests/Movies.json'] }],
    [true, { number: [5] }],
    [false, { number: ['5'] }],
    [false, { digits: [5] }],
    [true, { empty: [''] }],
    [false, { empty: [null] }],
    [true, { nothing: [null] }],
    [false, { missing: [null] }],
    [true, { yes: [true] }],
    [false, { yes: ['true'] }],
    [true, { list: ['b', 'z'] }],
    [false, { list: ['z'] }],
    [true, { text: [{ prefix: 'requests/' }] }],
    [false, { text: [{ prefix: 'Requests/' }] }],
    [true, { text: [{ prefix: { 'equals-ignore-case': 'REQUESTS/' } }] }],
    [true, { text: [{ suffix: '.json' }] }],
    [true, { text: [{ suffix: { 'equals-ignore-case': '.JSON' } }] }],
    [false, { number: [{ prefix: '5' }] }],
    [true, { text: [{ 'equals-ignore-case': 'REQUESTS/movies.JSON' }] }],
    [true, { text: [{ wildcard: 'requests/*.json' }] }],
    [false, { text: [{ wildcard: 'requests/*.csv' }] }],
    [true, { text: [{ wildcard: '*' }] }],
    [true, { stars: [{ wildcard: 'a\\*b\\\\c' }] }],
    [false, { text: [{ wildcard: 'requests\\*' }] }],
    [false, { text: [{ wildcard: 'requests.Movies.json' }] }],
    [true, { text: [{ 'anything-but': 'x' }] }],
    [false, { text: [{ 'anything-but': ['x', 'requests/Movies.json'] }] }],
    [false, { missing: [{ 'anything-but': 'x' }] }],
    [false, { number: [{ 'anything-but': [5, 6] }] }],
    [false, { text: [{ 'anything-but': { prefix: 'requests/' } }] }],
    [true, { text: [{ 'anything-but': { prefix: ['exports/', 'Requests/'] } }] }],
    [false, { text: [{ 'anything-but': { suffix: '.json' } }] }],
    [false, { text: [{ 'anything-but': { wildcard: '*Movies*' } }] }],
    [false, { text: [{ 'anything-but': { 'equals-ignore-case': ['requests/movies.json'] } }] }],
    [true, { list: [{ 'anything-but': 'a' }] }],
    [true, { nothing: [{ exists: true }] }],
    [false, { missing: [{ exists: true }] }],
    [true, { missing: [{ exists: false }] }],
    [true, { missing: { deeper: [{ exists: false }] } }],
    [true, { none: [{ exists: false }] }],
    [false, { object: [{ exists: true }] }],
    [false, { object: { inner: [{ exists: false }] } }],
    [true, { number: [{ numeric: ['=', 5] }] }],
    [true, { number: [{ numeric: ['>', 0, '<=', 5] }] }],
    [false, { number: [{ numeric: ['>', 5] }] }],
    [false, { digits: [{ numeric: ['=', 5] }] }],
    [true, { address: [{ cidr: '10.0.0.0/24' }] }],
    [false, { address: [{ cidr: '10.0.1.0/24' }] }],
    [true, { objects: { kind: ['a'], size: [1] } }],
    [false, { objects: { kind: ['a'], size: [2] } }],
    [true, { $or: [{ number: [1] }, { text: [{ suffix: '.json' }] }], yes: [true] }],
    [false, { $or: [{ number: [1] }, { text: [{ suffix: '.json' }] }], yes: [false] }],
    [false, { $or: [{ number: [1] }, { number: [2] }] }],
    [true, { text: [{ prefix: '' }] }],
    [true, { text: [{ wildcard: '*e*e*s*o*n' }] }],
    [true, { number: [{ numeric: ['>=', 5, '<=', 5] }] }],
  ])('matchesPattern answers %s for the detail %j', (expected, detail) => {
    expect(matchesPattern({ source: ['aws.s3'], detail }, event)).toBe(expected);
  });

  it.each<[what: string, pattern: Record<string, unknown>, event: Record<string, unknown>]>([
    ['in the pattern', { detail: { 'state.status': ['running'] } }, { detail: { state: { status: 'running' } } }],
    ['in the event', { detail: { state: { status: ['running'] } } }, { detail: { 'state.status': 'running' } }],
    ['in both', { 'detail.state.status': ['running'] }, { detail: { 'state.status': 'running' } }],
    ['in an array of the event', { list: { a: { b: [1] } } }, { list: [{ 'a.b': 1 }] }],
    ['beside the same path', { a: { b: [1] } }, { 'a.b': 1, a: { b: 2 } }],
    ['beside a value at its beginning', { a: [1], 'a.b': [2] }, { a: 1, 'a.b': 2 }],
  ])('matchesPattern reads a dot %s as a step into the next object', (_, pattern, dotted) => {
    expect(matchesPattern(pattern, dotted)).toBe(true);
    expect(matchesPattern(pattern, { other: 1 })).toBe(false);
  });

  const name = fc.string({ minLength: 1 }).filter((text) => text !== '$or' && text !== '__proto__');
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const { object } = fc.letrec<{ object: Record<string, unknown>; value: unknown }>((tie) => ({
    object: fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 4 }),
    value: fc.oneof({ maxDepth: 3 }, leaf, tie('object')),
  }));

  it('matchesPattern matches an event with the pattern of all its values, and with no pattern in which a value differs', () => {
    fc.assert(
      fc.property(object, (any) => {
        expect(matchesPattern(exactly(any), any)).toBe(true);
        expect(
          matchesPattern(
            exactly(any, (value) => [`not ${value}`]),
            any,
          ),
        ).toBe(false);
        expect(
          matchesPattern(
            exactly(any, () => [{ exists: true }]),
            any,
          ),
        ).toBe(true);
        expect(
          matchesPattern(
            exactly(any, () => [{ exists: false }]),
            any,
          ),
        ).toBe(false);
      }),
    );
  });

  it('matchesPattern reads any text as itself in prefix, suffix and escaped wildcard', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        const escaped = (text: string) => text.replaceAll(/[\\*]/g, '\\$&');
        const field = { text: a + b };
        expect(matchesPattern({ text: [{ prefix: a }] }, field)).toBe(true);
        expect(matchesPattern({ text: [{ suffix: b }] }, field)).toBe(true);
        expect(matchesPattern({ text: [{ wildcard: `${escaped(a)}*${escaped(b)}` }] }, field)).toBe(true);
        if (a !== '') expect(matchesPattern({ text: [{ 'anything-but': { prefix: a } }] }, field)).toBe(false);
      }),
    );
  });
});

describe('validatePattern', () => {
  it.each<[Record<string, unknown>]>([
    [{}],
    [{ detail: {} }],
    [{ source: 'aws.s3' }],
    [{ source: [] }],
    [{ source: [['aws.s3']] }],
    [{ source: [{ contains: 's3' }] }],
    [{ source: [{ toString: 's3' }] }],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }],
    [{ source: [{ prefix: 1 }] }],
    [{ source: [{ prefix: { suffix: 'a' } }] }],
    [{ source: [{ exists: 'true' }] }],
    [{ source: [{ numeric: ['>'] }] }],
    [{ source: [{ numeric: ['>', '1'] }] }],
    [{ source: [{ numeric: ['!', 1] }] }],
    [{ source: [{ wildcard: 'a**' }] }],
    [{ source: [{ wildcard: 'a\\b' }] }],
    [{ source: [{ cidr: 'here' }] }],
    [{ source: [{ 'anything-but': [] }] }],
    [{ source: [{ 'anything-but': [null] }] }],
    [{ source: [{ 'anything-but': ['a', 1] }] }],
    [{ source: [{ 'anything-but': { numeric: ['>', 1] } }] }],
    [{ source: [{ 'anything-but': { prefix: '' } }] }],
    [{ source: [{ 'anything-but': { suffix: '' } }] }],
    [{ source: [{ 'anything-but': { prefix: ['a', ''] } }] }],
    [{ source: [{ 'anything-but': { prefix: { 'equals-ignore-case': 'a' } } }] }],
    [{ source: [{ 'anything-but': { suffix: { 'equals-ignore-case': 'a' } } }] }],
    [{ source: [{ numeric: ['>', 0, '>', 0] }] }],
    [{ source: [{ numeric: ['<', 5, '>', 0] }] }],
    [{ source: [{ numeric: ['=', 5, '<', 9] }] }],
    [{ source: [{ numeric: ['>', 5, '<', 4] }] }],
    [{ source: [{ wildcard: '*:*:*:*:*:event-bus/*' }] }],
    [{ $or: [{ source: ['a'] }] }],
    [{ $or: { source: ['a'] } }],
  ])('validatePattern refuses %j', (pattern) => {
    expect(() => validatePattern(pattern)).toThrow('Event pattern is not valid');
  });

  it('validatePattern names the field and the operator that it refuses', () => {
    expect(() => validatePattern({ detail: { key: [{ contains: 'a' }] } })).toThrow(
      "detail.key has no operator 'contains'",
    );
  });
});

/** The pattern of all leaves of an event. */
function exactly(event: Record<string, unknown>, leafPattern = (value: unknown): unknown[] => [value]) {
  const fields = Object.entries(event).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'object' && value !== null
      ? exactly(value as Record<string, unknown>, leafPattern)
      : leafPattern(value),
  ]);
  return Object.fromEntries(fields);
}
