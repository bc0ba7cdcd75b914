import { describe, expect, it } from 'vitest';
import { MAX_CAUSE_CHARACTERS } from '../../../src/lambda/limits.ts';
import { datasetArn, datasetGroupArn, kmsKeyArn, roleArn } from '../builders.ts';
import { destination, faultsOf, tags } from './faults-of.ts';

const noString = (field: string, given: string) => `${field}: ${given} is of the wrong type; a string is expected.`;
const isNot = (field: string, given: string, expected: string) => `${field}: "${given}" is not ${expected}`;

describe('the message about a wrong value', () => {
  it.each([
    ['datasetArn', 5, noString('datasetArn', '5')],
    ['datasetArn', null, noString('datasetArn', 'null')],
    ['datasetArn', datasetGroupArn, isNot('datasetArn', datasetGroupArn, 'a dataset ARN, such as')],
    [
      'datasetArn',
      `${datasetArn}${'S'.repeat(300)}`,
      `datasetArn: has ${datasetArn.length + 300} characters; at most 256 are allowed.`,
    ],
    ['roleArn', ['x'], noString('roleArn', '["x"]')],
    ['roleArn', 'admin', isNot('roleArn', 'admin', 'an IAM role ARN, such as')],
    [
      'roleArn',
      'arn:aws:iam::123456789012:user/a',
      isNot('roleArn', 'arn:aws:iam::123456789012:user/a', 'an IAM role ARN, such as'),
    ],
    ['roleArn', `${roleArn}${'x'.repeat(256)}`, `roleArn: has ${roleArn.length + 256} characters; at most 256`],
    ['jobName', true, noString('jobName', 'true')],
    ['jobName', '', 'jobName: is too short; at least 1 character is expected.'],
    ['jobName', '-nightly', isNot('jobName', '-nightly', 'a job name of letters')],
    ['jobName', 'nightly export', isNot('jobName', 'nightly export', 'a job name of letters')],
    ['jobName', 'nightly\n', isNot('jobName', 'nightly\\n', 'a job name of letters')],
    ['jobName', 'n'.repeat(64), 'jobName: has 64 characters; at most 63 are allowed.'],
    ['jobOutput', 's3://bucket/', 'jobOutput: "s3://bucket/" is of the wrong type; an object is expected.'],
    ['jobOutput', {}, 'jobOutput.s3DataDestination: is missing.'],
    ['jobOutput', { s3DataDestination: {} }, 'jobOutput.s3DataDestination.path: is missing.'],
    [
      'jobOutput',
      { path: 's3://bucket/' },
      'jobOutput.s3DataDestination: is missing.\njobOutput.path: is not a known field. Remove it or correct its name.',
    ],
    ['jobOutput', destination({ path: 7 }), noString('jobOutput.s3DataDestination.path', '7')],
    [
      'jobOutput',
      destination({ path: 'bucket/folder' }),
      isNot('jobOutput.s3DataDestination.path', 'bucket/folder', 'an S3 path that starts with s3://'),
    ],
    [
      'jobOutput',
      destination({ path: `s3://${'b'.repeat(252)}` }),
      'jobOutput.s3DataDestination.path: has 257 characters; at most 256 are allowed.',
    ],
    [
      'jobOutput',
      destination({ kmsKeyArn: 'alias/exports' }),
      isNot('jobOutput.s3DataDestination.kmsKeyArn', 'alias/exports', 'a KMS key ARN (Personalize takes no alias)'),
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
    ['tags', tags(51), 'tags: has 51 items; at most 50 are allowed.'],
    ['tags', [{ tagKey: 'a' }], 'tags[0].tagValue: is missing.'],
    ['tags', [{ Key: 'a', Value: 'b' }], 'tags[0].Key: is not a known field. Remove it or correct its name.'],
    ['tags', [...tags(2), 'team'], 'tags[2]: "team" is of the wrong type; an object is expected.'],
    ['tags', [{ tagKey: '', tagValue: '' }], 'tags[0].tagKey: is too short; at least 1 character is expected.'],
    ['tags', [{ tagKey: 'k'.repeat(129), tagValue: '' }], 'tags[0].tagKey: has 129 characters; at most 128'],
    ['tags', [{ tagKey: 'a', tagValue: 'v'.repeat(257) }], 'tags[0].tagValue: has 257 characters; at most 256'],
    ['tags', [{ tagKey: '<a>', tagValue: '' }], isNot('tags[0].tagKey', '<a>', 'a tag text of letters')],
    ['tags', [{ tagKey: 'a', tagValue: '{}' }], isNot('tags[0].tagValue', '{}', 'a tag text of letters')],
    ['deadlineMinutes', '60', 'deadlineMinutes: "60" is of the wrong type; an integer is expected.'],
    ['deadlineMinutes', 1.5, 'deadlineMinutes: 1.5 is of the wrong type; an integer is expected.'],
    ['deadlineMinutes', 0, 'deadlineMinutes: 0 is too small; the minimum is 1.'],
    ['deadlineMinutes', 2881, 'deadlineMinutes: 2881 is too large; the maximum is 2880.'],
    ['origin', { trigger: 1 }, noString('origin.trigger', '1')],
    [
      'origin',
      Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, ''])),
      'origin: has too many fields; at most 10 are allowed.',
    ],
    ['quietIfNothing', 'yes', 'quietIfNothing: "yes" is of the wrong type; a boolean is expected.'],
    ['onlyDatasetGroups', 'shop', 'onlyDatasetGroups: "shop" is of the wrong type; an array is expected.'],
    ['onlyDatasetGroups', [], 'onlyDatasetGroups: has too few items; at least 1 item is expected.'],
    ['onlyDatasetGroups', [''], 'onlyDatasetGroups[0]: is too short; at least 1 character is expected.'],
    ['onlyDatasetGroups', ['g'.repeat(64)], 'onlyDatasetGroups[0]: has 64 characters; at most 63 are allowed.'],
    ['rejection', 'why', 'rejection: is not a known field.'],
    ['exports', [{ datasetArn }], 'exports: is not a known field.'],
  ])('for %s with %j has the field, the value and what is allowed', (field, value, message) => {
    expect(faultsOf({ datasetArn, [field]: value })).toContain(message);
  });

  it.each([
    ['datasetGroupArn', 'a dataset group ARN, such as arn:aws:personalize:'],
    ['datasetImportJobArn', 'a dataset import job ARN, such as arn:aws:personalize:'],
  ])('for %s says that the ARN is that of a dataset', (field, expected) => {
    expect(faultsOf({ [field]: datasetArn })).toContain(isNot(field, datasetArn, expected));
  });

  it('the message names all faults at once', () => {
    const message = faultsOf({ datasetArn: 1, jobName: '!', ingestionMode: 'NONE', mode: 'ALL', deadlineMinutes: -1 });
    for (const field of ['datasetArn', 'jobName', 'ingestionMode', 'mode', 'deadlineMinutes']) {
      expect(message).toContain(`${field}: `);
    }
  });
});

