import { exportJobArn } from '../job/export-job-arn.ts';
import { MAX_TAGS } from '../lambda/limits.ts';
import { shellQuoted } from '../lambda/shell-quoted.ts';
import type { Outcome } from './outcome.ts';

/** What is known about an export that did not end as ACTIVE. */
export interface Failure {
  outcome: Exclude<Outcome, 'ACTIVE'>;
  reason: string;
  datasetExportJobArn?: string;
  datasetImportJobArn?: string;
  datasetArn?: string;
  jobName?: string;
}

/** The reason without names that people chose: a word in a name, such as `kms-export`, does not name a cause. */
const withoutNames = (reason: string) => reason.replace(/\barn:[^\s,;]+|\bs3:\/\/[^\s,;]+/g, '…');

/** For a denial that does not name the action. */
const SOME_ACTION = 'the personalize: action that it needs';

type Remedy = string | ((failure: Failure, match: string) => string);

/** What to do about a failure, by its reason without names. The first entry that matches applies. */
const BY_REASON: [RegExp, Remedy][] = [
  [
    /^JobNameTakenError/,
    'Choose another jobName, or leave it out. Personalize accepts a name once per account and region, even if that job failed.',
  ],
  [/^TooManyTags/, `Give at most ${MAX_TAGS} tags per job, including the tags of the deployment.`],
  [
    /^States\.DataLimitExceeded/,
    'The request, or what was planned from it, is too large for one execution. Split the request, or give fewer tags.',
  ],
  [
    /^(Lambda|Runtime|Sandbox)\.(?!AWSLambda|ClientExecution|ExitError|SdkClient|Service|Timedout|TooManyRequests|Unknown)/,
    'A function of the pipeline cannot run. Check the function and its log in Lambda, and deploy the stack again. Then start the export again.',
  ],
  [
    /^Lambda\.TooManyRequests/,
    'The concurrency limit of Lambda in this account and region was reached for several minutes. Start the export again when less is running, or ask AWS for a higher limit.',
  ],
  [
    /^TransientError: (Throttling|TooManyRequests)/,
    'The service throttled every call for several minutes. Start fewer exports at the same time, and start this export again.',
  ],
  [
    /^ResourceNotFound/,
    'The dataset or the job does not exist in this account and region. Check the ARN, and start the export again.',
  ],
  [/(?<=not authorized to perform: )(personalize|lambda):\w+/, lackingPermission],
  [
    /PassRole/i,
    'The function create-export-job may not pass this role to Personalize. Leave roleArn out to use the role of the deployment, or allow iam:PassRole on your role with iam:PassedToService personalize.amazonaws.com.',
  ],
  [
    /sts:AssumeRole|assume/i,
    'Personalize cannot assume the role (roleArn). Its trust policy must allow sts:AssumeRole to the service personalize.amazonaws.com. Or leave roleArn out to use the role of the deployment.',
  ],
  [
    /(?<![\w/-])(kms|encrypt\w*)(?![\w/-])|(?<!Lambda\.)\bKMS\w*Exception/i,
    'Check the KMS key: it must be enabled, and in this region. The key policy must allow kms:Decrypt, kms:GenerateDataKey and kms:DescribeKey to personalize.amazonaws.com and to the role of the export, and so must the policy of the role.',
  ],
  [
    /bucket.*(not exist|no such)|NoSuchBucket/i,
    'Create the bucket in jobOutput.s3DataDestination.path, or correct the path. Then start the export again.',
  ],
  [
    /AccessDenied|not authorized|privilege|permission|access denied/i,
    (failure) =>
      isDeniedToPipeline(failure)
        ? lackingPermission(failure, /\bs3:\w+/.exec(failure.reason)?.[0] ?? SOME_ACTION)
        : 'Allow s3:PutObject and s3:ListBucket on the bucket and its objects, both to the role (roleArn) and, in the bucket policy, to personalize.amazonaws.com.',
  ],
  [
    /\bLimitExceeded|\bquota\b/i,
    'Too many jobs were running. Start the export again when fewer are running, spread the schedules over time, or ask AWS for a higher quota.',
  ],
  [
    /ResourceInUse/,
    'The dataset was in use until the deadline, for example by an import. Start the export again when the dataset is no longer in use.',
  ],
  [
    /InvalidInput|ValidationException/,
    'Personalize refused the request. Correct the field in the reason, and start the export again.',
  ],
  [
    /TransientError|Lambda\.(AWSLambda|ClientExecution|SdkClient|Service|Unknown)|Runtime\.ExitError|Timedout|States\.Timeout/,
    ({ outcome }) =>
      outcome === 'REJECTED'
        ? 'A service did not respond for several minutes. Nothing was started. Check the AWS Health Dashboard, and send the request again.'
        : 'A service did not respond for several minutes. Check the AWS Health Dashboard, and start the export again.',
  ],
];

