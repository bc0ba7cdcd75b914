import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cut, shorten } from '../../../src/lambda/shorten.ts';
import { unicodeText } from '../../unicode-text.ts';

it.each([
  ['', 5, ''],
  ['abcde', 5, 'abcde'],
  ['abcdefg', 5, "abcde… (cut: 2 more characters are in the execution's history)"],
  ['abcd😀', 5, "abcd… (cut: 1 more character is in the execution's history)"],
  ['abc😀e', 5, "abc😀… (cut: 1 more character is in the execution's history)"],
  ['abc😀ef', 5, "abc😀… (cut: 2 more characters are in the execution's history)"],
  ['a\ud83d', 5, 'a\ufffd'],
])('shorten limits %j to %i characters: %j', (text, characters, short) => {
  expect(shorten(text, characters)).toBe(short);
});

it('shorten keeps the start of a text, cuts no character in two, and counts what is missing', () => {
  const text = unicodeText({ maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 60 }), (given, characters) => {
      const short = shorten(given, characters);
      fc.pre(given.length > characters);
      const [, kept = '', missing] = /^(.*)… \(cut: (\d+) more/su.exec(short) ?? [];
      expect(given.startsWith(kept)).toBe(true);
      expect(kept.length).toBeLessThanOrEqual(characters);
      expect([...kept].length + Number(missing)).toBe([...given].length);
      expect(kept.isWellFormed()).toBe(true);
    }),
  );
});

it.each([
  ['abcde', 5, 'abcde'],
  ['abcdef', 5, 'abcde'],
  ['abcd😀', 5, 'abcd'],
  ['a\ud83d', 5, 'a'],
  ['\udc00b', 5, '\ufffdb'],
])('cut limits %j to %i characters: %j', (text, characters, short) => {
  expect(cut(text, characters)).toBe(short);
});
