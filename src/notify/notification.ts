import { parse, validate } from '@aws-sdk/util-arn-parser';
import {
  MAX_ARN_CHARACTERS,
  MAX_ORIGIN_CHARACTERS,
  MAX_ORIGIN_FIELDS,
  MAX_REASON_CHARACTERS,
} from '../lambda/limits.ts';
import { shorten } from '../lambda/shorten.ts';
import type { NotifyEvent, PlannedExport } from '../state.ts';
import type { ExportedFiles } from './exported-files.ts';
import { endingOf, type Outcome } from './outcome.ts';
import { type Failure, remedyFor } from './remedies.ts';
import { rerunCommand } from './rerun-command.ts';
import { type VerificationNotice, verificationNotice } from './verification.ts';

/** The JSON document about the end of an export, version 1. Times are ISO 8601, durations whole seconds. */
export interface Notification extends Partial<VerificationNotice> {
  version: '1';
  outcome: Outcome;
  stage: string;
  account: string;
  region: string;
  datasetArn?: string;
  datasetType?: string;
  datasetGroup?: string;
  ingestionMode?: string;
  jobName?: string;
  datasetExportJobArn?: string;
  datasetImportJobArn?: string;
  /** The folder of the data, or the requested one. */
  path?: string;
  files?: ExportedFiles;
  status?: string;
  reason?: string;
  remedy?: string;
  startedAt?: string;
  endedAt: string;
  durationSeconds?: number;
  queuedSeconds?: number;
  adopted?: true;
  executionArn: string;
  consoleUrl: string;
  /** The section of the runbook, as a path in the repository. */
  runbook: string;
  rerunCommand: string;
  origin?: Record<string, string>;
}

/** The deployment that a notification is about. */
export interface Deployment {
  stateMachineArn: string;
  stage: string;
}

/** The document for an execution's state, as Notify is given it. */
export function notificationOf(
  event: NotifyEvent,
  { stateMachineArn, stage }: Deployment,
  files?: ExportedFiles,
): Notification {
  const { outcome, reason } = endingOf(event);
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${event.executionName}`;
  const { region, accountId: account } = parse(stateMachineArn);
  const subject = subjectOf(event);
  return {
    version: '1',
    outcome,
    stage,
    account,
    region,
    ...subject,
    ...(files && { files }),
    ...(reason !== undefined && outcome !== 'ACTIVE' && explained({ ...subject, outcome, reason })),
    ...(outcome === 'ACTIVE' && verificationNotice(event)),
    ...timesOf(event),
    ...(event.job?.adopted && { adopted: true as const }),
    executionArn,
    consoleUrl: consoleUrl(executionArn),
    runbook: `docs/runbook.md#${outcome.toLowerCase().replaceAll(' ', '-')}`,
    rerunCommand: rerunCommand(event, stateMachineArn, executionArn),
    ...originOf(event),
  };
}

function explained(failure: Failure): Pick<Notification, 'reason' | 'remedy'> {
  const reason = shorten(failure.reason, MAX_REASON_CHARACTERS);
  return { reason, remedy: remedyFor({ ...failure, reason }) };
}

function subjectOf({ export: planned, job, import: imported, request, nothingToExport }: NotifyEvent) {
  const status = planned ? job?.status : imported?.status;
  const subject = planned ?? imported ?? { datasetArn: arnIn(request, 'datasetArn'), ...nothingToExport };
  const { datasetArn, datasetType, datasetGroup }: Partial<PlannedExport> = subject;
  const datasetImportJobArn = imported?.datasetImportJobArn ?? arnIn(request, 'datasetImportJobArn');
  return {
    ...(datasetArn && { datasetArn }),
    ...(datasetType && { datasetType }),
    ...(datasetGroup && { datasetGroup }),
    ...(planned && {
      ingestionMode: planned.ingestionMode,
      jobName: planned.jobName,
      path: planned.jobOutput.s3DataDestination.path,
    }),
    ...(job?.datasetExportJobArn && { datasetExportJobArn: job.datasetExportJobArn }),
    ...(datasetImportJobArn && { datasetImportJobArn }),
    ...(status && { status }),
  };
}

/** The ARN in a field of a rejected request, which may be any JSON. */
function arnIn(request: unknown, field: 'datasetArn' | 'datasetImportJobArn'): string | undefined {
  const arn = (Object(request) as Record<string, unknown>)[field];
  return typeof arn === 'string' && arn.length <= MAX_ARN_CHARACTERS && validate(arn) ? arn : undefined;
}

function timesOf({ job, startedAt: executionStartedAt }: NotifyEvent) {
  const startedAt = job?.startedAt ?? job?.queuedAt ?? executionStartedAt;
  const endedAt = job?.endedAt ?? new Date().toISOString();
  return {
    ...(startedAt && { startedAt, durationSeconds: secondsBetween(startedAt, endedAt) }),
    endedAt,
    ...(job?.queuedAt && job.startedAt && { queuedSeconds: secondsBetween(job.queuedAt, job.startedAt) }),
  };
}

/** The origin of a rejected request may be any JSON. */
function originOf({ export: planned, request }: NotifyEvent): Pick<Notification, 'origin'> {
  const origin = planned?.origin ?? (request as { origin?: unknown } | null | undefined)?.origin;
  if (origin === null || typeof origin !== 'object') return {};
  const entries = Object.entries(origin)
    .filter(([, value]) => typeof value === 'string')
    .slice(0, MAX_ORIGIN_FIELDS);
  const short = entries.map(([name, value]) => [
    shorten(name, MAX_ORIGIN_CHARACTERS),
    shorten(value, MAX_ORIGIN_CHARACTERS),
  ]);
  return short.length > 0 ? { origin: Object.fromEntries(short) } : {};
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

const CONSOLES: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

function consoleUrl(executionArn: string): string {
  const { partition, region } = parse(executionArn);
  return `https://${region}.${CONSOLES[partition] ?? CONSOLES.aws}/states/home?region=${region}#/v2/executions/details/${encodeURI(executionArn)}`;
}
