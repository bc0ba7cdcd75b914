import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as validators from '#validators';
import { InvalidRequestError } from '../../../src/lambda/errors.ts';
import { check } from '../../../src/lambda/validation-message.ts';
import { requestSchema } from '../../../src/plan/request.ts';
import { datasetArn, datasetGroupArn, datasetImportJobArn, kmsKeyArn, personalizeArn, roleArn } from '../builders.ts';

/** What is said of a request; nothing when it is accepted. */
function faultsOf(request: unknown): string {
  try {
    check(validators.request, request);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidRequestError);
    return (error as Error).message;
  }
}

const { properties } = requestSchema;
const { s3DataDestination } = properties.jobOutput.properties;
const { tagKey, tagValue } = properties.tags.items.properties;
const destination = (members: object) => ({ s3DataDestination: { path: 's3://bucket/folder/', ...members } });
const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ tagKey: `key-${n}`, tagValue: '' }));
const noString = (field: string, given: string) => `${field}: ${given} is of the wrong type; a string is expected.`;
const noForm = (field: string, given: string, { pattern }: { pattern: string }) =>
  `${field}: "${given}" does not have the form ${pattern}.`;

describe('a wrong value is said with its field, what was given and what is allowed', () => {
  it.each([
    ['datasetArn', 5, noString('datasetArn', '5')],
    ['datasetArn', null, noString('datasetArn', 'null')],
    ['datasetArn', 'shop', noForm('datasetArn', 'shop', properties.datasetArn)],
    ['datasetArn', datasetGroupArn, noForm('datasetArn', datasetGroupArn, properties.datasetArn)],
    [
      'datasetArn',
      `${datasetArn}${'S'.repeat(300)}`,
      `datasetArn: has ${datasetArn.length + 300} characters; at most 256 are allowed.`,
    ],
    ['roleArn', ['x'], noString('roleArn', '["x"]')],
    ['roleArn', 'admin', noForm('roleArn', 'admin', properties.roleArn)],
    [
      'roleArn',
      'arn:aws:iam::123456789012:user/a',
      noForm('roleArn', 'arn:aws:iam::123456789012:user/a', properties.roleArn),
    ],
    ['roleArn', `${roleArn}${'x'.repeat(256)}`, `roleArn: has ${roleArn.length + 256} characters; at most 256`],
    ['jobName', true, noString('jobName', 'true')],
    ['jobName', '', 'jobName: is too short; at least 1 character(s) are needed.'],
    ['jobName', '-nightly', noForm('jobName', '-nightly', properties.jobName)],
    ['jobName', 'nightly export', noForm('jobName', 'nightly export', properties.jobName)],
    ['jobName', 'nightly\n', noForm('jobName', 'nightly\\n', properties.jobName)],
    ['jobName', 'n'.repeat(64), 'jobName: has 64 characters; at most 63 are allowed.'],
    ['jobOutput', 's3://bucket/', 'jobOutput: "s3://bucket/" is of the wrong type; an object is expected.'],
    ['jobOutput', {}, 'jobOutput.s3DataDestination: is missing.'],
    ['jobOutput', { s3DataDestination: {} }, 'jobOutput.s3DataDestination.path: is missing.'],
    [
      'jobOutput',
      { path: 's3://bucket/' },
      'jobOutput.s3DataDestination: is missing. jobOutput.path: is not a known field. Remove it or correct its name.',
    ],
    ['jobOutput', destination({ path: 7 }), noString('jobOutput.s3DataDestination.path', '7')],
    [
      'jobOutput',
      destination({ path: 'bucket/folder' }),
      noForm('jobOutput.s3DataDestination.path', 'bucket/folder', s3DataDestination.properties.path),
    ],
    [
      'jobOutput',
      destination({ path: `s3://${'b'.repeat(252)}` }),
      'jobOutput.s3DataDestination.path: has 257 characters; at most 256 are allowed.',
    ],
    [
      'jobOutput',
      destination({ kmsKeyArn: 'alias/exports' }),
      noForm('jobOutput.s3DataDestination.kmsKeyArn', 'alias/exports', s3DataDestination.properties.kmsKeyArn),
    ],
    [
      'jobOutput',
      destination({ kmsKeyArn: kmsKeyArn + 'k'.repeat(2048) }),
      'jobOutput.s3DataDestination.kmsKeyArn: has 2123 characters; at most 2048 are allowed.',
    ],
    ['jobOutput', destination({ acl: 'x' }), 'jobOutput.s3DataDestination.acl: is not a known field.'],
    ['ingestionMode', 'all', 'ingestionMode: "all" is not allowed; choose one of BULK, PUT, ALL.'],
    ['ingestionMode', null, 'ingestionMode: null is of the wrong type; a string is expected.'],
    ['tags', {}, 'tags: {} is of the wrong type; an array is expected.'],
    ['tags', tags(51), 'tags: has 51 members; at most 50 are allowed.'],
    ['tags', [{ tagKey: 'a' }], 'tags[0].tagValue: is missing.'],
    ['tags', [{ Key: 'a', Value: 'b' }], 'tags[0].Key: is not a known field. Remove it or correct its name.'],
    ['tags', [...tags(2), 'team'], 'tags[2]: "team" is of the wrong type; an object is expected.'],
    ['tags', [{ tagKey: '', tagValue: '' }], 'tags[0].tagKey: is too short; at least 1 character(s) are needed.'],
    ['tags', [{ tagKey: 'k'.repeat(129), tagValue: '' }], 'tags[0].tagKey: has 129 characters; at most 128'],
    ['tags', [{ tagKey: 'a', tagValue: 'v'.repeat(257) }], 'tags[0].tagValue: has 257 characters; at most 256'],
    ['tags', [{ tagKey: '<a>', tagValue: '' }], noForm('tags[0].tagKey', '<a>', tagKey)],
    ['tags', [{ tagKey: 'a', tagValue: '{}' }], noForm('tags[0].tagValue', '{}', tagValue)],
    ['deadlineMinutes', '60', 'deadlineMinutes: "60" is of the wrong type; an integer is expected.'],
    ['deadlineMinutes', 1.5, 'deadlineMinutes: 1.5 is of the wrong type; an integer is expected.'],
    ['deadlineMinutes', 0, 'deadlineMinutes: 0 is too small; at least 1 is allowed.'],
    ['deadlineMinutes', 2881, 'deadlineMinutes: 2881 is too large; at most 2880 is allowed.'],
    ['origin', { way: 1 }, noString('origin.way', '1')],
    [
      'origin',
      Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, ''])),
      'origin: has too many members; at most 10 are allowed.',
    ],
  ])('%s: %j', (field, value, message) => {
    expect(faultsOf({ datasetArn, [field]: value })).toContain(message);
  });

  it.each([
    ['datasetGroupArn', datasetArn, properties.datasetGroupArn],
    ['datasetImportJobArn', datasetArn, properties.datasetImportJobArn],
  ])('%s: %s', (field, arn, schema) => {
    expect(faultsOf({ [field]: arn })).toBe(noForm(field, arn, schema));
  });

  it('all faults at once', () => {
    const message = faultsOf({ datasetArn: 1, jobName: '!', ingestionMode: 'NONE', mode: 'ALL', deadlineMinutes: -1 });
    for (const field of ['datasetArn', 'jobName', 'ingestionMode', 'mode', 'deadlineMinutes']) {
      expect(message).toContain(`${field}: `);
    }
  });
});

