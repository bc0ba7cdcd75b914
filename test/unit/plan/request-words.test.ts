import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as validators from '#validators';
import { check } from '../../../src/lambda/validation-message.ts';
import * as input from '../../../src/plan/request.ts';
import * as state from '../../../src/state.ts';

interface Rule {
  pattern?: string;
  description?: string;
  examples?: string[];
}

const schemas = Object.entries({ ...input, ...state }).flatMap(([name, schema]) =>
  name.endsWith('Schema') ? [[name, schema as object] as const] : [],
);

/** Every part of a schema that has a pattern, by its JSON pointer. */
function patternsIn(schema: unknown, pointer = '#'): [string, Rule][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own: [string, Rule][] = typeof (schema as Rule).pattern === 'string' ? [[pointer, schema]] : [];
  return [...own, ...Object.entries(schema).flatMap(([name, part]) => patternsIn(part, `${pointer}/${name}`))];
}

const patterns = schemas.flatMap(([name, schema]) =>
  patternsIn(schema).map(([pointer, rule]) => ({ name, pointer, ...rule })),
);

it('finds the patterns of requests and batches', () => {
  const counted = (name: string) => patterns.filter((one) => one.name === name).length;
  expect([counted('requestSchema'), counted('batchSchema')]).toEqual([9, 9]);
});

describe.each(patterns)('the pattern at $pointer of $name', ({ pattern = '', ...words }) => {
  it('has a description and an example that matches it', () => {
    expect(words.description).toMatch(/^an? /);
    expect(words.examples?.[0]).toMatch(new RegExp(pattern, 'u'));
  });
});

const wrong = {
  datasetArn: '!',
  datasetGroupArn: '!',
  datasetImportJobArn: '!',
  jobName: '!',
  roleArn: '!',
  jobOutput: { s3DataDestination: { path: '!', kmsKeyArn: '!' } },
  tags: [{ tagKey: '!', tagValue: '!' }],
};

it.each([
  ['a request', validators.request, wrong, input.requestSchema],
  ['a batch', validators.batch, { exports: [wrong] }, input.batchSchema],
])(
  'a message about %s that breaks every pattern has the words of each, and no pattern',
  (_, validate, request, schema) => {
    const refused = () => check(validate, request);
    for (const [, { description, examples }] of patternsIn(schema))
      expect(refused).toThrow(`"!" is not ${description}, such as ${examples?.[0]}.`);
    expect(refused).not.toThrow(/[\^\\]|expected form/);
  },
);

describe('the documentation names', () => {
  const { onlyDatasetGroups, origin, ...fields } = input.requestSchema.properties;

  it.each(Object.keys(fields))('the field %s in the README', (field) => {
    expect(readFileSync('README.md', 'utf8')).toMatch(new RegExp(`^\\|.*\`${field}\\b`, 'm'));
  });

  it.each(['rejection', ...Object.keys({ onlyDatasetGroups, origin })])(
    'the field %s, which triggers set, in docs/triggers.md',
    (field) => {
      expect(readFileSync('docs/triggers.md', 'utf8')).toContain(`\`${field}\``);
    },
  );
});
