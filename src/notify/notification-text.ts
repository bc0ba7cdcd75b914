import { MAX_SUBJECT_CHARACTERS } from '../lambda/limits.ts';
import { plainText } from '../lambda/plain-text.ts';
import { cut } from '../lambda/shorten.ts';
import { quoted, whole, withoutLinks } from './foreign-text.ts';
import type { Notification } from './notification.ts';
import { findingText } from './verification.ts';

/** The subject of the e-mail: at most 100 printable ASCII characters, as SNS requires. A long dataset group is cut. */
export function subjectFor(notification: Notification): string {
  const { outcome, datasetType = '', datasetGroup = '', verification, stage, region, account } = notification;
  const ending = `Personalize export ${outcome}${verification === 'FAILED' ? ', verification FAILED' : ''}`;
  const place = `(${stage}, ${region}, ${account})`;
  const room = MAX_SUBJECT_CHARACTERS - `${ending}:  ${datasetType} ${place}`.length;
  const group = datasetGroup.length <= room ? datasetGroup : `${cut(datasetGroup, Math.max(0, room - 2))}..`;
  const what = [group, datasetType].filter(Boolean).join(' ');
  const subject = `${ending}${what && `: ${what}`} ${place}`;
  return cut(subject.replace(/[^\x20-\x7e]/g, '?'), MAX_SUBJECT_CHARACTERS);
}

/** The text of the e-mail: what ended and how, why, what to do now, the facts, and how to start the export again. What
 * requesters and AWS wrote is quoted, and nothing of it can be clicked on. */
export function textFor(notification: Notification): string {
  const { remedy, verificationRemedy, tableRemedy, runbook } = notification;
  const lines = [
    headline(notification),
    placeText(notification),
    ...reasonLines(notification),
    ...(remedy ? ['', `What to do: ${remedy}`] : []),
    ...(verificationRemedy ? ['', `What to do about the verification: ${verificationRemedy}`] : []),
    ...(tableRemedy ? ['', `What to do about the table: ${tableRemedy}`] : []),
    ...remarks(notification).flatMap((remark) => ['', remark]),
    '',
    ...factLines(notification),
    '',
    `Runbook: ${runbook}`,
    ...rerunLines(notification),
  ];
  return lines.map(plainText).join('\n');
}

function headline({ outcome, datasetType, datasetGroup, datasetExportJobArn }: Notification): string {
  const dataset = datasetType
    ? `the ${whole(datasetType)} dataset of the dataset group ${whole(datasetGroup ?? '')}`
    : 'a dataset';
  const endings: Record<Notification['outcome'], string> = {
    ACTIVE: `${dataset} was exported.`,
    'CREATE FAILED': `${dataset} was not exported.`,
    'TIMED OUT': `the export of ${dataset} ${datasetExportJobArn ? 'did not end' : 'did not start'} before its deadline.`,
    REJECTED: 'a request was rejected. Nothing was exported.',
    'IMPORT FAILED': `the import into ${dataset} failed. Nothing was exported.`,
    'NOTHING TO EXPORT': 'a request covers nothing that can be exported.',
    'STATUS UNKNOWN': `it is not known whether ${dataset} was exported.`,
  };
  return `${outcome}: ${endings[outcome]}`;
}

function placeText({ stage, region, account }: Notification): string {
  return `Deployment: stage ${stage}, region ${region}, account ${account}`;
}

/** A line per wrong field of a request; any other reason on one line. */
function reasonLines({ outcome, reason }: Notification): string[] {
  if (!reason) return [];
  const isList = outcome === 'REJECTED' || outcome === 'NOTHING TO EXPORT';
  const [first = '', ...others] = isList ? reason.split('\n') : [reason];
  if (others.length === 0) return ['', `Why: ${quoted(first)}`];
  return ['', 'Why:', ...[first, ...others].slice(0, MAX_REASON_LINES).map((line) => `- ${quoted(line)}`)];
}

/** The most faults that a message lists, and a line that counts the others. */
const MAX_REASON_LINES = 21;

