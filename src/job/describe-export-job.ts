import { DescribeDatasetExportJobCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import { personalize } from '../lambda/clients.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { DescribeExportJobEvent, Job } from '../state.ts';
import { findExportJob } from './adopt-export-job.ts';
import { describedJob } from './export-phase.ts';

/** How the export job stands: the next value of `$.job`. Of a creation that failed nobody knows yet whether the service
 * acted: its job is looked for by its name. */
export async function describeExportJob(
  event: DescribeExportJobEvent,
  pollBounds: PollBounds,
  client: PersonalizeClient = personalize,
): Promise<Job> {
  const { export: planned, job } = event;
  const { datasetExportJobArn, startedAt } = job;
  if (!datasetExportJobArn || !startedAt) {
    return (await findExportJob(event, pollBounds, client)) ?? { ...job, phase: 'absent' };
  }
  const { datasetExportJob } = await client.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }));
  return describedJob(datasetExportJob, { ...job, datasetExportJobArn, startedAt }, planned, pollBounds);
}
