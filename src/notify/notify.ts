import type { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { sns } from '../lambda/clients.ts';
import {
  CAUSE_CHARACTERS,
  MAX_SUMMARY_REASON_CHARACTERS,
  OUTPUT_REASON_CHARACTERS,
  OUTPUT_REMEDY_CHARACTERS,
} from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';
import { cut } from '../lambda/shorten.ts';
import type { NotifyEvent } from '../state.ts';
import type { ExportedFiles } from './exported-files.ts';
import { type Deployment, type Notification, notificationOf } from './notification.ts';
import { subjectFor, textFor } from './notification-text.ts';

interface NotifySettings extends Deployment {
  topicArn: string;
}

/** The part of a notification that becomes the output of the execution. */
export type OutcomeSummary = Pick<
  Notification,
  | 'outcome'
  | 'datasetArn'
  | 'datasetExportJobArn'
  | 'datasetImportJobArn'
  | 'path'
  | 'reason'
  | 'remedy'
  | 'verification'
  | 'rows'
  | 'manifest'
> & { succeeded: boolean; summary?: Summary };

type Summary = Pick<Notification, 'outcome' | 'datasetArn' | 'reason'>;

/** Publishes one message to the topic: a text for e-mail, the JSON document for every other protocol.
 * @returns the outcome in short */
export async function notify(
  event: NotifyEvent,
  { topicArn, ...deployment }: NotifySettings,
  clients: { sns: SNSClient; s3?: S3Client } = { sns },
): Promise<OutcomeSummary> {
  const files =
    event.export && event.job?.phase === 'succeeded' && !event.error
      ? await listFiles(event.export.jobOutput.s3DataDestination.path, clients.s3)
      : undefined;
  const notification = notificationOf(event, deployment, files);
  const document = JSON.stringify(notification);
  await clients.sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: subjectFor(notification),
      MessageStructure: 'json',
      Message: JSON.stringify({ default: document, email: textFor(notification) }),
      MessageAttributes: attributesOf(notification),
    }),
  );
  const { outcome, datasetArn, datasetExportJobArn, datasetImportJobArn, path, reason } = notification;
  const { verification, rows, manifest, remedy } = notification;
  logger.info('notified', { outcome, datasetArn, datasetExportJobArn, files: files?.count, verification });
  await count(notification, event);
  return {
    outcome,
    succeeded: outcome === 'ACTIVE' || outcome === 'NOTHING TO EXPORT',
    ...(datasetArn && { datasetArn }),
    ...(datasetExportJobArn && { datasetExportJobArn }),
    ...(datasetImportJobArn && { datasetImportJobArn }),
    ...(path && { path }),
    ...(verification && { verification }),
    ...(rows !== undefined && { rows }),
    ...(manifest && { manifest }),
    ...(reason && {
      reason: event.export ? cut(reason, reasonCharacters(event.export.exportsInExecution)) : reason,
    }),
    ...(remedy && remedy.length <= remedyCharacters(event.export?.exportsInExecution) && { remedy }),
    ...(event.export && { summary: summaryOf(notification, event.export.exportsInExecution) }),
  };
}

/** Loads the metrics after the message was published, so that they don't delay it. If they fail, the message must not be
 * published again. */
async function count(notification: Notification, event: NotifyEvent): Promise<void> {
  try {
    const { countExport } = await import('./export-metrics.ts');
    countExport(notification, event);
  } catch (error) {
    logger.warn('metrics not written', { errorName: (error as Error).name });
  }
}

function reasonCharacters(exportsInExecution = 1): number {
  return Math.min(MAX_SUMMARY_REASON_CHARACTERS, Math.floor(OUTPUT_REASON_CHARACTERS / exportsInExecution));
}

/** A remedy can end with a command, so it is never cut: one that exceeds its share is only in the notification. */
function remedyCharacters(exportsInExecution = 1): number {
  return Math.floor(OUTPUT_REMEDY_CHARACTERS / exportsInExecution);
}

/** What the cause of a failed execution says about this export: its share of the 32,768 characters. */
function summaryOf({ outcome, datasetArn, reason }: Notification, exportsInExecution = 1): Summary {
  const summary = { outcome, ...(datasetArn && { datasetArn }) };
  const left = Math.floor(CAUSE_CHARACTERS / exportsInExecution) - JSON.stringify(summary).length - 15;
  // Other characters would be escaped, and then take up to six times the space. One interpreter escapes everything that is
  // not ASCII.
  const plain = cut(
    (reason ?? '').replace(/[^ !#-[\]-~]+/g, ' '),
    Math.max(0, Math.min(MAX_SUMMARY_REASON_CHARACTERS, left)),
  );
  return plain ? { ...summary, reason: plain } : summary;
}

/** Loads S3's client, which only an export that succeeded needs. */
async function listFiles(path: string, client: S3Client | undefined): Promise<ExportedFiles | undefined> {
  const { listExportedFiles } = await import('./exported-files.ts');
  return await listExportedFiles(path, client);
}

/** For filter policies of subscriptions. Only for an export that passed is it known whether the data changed. */
function attributesOf({ outcome, datasetType, datasetGroup, verification, unchanged }: Notification) {
  const change = verification === 'PASSED' ? String(unchanged ?? false) : undefined;
  const attributes = { outcome, datasetType, datasetGroup, verification, unchanged: change };
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, StringValue]) =>
      StringValue ? [[name, { DataType: 'String', StringValue }]] : [],
    ),
  );
}
