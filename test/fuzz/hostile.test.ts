import { expect, it } from 'vitest';
import { changed, realised } from './hostile.ts';

it('a hostile change may set, nest or remove a member, and __proto__ is a member like any other', () => {
  const changes = [
    { path: '__proto__/polluted', value: true },
    { path: 'a/b', value: { $nested: 2 } },
    { path: 'c', removed: true },
  ];
  const request = realised(changed({ c: 1 }, changes));
  expect(JSON.stringify(request)).toBe('{"__proto__":{"polluted":true},"a":{"b":[[]]}}');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

it('a text that is described by its repetition is expanded', () => {
  expect(realised({ $repeated: 'ab', times: 2 })).toBe('abab');
});
