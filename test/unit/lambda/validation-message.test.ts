import type { ErrorObject } from 'ajv';
import { expect, it } from 'vitest';
import { InvalidRequestError } from '../../../src/lambda/errors.ts';
import { check, describeFaults, type SchemaValidator } from '../../../src/lambda/validation-message.ts';

const fault = (error: Partial<ErrorObject>): ErrorObject => ({
  keyword: 'const',
  instancePath: '',
  schemaPath: `#/${error.keyword}`,
  params: {},
  ...error,
});

it('hands on what is valid, the very object', () => {
  const data = { datasetArn: 'x' };
  expect(check(() => true, data)).toBe(data);
});

it('refuses what is not with an InvalidRequestError', () => {
  const validate: SchemaValidator = Object.assign(() => false, { errors: [fault({ keyword: 'required' })] });
  expect(() => check(validate, {})).toThrow(InvalidRequestError);
});

it("says a rule that has no sentence of its own in the validator's words", () => {
  expect(describeFaults([fault({ instancePath: '/tags/3/tagKey', message: 'must be equal to constant' })])).toBe(
    'tags[3].tagKey: must be equal to constant.',
  );
});

it('says the same fault once', () => {
  const missing = fault({ keyword: 'required', params: { missingProperty: 'jobName' } });
  expect(describeFaults([missing, { ...missing }])).toBe('jobName: is missing.');
});

it.each([
  ['#/oneOf/0/required', ''],
  ['#/dependencies', ''],
  ['#/properties/jobOutput/required', 'path: is missing.'],
])('of a fault at %s it says %j: the branches of a choice tell nothing', (schemaPath, said) => {
  expect(describeFaults([fault({ keyword: 'required', schemaPath, params: { missingProperty: 'path' } })])).toBe(said);
});

it.each([
  ['string', 'a string'],
  [['string', 'null'], 'a string or null'],
  ['array', 'an array'],
])('names the type %j as %s', (type, said) => {
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
])('names the field at the pointer %j with %j as %s', (instancePath, params, field) => {
  expect(describeFaults([fault({ instancePath, params, message: 'is wrong' })])).toBe(`${field}: is wrong.`);
});
