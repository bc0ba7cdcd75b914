import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXPECTED } from '../../../src/verify/finding-texts.ts';

/** The words by which the documentation names each finding. Where a text has numbers, the words around them. */
const PHRASES: Record<keyof typeof EXPECTED, string> = {
  dataObject: 'at least one object with data',
  header: 'a header',
  schemaColumn: 'this column of the schema in the header',
  columnOnce: 'each column once in the header',
  plainNames: 'a header without quotes inside of names',
  headerSize: 'a header of at most',
  fields: 'fields, as in the header',
  closingQuote: 'a quote at the end of the value',
  wholeQuotes: 'quotes only around a whole value',
  rowSize: 'a row of at most',
  utf8: 'UTF-8',
  unchangedObject: 'an object that does not change while it is read',
  sameData: 'the data that its manifest of',
};

function textOf(name: string): string {
  const entry = EXPECTED[name as keyof typeof EXPECTED];
  return typeof entry === 'function' ? entry(3 as never, 4) : entry;
}

/** The findings that a line of the runbook is about: `The findings "a", "b" or "c"`. */
const inRunbook = readFileSync('docs/runbook.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| The findings? "/.test(line))
  .flatMap((line) => (line.split(' | ')[0] ?? '').split('"').filter((_, index) => index % 2 === 1));
const inManifest = readFileSync('docs/manifest.md', 'utf8').split('\n');

it.each(Object.entries(PHRASES))('the documentation explains the finding %s: "%s"', (name, phrase) => {
  expect(textOf(name)).toContain(phrase);
  const isPhrase = (text: string) => text.replace('*n* ', '').replace(/ ….*$/, '') === phrase;
  expect(inRunbook.filter(isPhrase)).toHaveLength(1);
  expect(inManifest.filter((line) => line.replace(/^\| (\*n\* )?/, '').startsWith(phrase))).not.toEqual([]);
});
