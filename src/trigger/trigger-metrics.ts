import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics({ namespace: 'PersonalizeDatasetExport', serviceName: 'personalize-dataset-export' });

/** Writes to the log, from which CloudWatch makes the metric `ExecutionNamesTaken` by `stateMachine` (EMF), that a name was
 * taken by an execution with another request. */
export function countTakenName(stateMachineArn: string): void {
  metrics.addDimension('stateMachine', stateMachineArn.split(':').pop() ?? '');
  metrics.addMetric('ExecutionNamesTaken', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