describe('the subject', () => {
  const subjects = { datasetArn, datasetGroupArn, datasetImportJobArn };
  const oneOf = 'request: give exactly one of datasetArn, datasetGroupArn, datasetImportJobArn;';
  it.each([
    [{}, `${oneOf} none was given.`],
    [{ datasetArn, datasetGroupArn }, `${oneOf} datasetArn and datasetGroupArn were given.`],
    [{ datasetGroupArn, datasetImportJobArn }, `${oneOf} datasetGroupArn and datasetImportJobArn were given.`],
    [subjects, `${oneOf} datasetArn and datasetGroupArn and datasetImportJobArn were given.`],
  ])('%j is refused', (request, message) => {
    expect(faultsOf(request)).toBe(message);
  });

  it.each(['datasetArn', 'datasetGroupArn', 'datasetImportJobArn'] as const)(
    '%s alone is a whole request',
    (subject) => {
      expect(faultsOf({ [subject]: subjects[subject] })).toBe('');
    },
  );

  it('takes a jobName with a dataset and an import, not with a group', () => {
    expect(faultsOf({ datasetArn, jobName: 'nightly' })).toBe('');
    expect(faultsOf({ datasetImportJobArn, jobName: 'nightly' })).toBe('');
    expect(faultsOf({ datasetGroupArn, jobName: 'nightly' })).toBe(
      'request: jobName can be given for one dataset only, not with datasetGroupArn. Remove it: names are made for each job.',
    );
  });
});

