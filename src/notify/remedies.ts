import { exportJobArn } from '../job/export-job-arn.ts';
import { MAX_TAGS } from '../lambda/limits.ts';
import type { Outcome } from './outcome.ts';

/** What is known of an export that did not end as ACTIVE. */
export interface Failure {
  outcome: Exclude<Outcome, 'ACTIVE'>;
  reason: string;
  datasetExportJobArn?: string;
  datasetImportJobArn?: string;
  datasetArn?: string;
  jobName?: string;
}

/** Without names that people have given, in which words are no cause. */
const wordsOf = (reason: string) => reason.replace(/\barn:[^\s,;]+|\bs3:\/\/[^\s,;]+/g, '…');

/** Where a denial names none. */
const SOME_ACTION = 'the personalize: action that it needs';

type Remedy = string | ((failure: Failure, match: string) => string);

/** What to do about a failure, by what its reason says without names: the first that matches is told. */
const BY_REASON: [RegExp, Remedy][] = [
  [
    /^JobNameTakenError/,
    'Choose another jobName or leave it out: a name is used once in an account and region, a failed job included.',
  ],
  [/^TooManyTags/, `Give at most ${MAX_TAGS} tags a job, the tags of the deployment included.`],
  [
    /^States\.DataLimitExceeded/,
    'The request, with all that is planned from it, is too large for one execution. Split it into several, or give fewer tags.',
  ],
  [
    /^(Lambda|Runtime|Sandbox)\.(?!AWSLambda|ClientExecution|ExitError|SdkClient|Service|Timedout|TooManyRequests|Unknown)/,
    'The function itself can not run: look at it in Lambda, with its log, and deploy the stack again. Then start the export again.',
  ],
  [
    /^Lambda\.TooManyRequests/,
    'The concurrent executions of Lambda in this account and region were used up for several minutes. Start the export again when there is less to do, or ask AWS for more.',
  ],
  [
    /^TransientError: (Throttling|TooManyRequests)/,
    'The service throttled every call for several minutes. Ask for fewer exports at the same moment, and start this one again.',
  ],
  [
    /^ResourceNotFound/,
    'The dataset, or the job, is not in this account and region. Check the ARN and start the export again.',
  ],
  [/(?<=not authorized to perform: )(personalize|lambda):\w+/, allow],
  [
    /PassRole/i,
    'The function create-export-job may not pass the role to Personalize. Leave roleArn out to use the role of the deployment, or allow iam:PassRole on the one you gave, with iam:PassedToService personalize.amazonaws.com.',
  ],
  [
    /sts:AssumeRole|assume/i,
    'Let Personalize assume the role (roleArn): its trust policy must allow sts:AssumeRole to the service personalize.amazonaws.com. Or leave roleArn out to use the role of the deployment.',
  ],
  [
    /(?<![\w/-])(kms|encrypt\w*)(?![\w/-])|(?<!Lambda\.)\bKMS\w*Exception/i,
    'Let the key policy and the role of the export use the key: kms:Decrypt, kms:GenerateDataKey and kms:DescribeKey for personalize.amazonaws.com and for the role. A key of another region or a disabled key fails too.',
  ],
  [
    /bucket.*(not exist|no such)|NoSuchBucket/i,
    'Create the bucket in jobOutput.s3DataDestination.path, or correct the path, and start the export again.',
  ],
  [
    /AccessDenied|not authorized|privilege|permission|access denied/i,
    (failure) =>
      isDeniedToUs(failure)
        ? allow(failure, /\bs3:\w+/.exec(failure.reason)?.[0] ?? SOME_ACTION)
        : 'Let both the role (roleArn) and the bucket policy (principal personalize.amazonaws.com) allow s3:PutObject and s3:ListBucket on the bucket and on its objects.',
  ],
  [
    /\bLimitExceeded|\bquota\b/i,
    'Too many jobs are running. Start the export again when there are fewer, spread the schedules, or ask AWS for a higher quota.',
  ],
  [
    /ResourceInUse/,
    'The dataset was in use all the time, by an import perhaps. Start the export again when it has ended.',
  ],
  [
    /InvalidInput|ValidationException/,
    'Personalize refused the request. Correct the field that the reason names and start the export again.',
  ],
  [
    /TransientError|Lambda\.(AWSLambda|ClientExecution|SdkClient|Service|Unknown)|Runtime\.ExitError|Timedout|States\.Timeout/,
    ({ outcome }) =>
      outcome === 'REJECTED'
        ? 'A service did not answer for several minutes, and nothing was started. Look at the AWS Health Dashboard, then send the request again.'
        : 'A service did not answer for several minutes. Look at the AWS Health Dashboard, then start the export again.',
  ],
];

