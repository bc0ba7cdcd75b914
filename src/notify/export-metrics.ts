import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { NotifyEvent } from '../state.ts';
import type { Notification } from './notification.ts';

const metrics = new Metrics({ namespace: 'PersonalizeDatasetExport', serviceName: 'personalize-dataset-export' });

/** Writes how one export went to the log, from which CloudWatch makes metrics (EMF). By `stateMachine` and `outcome`:
 * `Exports`; of those with a job `Duration`, `QueueWait` and `DetectionLag` (from the job's end until it was noticed) in
 * seconds, and `Polls`. By `stateMachine` and `verification`: `Verifications`. */
export function countExport(notification: Notification, { job, verification }: NotifyEvent): void {
  const { outcome, executionArn, durationSeconds, queuedSeconds, endedAt } = notification;
  const [, , , , , , stateMachine = ''] = executionArn.split(':');
  metrics.addDimension('stateMachine', stateMachine).addDimension('outcome', outcome);
  metrics.addMetric('Exports', MetricUnit.Count, 1);
  if (job?.datasetExportJobArn) {
    const noticedAt = verification ? Date.parse(verification.startedAt) : Date.now();
    metrics.addMetric('Duration', MetricUnit.Seconds, durationSeconds ?? 0);
    metrics.addMetric('QueueWait', MetricUnit.Seconds, queuedSeconds ?? 0);
    metrics.addMetric('DetectionLag', MetricUnit.Seconds, Math.max(0, (noticedAt - Date.parse(endedAt)) / 1000));
    metrics.addMetric('Polls', MetricUnit.Count, job.polls ?? 0);
  }
  metrics.publishStoredMetrics();
  if (!notification.verification) return;
  metrics.addDimension('stateMachine', stateMachine).addDimension('verification', notification.verification);
  metrics.addMetric('Verifications', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
