import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Job } from '../state.ts';
import type { Notification } from './notification.ts';

const metrics = new Metrics({ namespace: 'PersonalizeDatasetExport', serviceName: 'personalize-dataset-export' });

/** Writes how one export went to the log, from which CloudWatch makes metrics (EMF), by `stateMachine` and `outcome`:
 * `Exports`; of those with a job `Duration`, `QueueWait` and `DetectionLag` (from the job's end to now) in seconds, and
 * `Polls`. */
export function countExport(
  { outcome, executionArn, durationSeconds, queuedSeconds, endedAt }: Notification,
  job: Job | undefined,
): void {
  const [, , , , , , stateMachine = ''] = executionArn.split(':');
  metrics.addDimension('stateMachine', stateMachine).addDimension('outcome', outcome);
  metrics.addMetric('Exports', MetricUnit.Count, 1);
  if (job?.datasetExportJobArn) {
    metrics.addMetric('Duration', MetricUnit.Seconds, durationSeconds ?? 0);
    metrics.addMetric('QueueWait', MetricUnit.Seconds, queuedSeconds ?? 0);
    metrics.addMetric('DetectionLag', MetricUnit.Seconds, Math.max(0, (Date.now() - Date.parse(endedAt)) / 1000));
    metrics.addMetric('Polls', MetricUnit.Count, job.polls ?? 0);
  }
  metrics.publishStoredMetrics();
}
