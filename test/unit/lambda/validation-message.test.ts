import type { ErrorObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import { InvalidRequestError } from '../../../src/lambda/errors.ts';
import { check, describeFaults, type SchemaValidator } from '../../../src/lambda/validation-message.ts';

const fault = (error: Partial<ErrorObject>): ErrorObject => ({
  keyword: 'const',
  instancePath: '',
  schemaPath: `#/${error.keyword}`,
  params: {},
  ...error,
});

it('validate returns valid data unchanged', () => {
  const data = { datasetArn: 'x' };
  expect(check(() => true, data)).toBe(data);
});

it('validate throws an InvalidRequestError for invalid data', () => {
  const validate: SchemaValidator = Object.assign(() => false, { errors: [fault({ keyword: 'required' })] });
  expect(() => check(validate, {})).toThrow(InvalidRequestError);
});

it("a message uses the validator's own words for a keyword without a sentence", () => {
  expect(describeFaults([fault({ instancePath: '/tags/3/tagKey', message: 'must be equal to constant' })])).toBe(
    'tags[3].tagKey: must be equal to constant.',
  );
});

it('a message names the same fault once', () => {
  const missing = fault({ keyword: 'required', params: { missingProperty: 'jobName' } });
  expect(describeFaults([missing, { ...missing }])).toBe('jobName: is missing.');
});

it.each([
  ['#/oneOf/0/required', ''],
  ['#/dependencies', ''],
  ['#/properties/jobOutput/required', 'path: is missing.'],
])(
  'a message reports a missing field at %s as %j, because the branches of a choice do not help',
  (schemaPath, said) => {
    expect(describeFaults([fault({ keyword: 'required', schemaPath, params: { missingProperty: 'path' } })])).toBe(
      said,
    );
  },
);

it.each([
  ['string', 'a string'],
  [['string', 'null'], 'a string or null'],
  ['array', 'an array'],
])('a message names the type %j as %s', (type, said) => {
  expect(describeFaults([fault({ keyword: 'type', data: 1, params: { type } })])).toBe(
    `request: 1 is of the wrong type; ${said} is expected.`,
  );
});

it.each([
  ['', { missingProperty: 'jobName' }, 'jobName'],
  ['', { additionalProperty: '' }, '""'],
  ['/jobOutput', { additionalProperty: 'a/b' }, 'jobOutput.a/b'],
  ['/origin/a~1b', {}, 'origin.a/b'],
  ['/origin/~01', {}, 'origin.~1'],
  ['/origin/', {}, 'origin.""'],
  ['/origin/0 ', {}, 'origin.0 '],
  ['/exports/2/tags/10', { missingProperty: 'tagKey' }, 'exports[2].tags[10].tagKey'],
])('a message names the field at the pointer %j with %j as %s', (instancePath, params, field) => {
  expect(describeFaults([fault({ instancePath, params, message: 'is wrong' })])).toBe(`${field}: is wrong.`);
});

it.each([
  ['characters', 'maxLength', '😀'.repeat(3), { limit: 2 }, 'has 3 characters; at most 2 are allowed.'],
  ['one item', 'minItems', [], { limit: 1 }, 'has too few items; at least 1 item is expected.'],
  ['several items', 'minItems', [], { limit: 2 }, 'has too few items; at least 2 items are expected.'],
])('a message counts %s', (_, keyword, data, params, said) => {
  expect(describeFaults([fault({ keyword, data, params })])).toBe(`request: ${said}`);
});

describe('the words beside a rule of the schema', () => {
  const letter = { pattern: '^x$', description: 'a small letter x', examples: ['x'] };
  const either = { oneOf: [{ required: ['left'] }, { required: ['right'] }] };
  it.each([
    ['pattern', letter, 'y', '"y" is not a small letter x, such as x.'],
    ['pattern', { ...letter, examples: undefined }, 'y', '"y" is not a small letter x.'],
    ['pattern', { pattern: '^x$' }, 'y', '"y" is not in the expected form.'],
    ['not', { not: {}, description: 'name is not allowed here.' }, {}, 'name is not allowed here.'],
    ['not', { not: {} }, {}, 'is not allowed.'],
    ['oneOf', either, {}, 'give exactly one of left, right; none was given.'],
    ['oneOf', either, { left: 1, right: 1 }, 'give exactly one of left, right; left and right were given.'],
  ])("the words beside a schema's rule make the message for %s in %j", (keyword, parentSchema, data, said) => {
    const error = fault({ keyword, parentSchema, data, params: { pattern: '^x$' } });
    expect(describeFaults([error])).toBe(`request: ${said}`);
  });
});

it('a message cuts a long value, but not within a character', () => {
  const message = describeFaults([
    fault({ keyword: 'enum', data: `a${'😀'.repeat(200)}`, params: { allowedValues: [] } }),
  ]);
  expect(message.length).toBeLessThan(250);
  expect(message.isWellFormed()).toBe(true);
});

it.each([
  [21, /\n1 more fault is not shown\.$/],
  [25, /\n5 more faults are not shown\.$/],
])('a message shows 20 of %i faults and counts the rest', (faults, note) => {
  const errors = Array.from({ length: faults }, (_, n) =>
    fault({ keyword: 'required', params: { missingProperty: `field-${n}` } }),
  );
  expect(describeFaults(errors)).toMatch(note);
  expect(describeFaults(errors).match(/is missing/g)).toHaveLength(20);
});