const NOTHING =
  'Nothing was exported, and nothing failed. If you expected an export, check the dataset group that the request names, and its onlyDatasetGroups. Personalize exports datasets of the types Interactions, Items and Users only.';

const LONGER = 'For a longer wait the next time, give deadlineMinutes in the request or raise the setting.';

/** One to three sentences on what to do now. */
export function remedyFor(failure: Failure): string {
  const { outcome, reason } = failure;
  if (outcome === 'IMPORT FAILED')
    return 'Correct the data or the permissions as the reason says and import again: the export then follows by itself.';
  if (outcome === 'STATUS UNKNOWN') return lookFirst(failure);
  if (outcome === 'NOTHING TO EXPORT') return NOTHING;
  if (/^InvalidRequestError/.test(reason))
    return 'Correct the request as the reason says and send it again. Nothing was started.';
  if (outcome === 'TIMED OUT' && failure.datasetExportJobArn) {
    return `Start no second export before you have looked: this job may go on, and end well. ${LONGER} ${seeing('export', failure.datasetExportJobArn)}`;
  }
  if (outcome === 'TIMED OUT' && failure.datasetImportJobArn && !failure.jobName) {
    return `Nothing was exported, and the import may go on. When it is ACTIVE, start an export of the dataset. ${LONGER} ${seeing('import', failure.datasetImportJobArn)}`;
  }
  return byReason(failure) ?? otherwise(failure);
}

function byReason(failure: Failure): string | undefined {
  const words = wordsOf(failure.reason);
  for (const [pattern, remedy] of BY_REASON) {
    const match = pattern.exec(words);
    if (match) return typeof remedy === 'string' ? remedy : remedy(failure, match[0]);
  }
  return undefined;
}

function otherwise({ outcome, datasetExportJobArn }: Failure): string {
  if (outcome === 'REJECTED') {
    return 'Nothing was started, and the request itself may be in order. Send it again; if it ends alike, look at the history of the execution and the log of the function that failed there, and report the reason.';
  }
  if (outcome === 'TIMED OUT')
    return 'Start the export again, with a longer deadlineMinutes in the request or a longer setting.';
  if (!datasetExportJobArn) return 'No job was created. Correct what the reason says and start the export again.';
  return 'Correct what the reason says and start the export again: the failed job needs no cleaning up. Where it says nothing, check the bucket policy, the role (roleArn) and the key; AWS Support can tell more of the job by its ARN.';
}

/** Whether a call of the pipeline was denied, and not one that Personalize makes for the job. */
function isDeniedToUs({ outcome, reason, datasetExportJobArn }: Failure): boolean {
  return outcome === 'REJECTED' || (/^AccessDenied(?!.*\bs3:[A-Z])/s.test(reason) && !datasetExportJobArn);
}

/** Whether there is a job, and how it stands, is asked before anything else is done. */
function lookFirst(failure: Failure): string {
  const { datasetExportJobArn, datasetArn, jobName, reason } = failure;
  const jobArn = datasetExportJobArn ?? (datasetArn && jobName ? exportJobArn({ datasetArn, jobName }) : undefined);
  const [action = SOME_ACTION] = /(personalize|lambda):\w+/.exec(wordsOf(reason)) ?? [];
  return [
    'A job may have been created and be running: start another only if it is not there, or has failed.',
    ...(/AccessDenied|not authorized/.test(reason) ? [allow(failure, action)] : []),
    ...(jobArn ? [seeing('export', jobArn)] : []),
  ].join(' ');
}

function allow({ outcome }: Failure, action: string): string {
  return `The role of the ${callerOf(action, outcome)} lacks ${action}. Deploy the stack again; if that does not help, look for a deny in a permissions boundary or in the policies of the organization.`;
}

/** An import is asked for by two functions, an export job too once it is there. */
function callerOf(action: string, outcome: Outcome): string {
  if (action.startsWith('lambda:')) return 'state machine';
  if (outcome === 'CREATE FAILED') return 'function create-export-job';
  return outcome === 'REJECTED' && !action.includes('ImportJob') ? 'function plan-exports' : 'function that asks';
}

/** The command that shows a job: at the end of a remedy, where no mark sticks to it. */
function seeing(kind: 'export' | 'import', jobArn: string): string {
  return `To see how it stands: aws personalize describe-dataset-${kind}-job --region ${jobArn.split(':')[3]} --dataset-${kind}-job-arn ${jobArn}`;
}
