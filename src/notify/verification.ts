import { MAX_REASON_CHARACTERS } from '../lambda/limits.ts';
import { shorten } from '../lambda/shorten.ts';
import type { NotifyEvent, Verification } from '../state.ts';
import { reasonOf } from './outcome.ts';
import { type TableNotice, tableNotice } from './table-notice.ts';

/** What a notification says about the verification of an export. */
export interface VerificationNotice extends TableNotice {
  verification: 'PASSED' | 'FAILED' | 'NOT VERIFIED';
  verificationReason?: string;
  verificationRemedy?: string;
  rows?: number;
  manifest?: string;
  findings?: Finding[];
  findingsCount?: number;
  warnings?: Warning[];
  unchanged?: true;
}

type Finding = NonNullable<Verification['findings']>[number];
type Warning = NonNullable<Verification['warnings']>[number];

/** Characters of an object's name and of a column's name in a finding. S3 allows names of 1,024 bytes. */
const MAX_NAME_CHARACTERS = 200;

/** @returns undefined if the export was not to be verified, or did not get that far */
export function verificationNotice({ verification, verifyError }: NotifyEvent): VerificationNotice | undefined {
  if (verifyError) return notVerified(reasonOf(verifyError));
  if (!verification?.result) return undefined;
  const { result, reason, rows, manifest, findings, warnings, unchanged } = verification;
  const { findingsCount = findings?.length ?? 0 } = verification;
  if (result === 'NOT VERIFIED') return notVerified(reason ?? 'No reason was given.');
  return {
    verification: result,
    ...(rows !== undefined && { rows }),
    ...(manifest && { manifest }),
    ...(findings && { findings: findings.map(withShortNames), findingsCount }),
    ...(warnings && { warnings: warnings.map(withShortNames) }),
    ...(unchanged && { unchanged: true as const }),
    ...tableNotice(verification),
    ...(result === 'FAILED' && {
      verificationReason: failureReason(findings?.[0], findingsCount),
      verificationRemedy: FAILED_REMEDY,
    }),
  };
}

/** `part-0.csv, row 7, column AGE: expected a whole number` */
export function findingText({ file, row, column, expected }: Finding): string {
  const place = [file, row !== undefined && `row ${row}`, column !== undefined && `column ${column}`];
  const where = place.filter(Boolean).join(', ');
  return `${where && `${where}: `}expected ${expected}`;
}

function failureReason(first: Finding = { expected: 'no finding' }, count: number): string {
  return `${count === 1 ? '1 finding' : `${count} findings, the first`}: ${findingText(withShortNames(first))}.`;
}

function withShortNames<T extends Finding>(finding: T): T {
  const { file, column } = finding;
  return {
    ...finding,
    ...(file !== undefined && { file: shorten(file, MAX_NAME_CHARACTERS) }),
    ...(column !== undefined && { column: shorten(column, MAX_NAME_CHARACTERS) }),
  };
}

const FAILED_REMEDY =
  'Do not use the data until you know the cause: docs/runbook.md explains each finding. Then start the export again. If it ends with the same findings, give AWS Support the ARN of the export job and the findings.';

function notVerified(reason: string): VerificationNotice {
  const verificationReason = shorten(reason, MAX_REASON_CHARACTERS);
  return { verification: 'NOT VERIFIED', verificationReason, verificationRemedy: remedyFor(reason) };
}

/** What to do about a verification that could not be carried out: the first entry that matches the reason. */
const REMEDIES: [RegExp, string][] = [
  [
    /^Verification takes at most/,
    'The export is too large to be verified in that time. To verify less at once, export BULK and PUT separately (ingestionMode). Or count and check the data with a tool of your own.',
  ],
  [
    /\bkms:|\bKMS|[Ee]ncrypt/,
    'Let the role of the function verify-export use the key that encrypts the export: kms:Decrypt and kms:GenerateDataKey, through S3. The stack allows this for its own key only, not for the kmsKeyArn of a request.',
  ],
  [
    /AccessDenied|not authorized|Forbidden/,
    'The role lacks the permission that the reason names. Deploy the stack again. If that does not help, look for a deny in the bucket policy, in a permissions boundary or in the policies of your organization.',
  ],
  [
    /^(Lambda|Runtime|Sandbox)\.(?!AWSLambda|ClientExecution|ExitError|SdkClient|Service|Timedout|TooManyRequests|Unknown)/,
    'The function verify-export cannot run. Look at its log, and deploy the stack again.',
  ],
  [
    /^TransientError|^States\.Timeout|^(Lambda|Runtime|Sandbox)\./,
    'A service did not answer, or not in time. Look at the AWS Health Dashboard. To have the data verified, start the export again.',
  ],
];

function remedyFor(reason: string): string {
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(reason)) ?? [];
  return remedy ?? 'Look at the log of the function verify-export. To have the data verified, start the export again.';
}
