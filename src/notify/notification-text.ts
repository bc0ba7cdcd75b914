import { MAX_SUBJECT_CHARACTERS } from '../lambda/limits.ts';
import type { Notification } from './notification.ts';
import { findingText } from './verification.ts';

/** The subject of the e-mail: at most 100 printable ASCII characters, as SNS demands. */
export function subjectFor({ outcome, datasetType, datasetGroup, verification }: Notification): string {
  const what = [datasetGroup, datasetType].filter(Boolean).join(' ');
  const failed = verification === 'FAILED' ? ', verification FAILED' : '';
  return `Personalize export ${outcome}${failed}${what && `: ${what}`}`
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, MAX_SUBJECT_CHARACTERS);
}

/** The text of the e-mail: what, status, where, how long, why, what to do now, and where to look. */
export function textFor(notification: Notification): string {
  const { outcome, datasetType, datasetGroup, files, adopted, startedAt, reason, remedy, executionArn } = notification;
  const { verificationRemedy, rows } = notification;
  const what = datasetType ? `of the ${datasetType} dataset of ${datasetGroup} ` : '';
  const facts: [string, string | undefined][] = [
    ['Status', notification.status],
    [outcome === 'ACTIVE' ? 'Data' : 'Destination', notification.path],
    ['Files', files && filesText(files)],
    ['Verification', verificationText(notification)],
    ['Manifest', notification.manifest],
    ['Ingestion mode', notification.ingestionMode],
    ['Started', startedAt],
    ['Took', notification.durationSeconds === undefined ? undefined : durationText(notification.durationSeconds)],
    ['Queued before', notification.queuedSeconds ? durationText(notification.queuedSeconds) : undefined],
    ['Export job', notification.datasetExportJobArn],
    ['Import job', notification.datasetImportJobArn],
    ['Dataset', notification.datasetArn],
    ['Asked for by', notification.origin && originText(notification.origin)],
    ['Execution', executionArn],
    ['Console', notification.consoleUrl],
  ];
  const lines = [
    `The export ${what}ended as ${outcome}.`,
    ...(reason ? ['', `Why: ${reason}`] : []),
    ...(remedy ? ['', `What to do: ${remedy}`] : []),
    ...(outcome === 'ACTIVE' && files?.count === 0
      ? ['', 'Warning: no file was found there. The dataset may be empty in this ingestion mode.']
      : []),
    ...(verificationRemedy ? ['', `What to do about the verification: ${verificationRemedy}`] : []),
    ...(rows === 0 ? ['', 'Warning: the export has no rows. The dataset may be empty in this ingestion mode.'] : []),
    ...(adopted
      ? [
          '',
          `A job with this jobName already existed, created at ${startedAt} after this execution started. It is the same export, so no second job was created.`,
        ]
      : []),
    '',
    ...facts.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])),
  ];
  return lines.map(printable).join('\n');
}

/** One line, whatever the result. */
function verificationText({ verification, verificationReason, rows, unchanged, warnings = [] }: Notification) {
  if (!verification) return undefined;
  if (verificationReason) return `${verification}: ${verificationReason}`;
  const [first] = warnings;
  return [
    verification,
    counted(rows ?? 0, 'row'),
    ...(unchanged ? ['the same data as in the export before'] : []),
    ...(first
      ? [`${warnings.length === 1 ? '1 warning' : `${warnings.length} warnings, the first`}: ${findingText(first)}`]
      : []),
  ].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function originText({ trigger = '', ...others }: Record<string, string>): string {
  return [trigger, ...Object.entries(others).map(([name, value]) => `${name} ${value}`)].filter(Boolean).join(', ');
}

function filesText({ count, bytes, atLeast }: { count: number; bytes: number; atLeast?: true }): string {
  return `${atLeast ? 'at least ' : ''}${count}, ${bytes.toLocaleString('en')} bytes`;
}

function durationText(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return [hours && `${hours} h`, minutes && `${minutes} min`, `${seconds % 60} s`].filter(Boolean).join(' ');
}

/** One line stays one line: control characters and marks that turn the direction of the text become spaces. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ');
}
