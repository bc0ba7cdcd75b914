import { describe, expect, it } from 'vitest';
import { misplacedArns } from '../../../src/plan/misplaced-arns.ts';
import {
  datasetArn,
  datasetGroupArn,
  datasetImportJobArn,
  everyField,
  kmsKeyArn,
  roleArn,
  stateMachineArn,
} from '../builders.ts';

const faults = (request: unknown) => misplacedArns(request, stateMachineArn);
const withKey = (arn: string) => ({ jobOutput: { s3DataDestination: { path: 's3://mine/', kmsKeyArn: arn } } });
const otherRegion = (arn: string) => arn.replace('eu-west-1', 'us-east-1');
const otherAccount = (arn: string) => arn.replace('123456789012', '000000000000');
const otherPartition = (arn: string) => arn.replace('arn:aws:', 'arn:aws-cn:');
const regions = (field: string) =>
  `${field}: has the region "us-east-1", but this deployment needs the region "eu-west-1".`;
const accounts = (field: string) =>
  `${field}: has the account "000000000000", but this deployment needs the account "123456789012".`;
const partitions = (field: string) =>
  `${field}: has the partition "aws-cn", but this deployment needs the partition "aws".`;

describe('an ARN of another place', () => {
  const subjects = Object.entries({ datasetArn, datasetGroupArn, datasetImportJobArn });
  const key = 'jobOutput.s3DataDestination.kmsKeyArn';

  it.each<[string, object, string]>([
    ...subjects.flatMap(([field, arn]): [string, object, string][] => [
      [`region in ${field}`, { [field]: otherRegion(arn) }, regions(field)],
      [`account in ${field}`, { [field]: otherAccount(arn) }, accounts(field)],
      [`partition in ${field}`, { [field]: otherPartition(arn) }, partitions(field)],
    ]),
    ['account in roleArn', { datasetArn, roleArn: otherAccount(roleArn) }, accounts('roleArn')],
    ['partition in roleArn', { datasetArn, roleArn: otherPartition(roleArn) }, partitions('roleArn')],
    ['region in kmsKeyArn', { datasetArn, ...withKey(otherRegion(kmsKeyArn)) }, regions(key)],
    ['partition in kmsKeyArn', { datasetArn, ...withKey(otherPartition(kmsKeyArn)) }, partitions(key)],
  ])('misplacedArns names both values of an ARN of another %s', (_, request, fault) => {
    expect(faults(request)).toEqual([fault]);
  });

  it('misplacedArns names region and account together if both differ', () => {
    expect(faults({ datasetArn: otherRegion(otherAccount(datasetArn)) })).toEqual([
      'datasetArn: has the region "us-east-1" and the account "000000000000", but this deployment needs the region "eu-west-1" and the account "123456789012".',
    ]);
  });
});

describe('misplacedArns', () => {
  it('misplacedArns names every field', () => {
    expect(faults({ datasetArn: otherRegion(datasetArn), roleArn: otherAccount(roleArn) })).toEqual([
      regions('datasetArn'),
      accounts('roleArn'),
    ]);
  });

  it('misplacedArns names the request of a batch', () => {
    expect(faults({ exports: [{ datasetArn }, { datasetArn: otherRegion(datasetArn) }] })).toEqual([
      `exports[1].${regions('datasetArn')}`,
    ]);
  });

  it.each([
    [{ datasetArn, ...everyField }],
    [{ datasetArn, ...withKey(otherAccount(kmsKeyArn)) }],
    [{ datasetArn: 'shop' }],
    [{ datasetArn: 5, jobOutput: null }],
    [null],
    [[]],
    ['x'],
    [{ exports: 'all' }],
    [{ exports: [null, 1] }],
  ])('misplacedArns accepts %j', (request) => {
    expect(faults(request)).toEqual([]);
  });
});
