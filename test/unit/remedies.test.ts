import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/outcome.ts';
import { remedyFor } from '../../src/remedies.ts';

const general = {
  'CREATE FAILED': /^Correct what the reason says and start the export again/,
  'TIMED OUT': /^Follow the job that is named, if there is one/,
  REJECTED: /^Correct the request as the reason says/,
  'IMPORT FAILED': /^Correct the data or the permissions as the reason says and import again/,
  'STATUS UNKNOWN': /^A job may have been created and be running/,
};

describe('a cause has its own remedy', () => {
  it.each([
    [
      'AccessDeniedException: User: x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/y',
      /iam:PassRole/,
    ],
    ['The KMS key is disabled', /kms:GenerateDataKey/],
    ['Access denied by the kms key policy', /kms:GenerateDataKey/],
    ['The specified bucket does not exist', /^Create the bucket/],
    ['NoSuchBucket: b', /^Create the bucket/],
    ['Insufficient privileges for accessing data in S3', /s3:PutObject/],
    [
      'AccessDeniedException: not authorized to perform: personalize:CreateDatasetExportJob',
      /the role of the function lacks it: deploy the stack again/,
    ],
    ['JobNameTakenError: jobName: x is taken', /^Choose another jobName/],
    ['TooManyTagsException: 51 tags', /^Give at most 50 tags/],
    ['LimitExceededException: More than 5 jobs', /^Too many jobs are running/],
    ['ResourceInUseException: busy', /^The dataset was in use/],
    ['ResourceNotFoundException: no such dataset', /^The dataset, or the job, is not in this account/],
    ['InvalidInputException: wrong path', /^Personalize refused the request/],
    ['TransientError: ThrottlingException: Rate exceeded', /^A service did not answer/],
    ['Lambda.TooManyRequestsException: Rate Exceeded.', /^A service did not answer/],
    ['Sandbox.Timedout: Task timed out after 30.00 seconds', /^A service did not answer/],
    ['States.Timeout', /^A service did not answer/],
    ['something that nobody has met', general['CREATE FAILED']],
    ['', general['CREATE FAILED']],
  ])('%s', (reason, remedy) => {
    expect(remedyFor('CREATE FAILED', reason)).toMatch(remedy);
  });
});

it.each(Object.entries(general) as [Exclude<Outcome, 'ACTIVE'>, RegExp][])(
  '%s without a special cause has the remedy of the outcome',
  (outcome, remedy) => {
    expect(remedyFor(outcome, 'something else')).toMatch(remedy);
  },
);

it('an invalid request is corrected, whatever words it holds', () => {
  const reason = 'InvalidRequestError: jobOutput.s3DataDestination.kmsKeyArn: "quota" does not have the form';
  expect(remedyFor('REJECTED', reason)).toMatch(general.REJECTED);
});

it('a queue on a full quota that lasted to the deadline has the remedy for the quota', () => {
  const reason = 'No job could be created before the deadline. The last answer was LimitExceededException: full';
  expect(remedyFor('TIMED OUT', reason)).toMatch(/^Too many jobs are running/);
});

it('a job whose status is unknown is asked for first, then the cause is cured', () => {
  const remedy = remedyFor('STATUS UNKNOWN', 'AccessDeniedException: personalize:DescribeDatasetExportJob');
  expect(remedy).toMatch(general['STATUS UNKNOWN']);
  expect(remedy).toContain('lacks the personalize: action');
});

// Whether there is a job is not known, so starting another is no advice yet.
it('a creation that was cut off is looked after first, and not simply started again', () => {
  const remedy = remedyFor('STATUS UNKNOWN', 'TransientError: TimeoutError: Connection timed out');
  expect(remedy).not.toContain('The job was created');
  expect(remedy).not.toContain('then start the export again');
});

describe('names are no causes', () => {
  it.each([
    ['JobNameTakenError: jobName: kms-export is taken by arn:x', /^Choose another jobName/],
    ['JobNameTakenError: jobName: x is taken: path s3://encrypted/ there, s3://other/ here', /^Choose another jobName/],
    ['ResourceNotFoundException: dataset/kms-group/ITEMS does not exist', /^The dataset, or the job, is not in/],
    ['TooManyTagsException: tag permission-level', /^Give at most 50 tags/],
  ])('%s', (reason, remedy) => {
    expect(remedyFor('CREATE FAILED', reason)).toMatch(remedy);
  });
});

it('a failed import is not cured with permissions for the export', () => {
  const remedy = remedyFor('IMPORT FAILED', 'Insufficient privileges for accessing data in S3');
  expect(remedy).toMatch(general['IMPORT FAILED']);
  expect(remedy).not.toContain('s3:PutObject');
});
