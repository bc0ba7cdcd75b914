import { describe, expect, it } from 'vitest';
import { type Failure, remedyFor } from '../../../src/notify/remedies.ts';
import { datasetArn, datasetExportJobArn, datasetImportJobArn } from '../builders.ts';
import { CAUSES, denied } from './failure-causes.ts';

const remedy = (outcome: Failure['outcome'], reason: string, known: Partial<Failure> = {}) =>
  remedyFor({ outcome, reason, ...known });

const remedyOf = (cause: keyof typeof CAUSES) => remedy('CREATE FAILED', CAUSES[cause]?.reasons[0] ?? '');

describe('an export that could not be created', () => {
  const reasons = Object.entries(CAUSES).flatMap(([cause, of]) => of.reasons.map((reason) => [cause, reason] as const));

  it.each(reasons)('the remedy for an export that failed for %s fits that cause: %s', (cause, reason) => {
    expect(remedy('CREATE FAILED', reason)).toBe(remedyOf(cause));
  });

  it('each cause has a remedy of its own', () => {
    expect(new Set(Object.keys(CAUSES).map(remedyOf)).size).toBe(Object.keys(CAUSES).length);
  });

  it.each(Object.entries(CAUSES).flatMap(([cause, { names }]) => (names ? [[cause, names] as const] : [])))(
    'the remedy for %s names %s',
    (cause, names) => {
      expect(remedyOf(cause)).toContain(names);
    },
  );

  it.each([
    ['personalize:CreateDatasetExportJob', denied('personalize:CreateDatasetExportJob'), 'create-export-job'],
    ['personalize:TagResource', denied('personalize:TagResource'), 'create-export-job'],
    ['personalize:', 'AccessDeniedException: no', 'create-export-job'],
    ['lambda:InvokeFunction', denied('lambda:InvokeFunction'), 'state machine'],
  ])('the remedy for a missing permission %s names the role that lacks it', (action, reason, holder) => {
    expect(remedy('CREATE FAILED', reason)).toMatch(new RegExp(`${holder}.*${action}`));
  });
});

describe('an export job that failed', () => {
  it('the remedy for a failed job without a reason says where to look', () => {
    const text = remedy('CREATE FAILED', 'Personalize gave no failureReason.', { datasetExportJobArn });
    expect(text).not.toBe(remedyOf('an unknown cause'));
    expect(text).toMatch(/bucket policy.*roleArn/);
  });

  it('the remedy for a failed job with AccessDenied names the bucket, not a function', () => {
    const text = remedy('CREATE FAILED', 'AccessDeniedException: no', { datasetExportJobArn });
    expect(text).toBe(remedyOf('a bucket without access'));
  });

  it("the remedy for a failed job after an import fits the job's own reason", () => {
    const known = { datasetImportJobArn, datasetExportJobArn };
    expect(remedy('CREATE FAILED', 'NoSuchBucket: b', known)).toBe(remedyOf('a bucket that does not exist'));
  });
});

