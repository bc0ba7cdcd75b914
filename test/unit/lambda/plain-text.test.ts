import { expect, it } from 'vitest';
import { plainText } from '../../../src/lambda/plain-text.ts';
import { shellQuoted } from '../../../src/lambda/shell-quoted.ts';

it.each([
  ['größe 語 مرحبا 😀', 'größe 語 مرحبا 😀'],
  ['a\nb\r\tc', 'a b  c'],
  ['\u001b[31mred\u009b0m', ' [31mred 0m'],
  ['a\u202eb\u200bc\u00add\ufeff', 'a b c d '],
  ['a\u2028b\u2029c', 'a b c'],
  ['a\ud83d!', 'a !'],
  ['a\u{e0041}b', 'a b'],
])('plainText writes %j as %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

it.each([
  [
    'arn:aws:states:eu-west-1:123456789012:stateMachine:exports',
    'arn:aws:states:eu-west-1:123456789012:stateMachine:exports',
  ],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", `'it'\\''s'`],
  ['$(x)', "'$(x)'"],
])('shellQuoted writes %j as %s', (text, word) => {
  expect(shellQuoted(text)).toBe(word);
});
