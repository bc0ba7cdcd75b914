import { describe, expect, it } from 'vitest';
import { type Failure, remedyFor } from '../../../src/notify/remedies.ts';
import { datasetArn, datasetExportJobArn, datasetImportJobArn, personalizeArn } from '../builders.ts';

const remedy = (outcome: Failure['outcome'], reason: string, known: Partial<Failure> = {}) =>
  remedyFor({ outcome, reason, ...known });
const denied = (action: string, resource = datasetArn) =>
  `AccessDeniedException: User: arn:aws:sts::1:assumed-role/kms-quota/x is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

describe('an export that could not be made: its cause has its own remedy', () => {
  it.each([
    [denied('iam:PassRole', 'arn:aws:iam::1:role/y'), /iam:PassRole/],
    ['Role arn:aws:iam::1:role/y cannot be assumed by Personalize.', /^Let Personalize assume the role/],
    [
      'User: personalize.amazonaws.com is not authorized to perform: sts:AssumeRole',
      /^Let Personalize assume the role/,
    ],
    ['The KMS key is disabled', /kms:GenerateDataKey/],
    ['Access denied by the kms key policy', /kms:GenerateDataKey/],
    [denied('kms:CreateGrant'), /kms:GenerateDataKey/],
    ['KMSAccessDeniedException: no', /kms:GenerateDataKey/],
    ['The specified bucket does not exist', /^Create the bucket/],
    ['NoSuchBucket: b', /^Create the bucket/],
    ['Insufficient privileges for accessing data in S3', /s3:PutObject/],
    [denied('s3:PutObject'), /s3:PutObject/],
    [
      denied('personalize:CreateDatasetExportJob'),
      /^The role of the function create-export-job lacks personalize:CreateDatasetExportJob\. Deploy the stack again;/,
    ],
    ['AccessDeniedException: no', /^The role of the function create-export-job lacks the personalize: action/],
    [denied('personalize:TagResource'), /create-export-job lacks personalize:TagResource/],
    [denied('lambda:InvokeFunction'), /^The role of the state machine lacks lambda:InvokeFunction/],
    ['JobNameTakenError: jobName: x is taken', /^Choose another jobName/],
    ['TooManyTagsException: 51 tags', /^Give at most 50 tags/],
    ['LimitExceededException: More than 5 jobs', /^Too many jobs are running/],
    ['ResourceInUseException: busy', /^The dataset was in use/],
    ['ResourceNotFoundException: no such dataset', /^The dataset, or the job, is not in this account/],
    ['InvalidInputException: wrong path', /^Personalize refused the request/],
    ['TransientError: ThrottlingException: Rate exceeded', /^The service throttled every call/],
    ['TransientError: TimeoutError: too late', /^A service did not answer.*start the export again/],
    ['Lambda.TooManyRequestsException: Rate Exceeded.', /^The concurrent executions of Lambda/],
    ['Lambda.KMSDisabledException: the key of the environment', /^The function itself can not run/],
    ['Lambda.ResourceNotFoundException: no such function', /^The function itself can not run/],
    ['Runtime.ImportModuleError: no module', /^The function itself can not run/],
    ['Lambda.Unknown: odd', /^A service did not answer/],
    ['Runtime.ExitError: exited', /^A service did not answer/],
    ["ValidationException: Value at 'roleArn' failed", /^Personalize refused the request/],
    ['Sandbox.Timedout: Task timed out after 30.00 seconds', /^A service did not answer/],
    ['States.Timeout', /^A service did not answer/],
    ['something that nobody has met', /^No job was created\. Correct what the reason says/],
    ['', /^No job was created\. Correct what the reason says/],
  ])('%s', (reason, said) => {
    expect(remedy('CREATE FAILED', reason)).toMatch(said);
  });
});

it('a job that failed for no reason that is told has places where to look', () => {
  const told = remedy('CREATE FAILED', 'Personalize gave no failureReason.', { datasetExportJobArn });
  expect(told).toMatch(/Where it says nothing, check the bucket policy, the role/);
});

describe('a request that was rejected', () => {
  it.each([
    [
      'InvalidRequestError: jobOutput.s3DataDestination.kmsKeyArn: "quota" is not a KMS key ARN',
      /^Correct the request/,
    ],
    [
      denied('personalize:DescribeDataset'),
      /^The role of the function plan-exports lacks personalize:DescribeDataset\./,
    ],
    ['AccessDeniedException: no', /^The role of the function plan-exports lacks the personalize: action/],
    [denied('lambda:InvokeFunction'), /^The role of the state machine lacks lambda:InvokeFunction/],
    ['States.DataLimitExceeded: The result exceeds the limit', /^The request, .* is too large .* Split it/],
    ['TransientError: InternalServerException: 500', /nothing was started\. .* then send the request again/],
    ['UnexpectedAnswerError: Personalize described x without its type', /^Nothing was started, .* may be in order/],
    ['Runtime.HandlerNotFound: index.handler is undefined', /^The function itself can not run/],
    [denied('personalize:DescribeDatasetImportJob'), /^The role of the function that asks lacks personalize:Desc/],
  ])('%s', (reason, said) => {
    const told = remedy('REJECTED', reason);
    expect(told).toMatch(said);
    expect(told).not.toContain('s3:PutObject');
  });
});

describe('an export that took too long', () => {
  it('while its job runs is not started again, but looked at', () => {
    const told = remedy('TIMED OUT', 'The job had not ended', { datasetExportJobArn, jobName: 'x' });
    expect(told).toMatch(/^Start no second export before you have looked/);
    expect(told).toContain(
      `aws personalize describe-dataset-export-job --region eu-west-1 --dataset-export-job-arn ${datasetExportJobArn}`,
    );
  });

  it('while its import runs has exported nothing', () => {
    const told = remedy('TIMED OUT', 'The import had not ended', { datasetImportJobArn, datasetArn });
    expect(told).toMatch(/^Nothing was exported/);
    expect(told).toContain(`--dataset-import-job-arn ${datasetImportJobArn}`);
  });

  it.each([
    ['LimitExceededException: full', /^Too many jobs are running/],
    ['ResourceInUseException: busy', /^The dataset was in use/],
    ['none', /^Start the export again, with a longer deadlineMinutes/],
  ])('in the queue has the remedy for what it queued for: %s', (answer, said) => {
    const reason = `No job could be created before the deadline. The last answer was ${answer}`;
    expect(remedy('TIMED OUT', reason)).toMatch(said);
    expect(remedy('TIMED OUT', reason, { jobName: 'x', datasetImportJobArn })).toMatch(said);
  });
});

// Whether there is a job is not known, so starting another is no advice yet.
describe('a job whose status is unknown is asked for first', () => {
  const cut = 'TransientError: TimeoutError: Connection timed out';

  it('by its ARN, or by the one that its name gives', () => {
    const jobName = datasetExportJobArn.split('/').pop();
    for (const known of [{ datasetExportJobArn }, { datasetArn, jobName }]) {
      expect(remedy('STATUS UNKNOWN', cut, known)).toMatch(
        new RegExp(`^A job may have been created.* --dataset-export-job-arn ${datasetExportJobArn}$`),
      );
    }
    expect(remedy('STATUS UNKNOWN', cut)).toMatch(/start another only if it is not there, or has failed\.$/);
  });

  it('then the cause is cured', () => {
    const told = remedy('STATUS UNKNOWN', denied('personalize:DescribeDatasetExportJob'), { datasetExportJobArn });
    expect(told).toMatch(/^A job may have been created/);
    expect(told).toContain('The role of the function that asks lacks personalize:DescribeDatasetExportJob.');
  });
});

describe('names are no causes', () => {
  it.each([
    ['JobNameTakenError: jobName: kms-export is taken by arn:x', /^Choose another jobName/],
    ['JobNameTakenError: jobName: x is taken: path s3://encrypted/ there, s3://other/ here', /^Choose another jobName/],
    ['ResourceNotFoundException: dataset/kms-group/ITEMS does not exist', /^The dataset, or the job, is not in/],
    ['TooManyTagsException: tag permission-level', /^Give at most 50 tags/],
    ['Insufficient privileges for accessing s3://kms-bucket/encrypted/', /s3:PutObject/],
    ['The bucket kms-data does not exist', /^Create the bucket/],
    [`InvalidInputException: ${personalizeArn('dataset/quota/ITEMS')} is odd`, /^Personalize refused the request/],
  ])('%s', (reason, said) => {
    expect(remedy('CREATE FAILED', reason)).toMatch(said);
  });
});

it('a failed import is not cured with permissions for the export', () => {
  const told = remedy('IMPORT FAILED', 'Insufficient privileges for accessing data in S3');
  expect(told).toMatch(/^Correct the data or the permissions as the reason says and import again/);
  expect(told).not.toContain('s3:PutObject');
});
