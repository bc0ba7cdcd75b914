import { describe, expect, it } from 'vitest';
import { type Failure, remedyFor } from '../../../src/notify/remedies.ts';
import { datasetArn, datasetExportJobArn, datasetImportJobArn } from '../builders.ts';
import { CAUSES, denied } from './failure-causes.ts';

const remedy = (outcome: Failure['outcome'], reason: string, known: Partial<Failure> = {}) =>
  remedyFor({ outcome, reason, ...known });

const remedyOf = (cause: keyof typeof CAUSES) => remedy('CREATE FAILED', CAUSES[cause]?.reasons[0] ?? '');

describe('an export that could not be created', () => {
  const reasons = Object.entries(CAUSES).flatMap(([cause, of]) => of.reasons.map((reason) => [cause, reason] as const));

  it.each(reasons)('for %s has the remedy for that cause: %s', (cause, reason) => {
    expect(remedy('CREATE FAILED', reason)).toBe(remedyOf(cause));
  });

  it('has another remedy for each cause', () => {
    expect(new Set(Object.keys(CAUSES).map(remedyOf)).size).toBe(Object.keys(CAUSES).length);
  });

  it.each(Object.entries(CAUSES).flatMap(([cause, { names }]) => (names ? [[cause, names] as const] : [])))(
    'for %s is told to look at %s',
    (cause, names) => {
      expect(remedyOf(cause)).toContain(names);
    },
  );

  it.each([
    ['personalize:CreateDatasetExportJob', denied('personalize:CreateDatasetExportJob'), 'create-export-job'],
    ['personalize:TagResource', denied('personalize:TagResource'), 'create-export-job'],
    ['personalize:', 'AccessDeniedException: no', 'create-export-job'],
    ['lambda:InvokeFunction', denied('lambda:InvokeFunction'), 'state machine'],
  ])('for the lack of %s is told whose role lacks it', (action, reason, holder) => {
    expect(remedy('CREATE FAILED', reason)).toMatch(new RegExp(`${holder}.*${action}`));
  });
});

describe('an export job that failed', () => {
  it('without a reason has the places where to look', () => {
    const text = remedy('CREATE FAILED', 'Personalize gave no failureReason.', { datasetExportJobArn });
    expect(text).not.toBe(remedyOf('an unknown cause'));
    expect(text).toMatch(/bucket policy.*roleArn/);
  });

  it('with AccessDenied lacks access to the bucket, not a permission of a function', () => {
    const text = remedy('CREATE FAILED', 'AccessDeniedException: no', { datasetExportJobArn });
    expect(text).toBe(remedyOf('a bucket without access'));
  });

  it('after an import has the remedy for its own reason', () => {
    const known = { datasetImportJobArn, datasetExportJobArn };
    expect(remedy('CREATE FAILED', 'NoSuchBucket: b', known)).toBe(remedyOf('a bucket that does not exist'));
  });
});