describe('what is no request', () => {
  const wrongType = (given: string) => `request: ${given} is of the wrong type; an object is expected.`;

  it.each(['[]', '"a request"', '5', 'true'])('%s is refused as of the wrong type', (request) => {
    expect(faultsOf(JSON.parse(request))).toContain(wrongType(request));
  });

  it('null is refused as of the wrong type', () => {
    expect(faultsOf(null)).toContain(wrongType('null'));
  });

  it.each(['datasetarn', 'extra', '__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
    'the unknown field %j is refused',
    (field) => {
      const request = JSON.parse(`{"datasetArn": ${JSON.stringify(datasetArn)}, ${JSON.stringify(field)}: {}}`);
      expect(faultsOf(request)).toBe(`${field || '""'}: is not a known field. Remove it or correct its name.`);
    },
  );

  it.each(['__proto__', 'constructor'])('the unknown field %s of a member is refused', (field) => {
    const request = JSON.parse(
      `{"datasetArn": "${datasetArn}", "jobOutput": {"s3DataDestination": {"path": "s3://b/", "${field}": 1}}}`,
    );
    expect(faultsOf(request)).toMatch(`jobOutput.s3DataDestination.${field}: is not a known field.`);
  });

  it.each([
    ['a value', 'roleArn'],
    ['a value with few to choose from', 'ingestionMode'],
    ["a field's name", '"'.repeat(200_000)],
  ])('%s of 200,000 characters is cut in the message', (_, field) => {
    const message = faultsOf({ datasetArn, [field]: 'x'.repeat(200_000) });
    expect(message).toContain('…');
    expect(message.length).toBeLessThan(1_000);
  });

  // Step Functions cuts a Cause after 32,768 characters, and then it is no JSON any more.
  it('thousands of unknown fields make a message that still is a Cause', () => {
    const fields = Array.from({ length: 5_000 }, (_, n) => [`field-${n}`, n]);
    expect(faultsOf({ datasetArn, ...Object.fromEntries(fields) }).length).toBeLessThan(32_000);
  });
});

it('accepts every request that is valid for CreateDatasetExportJob', () => {
  const tagText = (minLength: number, maxLength: number) =>
    fc.string({ minLength, maxLength, unit: fc.constantFrom(...'aZ09é語 _.:/=+-@') });
  const request = fc.record({
    datasetArn: fc
      .tuple(
        fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
        fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}$/),
        fc.constantFrom('INTERACTIONS', 'ITEMS', 'USERS'),
      )
      .map(
        ([partition, group, type]) => `arn:${partition}:personalize:eu-west-1:123456789012:dataset/${group}/${type}`,
      ),
    jobName: fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/),
    roleArn: fc.stringMatching(/^arn:aws(-cn)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]{1,64}$/),
    jobOutput: fc.record({
      s3DataDestination: fc.record(
        {
          path: fc.stringMatching(/^(s3|http|https):\/\/[a-z0-9.-]{3,63}(\/[a-zA-Z0-9!_.*'() -]{0,30}){0,3}$/),
          kmsKeyArn: fc.uuid().map((id) => `arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/${id}`),
        },
        { requiredKeys: ['path'] },
      ),
    }),
    ingestionMode: fc.constantFrom('BULK', 'PUT', 'ALL'),
    tags: fc.array(fc.record({ tagKey: tagText(1, 128), tagValue: tagText(0, 256) }), { maxLength: 50 }),
  });
  fc.assert(
    fc.property(request, (valid) => {
      expect(faultsOf(valid)).toBe('');
    }),
  );
});

it.each([
  ['datasetArn', personalizeArn(`dataset/${'g'.repeat(256 - personalizeArn('dataset//ITEMS').length)}/ITEMS`)],
  ['jobName', 'n'.repeat(63)],
  ['jobOutput', destination({ path: `s3://${'b'.repeat(251)}` })],
  ['tags', tags(50)],
  ['tags', [{ tagKey: 'k'.repeat(128), tagValue: 'v'.repeat(256) }]],
  ['deadlineMinutes', 1],
  ['deadlineMinutes', 2880],
])('accepts %s at its limit', (field, value) => {
  expect(faultsOf({ datasetArn, [field]: value })).toBe('');
});