describe('a rejected request', () => {
  const wrongRequest = () => remedy('REJECTED', 'InvalidRequestError: jobName: is wrong.');

  it('the remedy for a wrong request does not depend on the words of its reason', () => {
    const reason = 'InvalidRequestError: jobOutput.s3DataDestination.kmsKeyArn: "quota" is not a KMS key ARN';
    expect(remedy('REJECTED', reason)).toBe(wrongRequest());
    expect(wrongRequest()).toContain('request');
  });

  it('the remedy for an error that only mentions InvalidRequestError differs from that for a wrong request', () => {
    expect(remedy('REJECTED', 'UnexpectedAnswerError: after InvalidRequestError')).not.toBe(wrongRequest());
  });

  it.each([
    ['plan-exports', 'personalize:DescribeDataset', denied('personalize:DescribeDataset')],
    ['plan-exports', 'personalize:', 'AccessDeniedException: no'],
    ['state machine', 'lambda:InvokeFunction', denied('lambda:InvokeFunction')],
    ['plan-exports', 's3:ListBucket', denied('s3:ListBucket').replace('AccessDeniedException', 'AccessDenied')],
    ['function', 'personalize:DescribeDatasetImportJob', denied('personalize:DescribeDatasetImportJob')],
  ])('the remedy for a rejected request says that the %s lacks %s', (holder, action, reason) => {
    const text = remedy('REJECTED', reason);
    expect(text).toMatch(new RegExp(`${holder}.*${action}`));
    expect(text).not.toContain('s3:PutObject');
  });

  it('the remedy for an import, which two functions describe, names neither function', () => {
    expect(remedy('REJECTED', denied('personalize:DescribeDatasetImportJob'))).not.toContain('plan-exports');
  });

  it.each([
    ['too large a request', 'States.DataLimitExceeded: The result exceeds the limit'],
    ['a function that cannot run', 'Runtime.HandlerNotFound: index.handler is undefined'],
  ])('the remedy for a request that is rejected for %s is that of an export', (cause, reason) => {
    expect(remedy('REJECTED', reason)).toBe(remedyOf(cause));
  });

  it.each(['TransientError: InternalServerException: 500', 'UnexpectedAnswerError: odd'])(
    'the remedy for a request that is rejected with %s says that nothing was started',
    (reason) => {
      expect(remedy('REJECTED', reason).toLowerCase()).toContain('nothing was started');
    },
  );
});

describe('an export that timed out', () => {
  it('the remedy for an export that timed out while its job ran has the command that describes the job', () => {
    expect(remedy('TIMED OUT', 'The job had not ended', { datasetExportJobArn, jobName: 'x' })).toContain(
      `aws personalize describe-dataset-export-job --region eu-west-1 --dataset-export-job-arn ${datasetExportJobArn}`,
    );
  });

  it('the remedy for an export that timed out while its import ran has the command that describes the import', () => {
    expect(remedy('TIMED OUT', 'The import had not ended', { datasetImportJobArn, datasetArn })).toContain(
      `aws personalize describe-dataset-import-job --region eu-west-1 --dataset-import-job-arn ${datasetImportJobArn}`,
    );
  });

  it.each([
    ['a full quota', 'LimitExceededException: full'],
    ['a dataset in use', 'ResourceInUseException: busy'],
  ])('the remedy for an export that timed out in the queue for %s fits that cause', (cause, answer) => {
    expect(remedy('TIMED OUT', `No job could be created before the deadline. The last response was ${answer}`)).toBe(
      remedyOf(cause),
    );
  });

  it('the remedy for an export that timed out before it was queued names deadlineMinutes', () => {
    expect(remedy('TIMED OUT', 'No job could be created')).toContain('deadlineMinutes');
  });
});

// A job may exist, so the remedy must not start another export yet.
describe('an export whose status is unknown', () => {
  const cut = 'TransientError: TimeoutError: Connection timed out';
  const command = `--dataset-export-job-arn ${datasetExportJobArn}`;
  const jobName = datasetExportJobArn.split('/').pop();

  it.each([
    ['its ARN', { datasetExportJobArn }],
    ['its dataset and name', { datasetArn, jobName }],
  ])('the remedy for an unknown status has the command that describes the job, made of %s', (_, known) => {
    expect(remedy('STATUS UNKNOWN', cut, known).endsWith(command)).toBe(true);
  });

  it.each([
    ['nothing', {}],
    ['the dataset', { datasetArn }],
    ['the job name', { jobName }],
  ])('the remedy for an unknown status has no command if only %s is known', (_, known) => {
    expect(remedy('STATUS UNKNOWN', cut, known)).not.toContain('aws personalize');
  });

  it.each([
    ['personalize:DescribeDatasetExportJob', denied('personalize:DescribeDatasetExportJob')],
    ['the personalize: action', 'AccessDeniedException: no'],
  ])('the remedy for an unknown status also says that the function lacks %s', (action, reason) => {
    const text = remedy('STATUS UNKNOWN', reason, { datasetExportJobArn });
    expect(text).toContain(`lacks ${action}`);
    expect(text).toContain(command);
  });
});

it('the remedy for a failed import does not name permissions of the export', () => {
  const text = remedy('IMPORT FAILED', 'Insufficient privileges for accessing data in S3');
  expect(text).toContain('import');
  expect(text).not.toContain('s3:PutObject');
});
