import traverse from 'json-schema-traverse';
import { expect, it } from 'vitest';
import { schemas } from '../../../scripts/validators.ts';
import { SENTENCES } from '../../../src/lambda/validation-message.ts';

/** Keywords that only describe, or only hold further schemas: ajv reports the keyword inside that fails. */
const NEVER_REPORTED = ['description', 'examples', 'properties', 'items', 'dependencies'];

function keywordsOf(schema: object): string[] {
  const keywords = new Set<string>();
  traverse(schema, { allKeys: true }, (part) => {
    for (const keyword of Object.keys(part)) keywords.add(keyword);
  });
  return [...keywords];
}

it.each(Object.entries(schemas))('every keyword of the schema of %s has a sentence for the user', (_, schema) => {
  const withoutSentence = keywordsOf(schema).filter((keyword) => !Object.hasOwn(SENTENCES, keyword));
  expect(withoutSentence.filter((keyword) => !NEVER_REPORTED.includes(keyword))).toEqual([]);
});