describe('an input that is not a request', () => {
  const wrongType = (given: string) => `request: ${given} is of the wrong type; an object is expected.`;

  it.each(['[]', '"a request"', '5', 'true', 'null'])('the input %s is refused as the wrong type', (request) => {
    expect(faultsOf(JSON.parse(request))).toContain(wrongType(request));
  });

  it.each(['datasetarn', 'extra', '__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
    'the unknown field %j is refused',
    (field) => {
      const request = JSON.parse(`{"datasetArn": ${JSON.stringify(datasetArn)}, ${JSON.stringify(field)}: {}}`);
      expect(faultsOf(request)).toBe(`${field || '""'}: is not a known field. Remove it or correct its name.`);
    },
  );

  it.each(['__proto__', 'constructor'])('the unknown field %s of a nested object is refused', (field) => {
    const request = JSON.parse(
      `{"datasetArn": "${datasetArn}", "jobOutput": {"s3DataDestination": {"path": "s3://b/", "${field}": 1}}}`,
    );
    expect(faultsOf(request)).toMatch(`jobOutput.s3DataDestination.${field}: is not a known field.`);
  });

  it.each([
    ['a text', 'roleArn'],
    ['one of a few allowed values', 'ingestionMode'],
    ["a field's name", '"'.repeat(200_000)],
  ])('a message shortens 200,000 characters for %s', (_, field) => {
    const message = faultsOf({ datasetArn, [field]: 'x'.repeat(200_000) });
    expect(message).toContain('…');
    expect(message.length).toBeLessThan(1_000);
  });

  // Step Functions cuts a longer Cause, and then it is no longer JSON.
  it('thousands of unknown fields make a message that fits into a Cause', () => {
    const fields = Array.from({ length: 5_000 }, (_, n) => [`field-${n}`, n]);
    const message = faultsOf({ datasetArn, ...Object.fromEntries(fields) });
    expect(message.length).toBeLessThan(MAX_CAUSE_CHARACTERS);
    expect(message).toMatch(/4980 more faults are not shown\.$/);
  });
});
