import { DescribeDatasetExportJobCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import { personalize } from './clients.ts';
import { describedJob } from './export-phase.ts';
import type { PollBounds } from './polling.ts';
import type { DescribeExportJobEvent, Job } from './state.ts';

/** How the export job stands: the next value of `$.job`. */
export async function describeExportJob(
  { export: planned, job }: DescribeExportJobEvent,
  pollBounds: PollBounds,
  client: PersonalizeClient = personalize,
): Promise<Job> {
  const { datasetExportJobArn } = job;
  const { datasetExportJob } = await client.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }));
  return describedJob(datasetExportJob, job, planned, pollBounds);
}