describe('a rejected request', () => {
  const wrongRequest = () => remedy('REJECTED', 'InvalidRequestError: jobName: is wrong.');

  it('that is wrong has one remedy, whatever words its reason has', () => {
    const reason = 'InvalidRequestError: jobOutput.s3DataDestination.kmsKeyArn: "quota" is not a KMS key ARN';
    expect(remedy('REJECTED', reason)).toBe(wrongRequest());
    expect(wrongRequest()).toContain('request');
  });

  it('that met an error which only mentions InvalidRequestError has another remedy', () => {
    expect(remedy('REJECTED', 'UnexpectedAnswerError: after InvalidRequestError')).not.toBe(wrongRequest());
  });

  it.each([
    ['plan-exports', 'personalize:DescribeDataset', denied('personalize:DescribeDataset')],
    ['plan-exports', 'personalize:', 'AccessDeniedException: no'],
    ['state machine', 'lambda:InvokeFunction', denied('lambda:InvokeFunction')],
    ['plan-exports', 's3:ListBucket', denied('s3:ListBucket').replace('AccessDeniedException', 'AccessDenied')],
    ['function', 'personalize:DescribeDatasetImportJob', denied('personalize:DescribeDatasetImportJob')],
  ])('for which the %s lacks %s is told so', (holder, action, reason) => {
    const text = remedy('REJECTED', reason);
    expect(text).toMatch(new RegExp(`${holder}.*${action}`));
    expect(text).not.toContain('s3:PutObject');
  });

  it('for an import, which two functions describe, blames neither by name', () => {
    expect(remedy('REJECTED', denied('personalize:DescribeDatasetImportJob'))).not.toContain('plan-exports');
  });

  it.each([
    ['too large a request', 'States.DataLimitExceeded: The result exceeds the limit'],
    ['a function that can not run', 'Runtime.HandlerNotFound: index.handler is undefined'],
  ])('for %s has the same remedy as an export', (cause, reason) => {
    expect(remedy('REJECTED', reason)).toBe(remedyOf(cause));
  });

  it.each(['TransientError: InternalServerException: 500', 'UnexpectedAnswerError: odd'])(
    'for %s is told that nothing was started',
    (reason) => {
      expect(remedy('REJECTED', reason).toLowerCase()).toContain('nothing was started');
    },
  );
});

describe('an export that timed out', () => {
  it('while its job runs is told the command that describes the job', () => {
    expect(remedy('TIMED OUT', 'The job had not ended', { datasetExportJobArn, jobName: 'x' })).toContain(
      `aws personalize describe-dataset-export-job --region eu-west-1 --dataset-export-job-arn ${datasetExportJobArn}`,
    );
  });

  it('while its import runs is told the command that describes the import', () => {
    expect(remedy('TIMED OUT', 'The import had not ended', { datasetImportJobArn, datasetArn })).toContain(
      `aws personalize describe-dataset-import-job --region eu-west-1 --dataset-import-job-arn ${datasetImportJobArn}`,
    );
  });

  it.each([
    ['a full quota', 'LimitExceededException: full'],
    ['a dataset in use', 'ResourceInUseException: busy'],
  ])('in the queue for %s has the remedy for that cause', (cause, answer) => {
    expect(remedy('TIMED OUT', `No job could be created before the deadline. The last response was ${answer}`)).toBe(
      remedyOf(cause),
    );
  });

  it('before it could queue is told about deadlineMinutes', () => {
    expect(remedy('TIMED OUT', 'No job could be created')).toContain('deadlineMinutes');
  });
});

// A job may exist, so that another must not be started yet.
describe('an export whose status is unknown', () => {
  const cut = 'TransientError: TimeoutError: Connection timed out';
  const command = `--dataset-export-job-arn ${datasetExportJobArn}`;
  const jobName = datasetExportJobArn.split('/').pop();

  it.each([
    ['its ARN', { datasetExportJobArn }],
    ['its dataset and name', { datasetArn, jobName }],
  ])('is told the command that describes the job, by %s', (_, known) => {
    expect(remedy('STATUS UNKNOWN', cut, known).endsWith(command)).toBe(true);
  });

  it.each([
    ['nothing', {}],
    ['the dataset', { datasetArn }],
    ['the job name', { jobName }],
  ])('is told no command if only %s is known', (_, known) => {
    expect(remedy('STATUS UNKNOWN', cut, known)).not.toContain('aws personalize');
  });

  it.each([
    ['personalize:DescribeDatasetExportJob', denied('personalize:DescribeDatasetExportJob')],
    ['the personalize: action', 'AccessDeniedException: no'],
  ])('is told also that the function lacks %s', (action, reason) => {
    const text = remedy('STATUS UNKNOWN', reason, { datasetExportJobArn });
    expect(text).toContain(`lacks ${action}`);
    expect(text).toContain(command);
  });
});

it('a failed import is not told about permissions of the export', () => {
  const text = remedy('IMPORT FAILED', 'Insufficient privileges for accessing data in S3');
  expect(text).toContain('import');
  expect(text).not.toContain('s3:PutObject');
});