function remarks({ outcome, files, rows, adopted, startedAt }: Notification): string[] {
  return [
    ...(outcome === 'ACTIVE' && files?.count === 0
      ? ['Warning: the folder has no files. The dataset may have no records for this ingestion mode.']
      : []),
    ...(rows === 0
      ? ['Warning: the export has no rows. The dataset may have no records for this ingestion mode.']
      : []),
    ...(adopted
      ? [
          `A job with this jobName already existed, created at ${startedAt} after this execution started. It is the same export, so no second job was created.`,
        ]
      : []),
  ];
}

function factLines(notification: Notification): string[] {
  const { outcome, status, path, files, manifest, durationSeconds, queuedSeconds, origin } = notification;
  const facts: [string, string | undefined][] = [
    [outcome === 'ACTIVE' ? 'Data' : 'Destination', path && whole(path)],
    ['Files', files && filesText(files)],
    ['Verification', verificationText(notification)],
    ['Manifest', manifest && whole(manifest)],
    ['Table', tableText(notification)],
    [notification.jobName ? 'Status of the export job' : 'Status of the import job', status && quoted(status)],
    ['Ingestion mode', notification.ingestionMode],
    ['Started', notification.startedAt],
    ['Duration', durationSeconds === undefined ? undefined : durationText(durationSeconds)],
    ['Time in the queue before', queuedSeconds ? durationText(queuedSeconds) : undefined],
    ['Export job', wholeIf(notification.datasetExportJobArn)],
    ['Import job', wholeIf(notification.datasetImportJobArn)],
    ['Dataset', wholeIf(notification.datasetArn)],
    ['Requested by', origin && originText(origin)],
    ['Execution', whole(notification.executionArn)],
    ['Console', notification.consoleUrl],
  ];
  return facts.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
}

function wholeIf(text: string | undefined): string | undefined {
  return text && whole(text);
}

/** What the command does, if it does not start the same export again. */
const RERUNS: Partial<Record<Notification['outcome'], string>> = {
  REJECTED: 'To send the same request again',
  'IMPORT FAILED': 'To export the dataset as it is, without this import',
  'STATUS UNKNOWN': 'To start this export again, after you have checked the job',
};

/** The command on a line of its own; not if a name in it would become a link. */
function rerunLines({ outcome, datasetExportJobArn, rerunCommand }: Notification): string[] {
  const isRunning = outcome === 'TIMED OUT' && datasetExportJobArn !== undefined;
  const purpose = RERUNS[isRunning ? 'STATUS UNKNOWN' : outcome] ?? 'To start this export again';
  const isPlain = withoutLinks(plainText(rerunCommand)) === rerunCommand;
  return isPlain
    ? [`${purpose}:`, rerunCommand]
    : [`${purpose}: use the rerunCommand in the JSON document of this notification.`];
}

/** One line, whatever the result. */
function verificationText({ verification, verificationReason, rows, unchanged, warnings = [] }: Notification) {
  if (!verification) return undefined;
  if (verificationReason) return `${verification}: ${quoted(verificationReason)}`;
  const [first] = warnings;
  const number = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings, the first`;
  return [
    verification,
    counted(rows ?? 0, 'row'),
    ...(unchanged ? ['the same data as in the export before'] : []),
    ...(first ? [`${number}: ${quoted(findingText(first))}`] : []),
  ].join(', ');
}

function tableText({ table, tableReason }: Notification): string | undefined {
  if (!table) return undefined;
  const [database = '', name = ''] = table.split('.');
  const place = `${whole(name)} in the database ${whole(database)}`;
  return tableReason ? `${place}, which does not have this export: ${quoted(tableReason)}` : place;
}

function originText({ trigger, ...others }: Record<string, string>): string {
  const fields = Object.entries(others).map(([name, value]) => `${nameText(name)} ${quoted(value)}`);
  return [...(trigger ? [quoted(trigger)] : []), ...fields].join(', ');
}

/** The name of a field that a trigger sets is a plain word. Anything else is quoted. */
function nameText(name: string): string {
  return /^[A-Za-z]{1,40}$/.test(name) ? name : quoted(name);
}

function filesText({ count, bytes, atLeast }: { count: number; bytes: number; atLeast?: true }): string {
  return `${atLeast ? 'at least ' : ''}${counted(count, 'file')}, ${counted(bytes, 'byte')}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function durationText(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return [hours && `${hours} h`, minutes && `${minutes} min`, `${seconds % 60} s`].filter(Boolean).join(' ');
}
