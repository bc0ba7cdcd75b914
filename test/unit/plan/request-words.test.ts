import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as validators from '#validators';
import { check } from '../../../src/lambda/validation-message.ts';
import * as input from '../../../src/plan/request.ts';
import * as state from '../../../src/state.ts';

/** The parts of a JSON Schema that these tests read. */
interface Schema {
  pattern?: string;
  description?: string;
  examples?: readonly string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

const schemas = Object.entries({ ...input, ...state }).flatMap(([name, schema]) =>
  name.endsWith('Schema') ? [{ name, schema: schema as Schema }] : [],
);

/** Every part of a schema that has a pattern, by its path. */
function patternsIn(schema: Schema, path: string): (Schema & { path: string })[] {
  const parts = Object.entries({ ...schema.properties, ...(schema.items && { '[]': schema.items }) });
  return [
    ...(schema.pattern === undefined ? [] : [{ ...schema, path }]),
    ...parts.flatMap(([name, part]) => patternsIn(part, `${path}.${name}`)),
  ];
}

/** A value with every text that has a pattern, and with each of them breaking it. */
function breaking(schema: Schema): unknown {
  if (schema.pattern !== undefined) return '§';
  if (schema.items) return [breaking(schema.items)];
  const parts = Object.entries(schema.properties ?? {}).filter(([, part]) => patternsIn(part, '').length > 0);
  return Object.fromEntries(parts.map(([name, part]) => [name, breaking(part)]));
}

it.each(schemas.flatMap(({ name, schema }) => patternsIn(schema, name)))(
  'the pattern of $path has a description and an example that matches it',
  ({ pattern = '', description, examples }) => {
    expect(description).toMatch(/^an? /);
    expect(examples?.[0]).toMatch(new RegExp(pattern, 'u'));
  },
);

it.each([
  ['a request', validators.request, input.requestSchema],
  ['a batch', validators.batch, input.batchSchema],
])('the message about %s that breaks every pattern has the words of each, and no pattern', (_, validate, schema) => {
  const refused = () => check(validate, breaking(schema as Schema));
  const patterns = patternsIn(schema as Schema, '');
  expect(patterns.length).toBeGreaterThan(0);
  for (const { description, examples } of patterns)
    expect(refused).toThrow(`"§" is not ${description}, such as ${examples?.[0]}.`);
  expect(refused).not.toThrow(/[\^\\]|expected form/);
});

describe('the documentation names', () => {
  const { onlyDatasetGroups, quietIfNothing, origin, ...fields } = input.requestSchema.properties;

  it.each(Object.keys(fields))('the README names the field %s', (field) => {
    const table = readFileSync('README.md', 'utf8')
      .match(/^\|.*$/gm)
      ?.join('\n');
    expect(table?.includes(`\`${field}`)).toBe(true);
  });

  it.each(['rejection', ...Object.keys({ onlyDatasetGroups, quietIfNothing, origin })])(
    'docs/triggers.md names the field %s, which only triggers set',
    (field) => {
      expect(readFileSync('docs/triggers.md', 'utf8').includes(`\`${field}\``)).toBe(true);
    },
  );
});
