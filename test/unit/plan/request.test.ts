import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasetArn, datasetGroupArn, datasetImportJobArn, everyField, personalizeArn } from '../builders.ts';
import { destination, faultsOf, tags } from './faults-of.ts';

it('a request may give every field', () => {
  expect(faultsOf({ datasetArn, ...everyField })).toBe('');
});

it('a wrong ARN is named in words and with an example', () => {
  expect(faultsOf({ datasetArn: 'shop' })).toBe(
    'datasetArn: "shop" is not a dataset ARN, such as arn:aws:personalize:eu-west-1:123456789012:dataset/shop/INTERACTIONS.',
  );
});

describe('the subject of a request', () => {
  const subjects = { datasetArn, datasetGroupArn, datasetImportJobArn };
  const oneOf = 'request: give exactly one of datasetArn, datasetGroupArn, datasetImportJobArn;';
  it.each([
    [{}, `${oneOf} none was given.`],
    [{ datasetArn, datasetGroupArn }, `${oneOf} datasetArn and datasetGroupArn were given.`],
    [{ datasetGroupArn, datasetImportJobArn }, `${oneOf} datasetGroupArn and datasetImportJobArn were given.`],
    [subjects, `${oneOf} datasetArn and datasetGroupArn and datasetImportJobArn were given.`],
  ])('the request %j is refused because of its subject', (request, message) => {
    expect(faultsOf(request)).toBe(message);
  });

  it.each(['datasetArn', 'datasetGroupArn', 'datasetImportJobArn'] as const)(
    'a request may consist of %s alone',
    (subject) => {
      expect(faultsOf({ [subject]: subjects[subject] })).toBe('');
    },
  );

  it('a jobName may accompany a dataset or an import, not a group', () => {
    expect(faultsOf({ datasetArn, jobName: 'nightly' })).toBe('');
    expect(faultsOf({ datasetImportJobArn, jobName: 'nightly' })).toBe('');
    expect(faultsOf({ datasetGroupArn, jobName: 'nightly' })).toBe(
      'request: jobName is not allowed with datasetGroupArn, because each dataset of the group gets a job of its own. Remove jobName.',
    );
  });
});

it('every request that is valid for CreateDatasetExportJob is accepted', () => {
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
])('the field %s is accepted at its limit', (field, value) => {
  expect(faultsOf({ datasetArn, [field]: value })).toBe('');
});