const WAIT_LONGER =
  'To wait longer next time, set deadlineMinutes in the request, or raise the setting deadlineMinutes.';

/** What to do now, in a few sentences. */
export function remedyFor(failure: Failure): string {
  const { outcome, reason, datasetExportJobArn, datasetImportJobArn, jobName } = failure;
  if (outcome === 'IMPORT FAILED') {
    return 'Correct the data or the permissions in the reason, and import again. If imports start exports in this deployment, the export follows. Otherwise start it when the import is ACTIVE.';
  }
  if (outcome === 'NOTHING TO EXPORT') {
    return 'Nothing failed. If you expected an export, check the dataset group and the onlyDatasetGroups of the request. Personalize exports Interactions, Items and Users, but no Actions or Action interactions.';
  }
  if (outcome === 'STATUS UNKNOWN') return checkJob(failure);
  if (/^InvalidRequestError/.test(reason)) return 'Nothing was started. Correct the request, and send it again.';
  if (outcome === 'TIMED OUT' && datasetExportJobArn) {
    return `The job may still be running, and may succeed. Check this job before you start another export. ${WAIT_LONGER} ${describing('export', datasetExportJobArn)}`;
  }
  // With a jobName, the import has ended, and the export was waiting.
  if (outcome === 'TIMED OUT' && datasetImportJobArn && !jobName) {
    return `Nothing was exported. The import may still be running. Start the export when the import is ACTIVE. ${WAIT_LONGER} ${describing('import', datasetImportJobArn)}`;
  }
  return byReason(failure) ?? otherwise(failure);
}

function byReason(failure: Failure): string | undefined {
  const reason = withoutNames(failure.reason);
  for (const [pattern, remedy] of BY_REASON) {
    const match = pattern.exec(reason);
    if (match) return typeof remedy === 'string' ? remedy : remedy(failure, match[0]);
  }
  return undefined;
}

function otherwise({ outcome, datasetExportJobArn }: Failure): string {
  if (outcome === 'REJECTED') {
    return 'Nothing was started. The request itself may be valid: send it again. If it is rejected again, check the history of the execution and the log of the function that failed, and report the reason.';
  }
  if (outcome === 'TIMED OUT') return `Start the export again. ${WAIT_LONGER}`;
  if (!datasetExportJobArn) return 'No job was created. Fix the cause in the reason, and start the export again.';
  return 'Fix the cause in the reason, and start the export again. You can leave the failed job as it is. If the reason is not clear, check the bucket policy, the role (roleArn) and the key. AWS Support can look up the job by its ARN.';
}

/** Whether a call of the pipeline was denied, not a call that Personalize made for the job. */
function isDeniedToPipeline({ outcome, reason, datasetExportJobArn }: Failure): boolean {
  return outcome === 'REJECTED' || (/^AccessDenied(?!.*\bs3:[A-Z])/s.test(reason) && !datasetExportJobArn);
}

/** First of all find out whether a job exists, and its status. */
function checkJob(failure: Failure): string {
  const { datasetExportJobArn, datasetArn, jobName, reason } = failure;
  const jobArn = datasetExportJobArn ?? (datasetArn && jobName ? exportJobArn({ datasetArn, jobName }) : undefined);
  const [action = SOME_ACTION] = /(personalize|lambda):\w+/.exec(withoutNames(reason)) ?? [];
  return [
    'A job may exist and be running. Check this job before you start another export.',
    ...(/AccessDenied|not authorized/.test(reason) ? [lackingPermission(failure, action)] : []),
    ...(jobArn ? [describing('export', jobArn)] : []),
  ].join(' ');
}

function lackingPermission({ outcome }: Failure, action: string): string {
  return `The role of the ${callerOf(action, outcome)} lacks ${action}. Deploy the stack again. If that does not help, look for a deny in a permissions boundary or in the policies of your organization.`;
}

/** Two functions describe an import job, and two describe an export job. */
function callerOf(action: string, outcome: Outcome): string {
  if (action.startsWith('lambda:')) return 'state machine';
  if (outcome === 'CREATE FAILED') return 'function create-export-job';
  return outcome === 'REJECTED' && !action.includes('ImportJob')
    ? 'function plan-exports'
    : 'function that made the call';
}

/** The command that describes a job. At the end of a remedy, so that no full stop follows it. */
function describing(kind: 'export' | 'import', jobArn: string): string {
  const region = shellQuoted(jobArn.split(':')[3] ?? '');
  return `To check the job: aws personalize describe-dataset-${kind}-job --region ${region} --dataset-${kind}-job-arn ${shellQuoted(jobArn)}`;
}
