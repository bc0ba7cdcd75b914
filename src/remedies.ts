import type { Outcome } from './outcome.ts';

const DENIED =
  'The role of the function that asks lacks the personalize: action that the reason names: deploy the stack again.';

/** What to do about a failure, by what its reason says: the first that matches is told. */
const BY_REASON: [RegExp, string][] = [
  [
    /^JobNameTakenError/,
    'Choose another jobName or leave it out: a name is used once in an account and region, a failed job included.',
  ],
  [/^TooManyTags/, 'Give at most 50 tags a job, the tags of the deployment included.'],
  [
    /^ResourceNotFound/,
    'The dataset, or the job, is not in this account and region. Check the ARN and start the export again.',
  ],
  [
    /PassRole/i,
    'The function create-export-job may not pass the role to Personalize. Leave roleArn out to use the role of the deployment, or allow iam:PassRole on the one you gave, with iam:PassedToService personalize.amazonaws.com.',
  ],
  [
    /kms|encrypt/i,
    'Let the key policy and the role of the export use the key: kms:Decrypt, kms:GenerateDataKey and kms:DescribeKey for personalize.amazonaws.com and for the role. A key of another region or a disabled key fails too.',
  ],
  [
    /bucket.*(not exist|no such)|NoSuchBucket/i,
    'Create the bucket in jobOutput.s3DataDestination.path, or correct the path, and start the export again.',
  ],
  [
    /AccessDenied|not authorized|privilege|permission|access denied/i,
    'Let both the role (roleArn) and the bucket policy (principal personalize.amazonaws.com) allow s3:PutObject and s3:ListBucket on the bucket and on its objects. If the reason names a personalize: action, the role of the function lacks it: deploy the stack again.',
  ],
  [
    /LimitExceeded|quota/i,
    'Too many jobs are running. Start the export again when there are fewer, spread the schedules, or ask AWS for a higher quota.',
  ],
  [
    /ResourceInUse/,
    'The dataset was in use all the time, by an import perhaps. Start the export again when it has ended.',
  ],
  [
    /InvalidInput/,
    'Personalize refused the request. Correct the field that the reason names and start the export again.',
  ],
  [
    /TransientError|ClientExecutionTimeout|ServiceException|SdkClientException|TooManyRequests|Timedout|States\.Timeout/,
    'A service did not answer for several minutes. Look at the AWS Health Dashboard, then start the export again.',
  ],
];

/** What to do about an outcome where its reason tells nothing more special. */
const BY_OUTCOME: Record<Exclude<Outcome, 'ACTIVE'>, string> = {
  'CREATE FAILED': 'Correct what the reason says and start the export again: the failed job needs no cleaning up.',
  'TIMED OUT':
    'Follow the job that is named, if there is one, with its Describe call: it may still end well. For a longer wait give deadlineMinutes in the request or raise the setting.',
  REJECTED: 'Correct the request as the reason says and send it again. Nothing was started.',
  'IMPORT FAILED':
    'Correct the data or the permissions as the reason says and import again: the export then follows by itself.',
  'STATUS UNKNOWN':
    'A job may have been created and be running. Ask for it by its name with DescribeDatasetExportJob; start another only if it is not there.',
};

/** One or two sentences on what to do now. */
export function remedyFor(outcome: Exclude<Outcome, 'ACTIVE'>, reason: string): string {
  const general = BY_OUTCOME[outcome];
  // Of an import the reasons are alike, but not what is to be done.
  if (outcome === 'IMPORT FAILED' || /^InvalidRequestError/.test(reason)) return general;
  if (outcome === 'STATUS UNKNOWN') return /AccessDenied/.test(reason) ? `${general} ${DENIED}` : general;
  return BY_REASON.find(([pattern]) => pattern.test(reason))?.[1] ?? general;
}
