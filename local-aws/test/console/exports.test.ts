import { expect, it } from 'vitest';
import { headerOf } from '../../src/console/exports.ts';

it.each([
  ['a whole file', 'USER_ID,AGE\nu1,30\n'],
  ['a file that is cut inside a quoted field', 'USER_ID,AGE\nu1,"3'],
  ['a file with a byte order mark', '\ufeffUSER_ID,AGE\r\n'],
])('headerOf reads the columns of %s', (_, text) => {
  expect(headerOf(Buffer.from(text))).toEqual(['USER_ID', 'AGE']);
});

it.each([
  ['', 'an empty file'],
  ['"USER_ID', 'a file that begins with an open quote'],
])('headerOf refuses %j: %s', (text) => {
  expect(() => headerOf(Buffer.from(text))).toThrow(/does not begin with a line of column names/);
});
