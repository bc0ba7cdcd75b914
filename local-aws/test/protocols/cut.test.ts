import { expect, it } from 'vitest';
import { cut } from '../../src/protocols/cut.ts';

it.each([
  ['abc', 5, 'abc'],
  ['abcdef', 5, 'abcde'],
  ['abcd😀', 5, 'abcd'],
  ['abcd😀', 6, 'abcd😀'],
])('cut limits %j to %i characters: %j', (text, characters, short) => {
  expect(cut(text, characters)).toBe(short);
});
