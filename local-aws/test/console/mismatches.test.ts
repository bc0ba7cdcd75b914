import { expect, it } from 'vitest';
import { mismatchesOf } from '../../src/console/mismatches.ts';
import { matchesPattern } from '../../src/events/event-pattern.ts';

const event = { source: 'my.shop', detail: { type: 'a', list: [{ x: 1 }] } };

it.each<[what: string, pattern: Record<string, unknown>, mismatches: string[]]>([
  ['a field that differs', { source: ['other'], detail: { type: ['a'] } }, ['source: "my.shop", not ["other"]']],
  ['a field that is missing', { detail: { none: ['a'] } }, ['detail.none: nothing, not ["a"]']],
  [
    'two fields',
    { source: ['x'], detail: { type: ['y'] } },
    ['source: "my.shop", not ["x"]', 'detail.type: "a", not ["y"]'],
  ],
  [
    'alternatives',
    { $or: [{ source: ['x'] }, { detail: { type: ['y'] } }] },
    ['$or: nothing, not [{"source":["x"]},{"detail":{"type":["y"]}}]'],
  ],
  ['a name of every object', { constructor: ['x'] }, ['constructor: nothing, not ["x"]']],
])('the page names %s as the reason why a rule did not match', (_, pattern, mismatches) => {
  const found = mismatchesOf(pattern, event, matchesPattern);
  expect(found.map((one) => `${one.field}: ${one.found}, not ${one.expected}`)).toEqual(mismatches);
});
