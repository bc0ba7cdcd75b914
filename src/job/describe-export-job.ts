import { DescribeDatasetExportJobCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import { personalize } from '../lambda/clients.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { DescribeExportJobEvent, Job } from '../state.ts';
import { findExportJob } from './adopt-export-job.ts';
import { describedJob } from './export-phase.ts';

/** The status of the export job, as the next value of `$.job`. After a failed creation, a job may exist all the same, so it is
 * searched for by its name. */
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
