import type { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { s3, sns } from './clients.ts';
import { listExportedFiles } from './exported-files.ts';
import { logger } from './logger.ts';
import { type Notification, notificationOf } from './notification.ts';
import { subjectFor, textFor } from './notification-text.ts';
import type { NotifyEvent } from './state.ts';

interface NotifySettings {
  topicArn: string;
  stateMachineArn: string;
}

/** What stays of a dataset in the execution's output; the rest is in the notification. */
export type OutcomeSummary = Pick<
  Notification,
  'outcome' | 'datasetArn' | 'datasetExportJobArn' | 'datasetImportJobArn' | 'path' | 'reason'
> & { succeeded: boolean };

/** Of a dataset's reason in the execution's output: many datasets share the 256 KB of its state. */
const MAX_SUMMARY_REASON = 500;

/** Publishes how one export ended, once, to the topic: text for e-mail, the document for everything else.
 * @returns the short outcome of this dataset. */
export async function notify(
  event: NotifyEvent,
  { topicArn, stateMachineArn }: NotifySettings,
  clients: { sns: SNSClient; s3: S3Client } = { sns, s3 },
): Promise<OutcomeSummary> {
  const files =
    event.export && event.job?.phase === 'succeeded' && !event.error
      ? await listExportedFiles(event.export.jobOutput.s3DataDestination.path, clients.s3)
      : undefined;
  const notification = notificationOf(event, stateMachineArn, files);
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
  logger.info('notified', { outcome, datasetArn, datasetExportJobArn, files: files?.count });
  return {
    outcome,
    succeeded: outcome === 'ACTIVE',
    ...(datasetArn && { datasetArn }),
    ...(datasetExportJobArn && { datasetExportJobArn }),
    ...(datasetImportJobArn && { datasetImportJobArn }),
    ...(path && { path }),
    ...(reason && { reason: event.export ? reason.slice(0, MAX_SUMMARY_REASON) : reason }),
  };
}

/** For filter policies of subscriptions. */
function attributesOf({ outcome, datasetType, datasetGroup }: Notification) {
  const attributes = { outcome, datasetType, datasetGroup };
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, StringValue]) =>
      StringValue ? [[name, { DataType: 'String', StringValue }]] : [],
    ),
  );
}
