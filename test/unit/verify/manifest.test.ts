import { expect, it } from 'vitest';
import type { ExportFacts } from '../../../src/verify/export-facts.ts';
import { manifestOf } from '../../../src/verify/manifest.ts';
import { measuresOf, usersSchema } from './reading.ts';

const facts = { path: 's3://exports-bucket/run-1/' } as ExportFacts;
const elementsFor = (...contents: string[]) =>
  manifestOf(facts, measuresOf(usersSchema, contents), undefined).schema.elements;
const userId = { name: 'USER_ID', type: { base: 'character varying' } };
const age = { name: 'AGE', type: { base: 'bigint' } };
const score = { name: 'SCORE', type: { base: 'double precision' } };

it.each([
  ['of the first file with a header', ['\n', 'SCORE,USER_ID,AGE\n', 'AGE,SCORE,USER_ID\n'], [score, userId, age]],
  ['of the schema if no file has a header', ['\n'], [userId, age, score]],
])('a manifest has the columns for Redshift in the order %s', (_, contents, elements) => {
  expect(elementsFor(...contents)).toEqual(elements);
});
