import {
  type DatasetExportJob,
  DescribeDatasetExportJobCommand,
  type PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { JobNameTakenError, JobUnreadableError } from '../lambda/errors.ts';
import { logger } from '../lambda/logger.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { CreateExportJobEvent, Job, PlannedExport } from '../state.ts';
import { exportJobArn } from './export-job-arn.ts';
import { describedJob } from './export-phase.ts';

/** The job that is there under the planned name: the next value of `$.job`.
 * @throws JobNameTakenError when it is another export; the SDK's error when it can't be looked at. */
export async function adoptExportJob(
  { export: planned, job }: CreateExportJobEvent,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<Job> {
  const datasetExportJobArn = exportJobArn(planned);
  const { datasetExportJob } = await client.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }));
  if (!datasetExportJob?.status) {
    throw new JobUnreadableError(`${datasetExportJobArn} exists, but Personalize described it without a status.`);
  }
  refuseAnotherExport(datasetExportJob, planned, datasetExportJobArn);
  logger.info('export job adopted', { datasetExportJobArn, status: datasetExportJob.status });
  const { queuedAt, polls = 0 } = job ?? {};
  const startedAt = (datasetExportJob.creationDateTime ?? new Date()).toISOString();
  const adopted = { datasetExportJobArn, startedAt, pastSeconds: [], ...(queuedAt && { queuedAt }), polls };
  return { ...describedJob(datasetExportJob, adopted, planned, pollBounds), adopted: true };
}

/** The same, of a job that may be there or not: an attempt to create it may have acted, though its answer was lost.
 * @returns undefined where no job of this name is there, or another export's. */
export async function findExportJob(
  event: CreateExportJobEvent,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<Job | undefined> {
  return await adoptExportJob(event, pollBounds, client).catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException' || error instanceof JobNameTakenError) return undefined;
    throw error;
  });
}

function refuseAnotherExport(existing: DatasetExportJob, planned: PlannedExport, datasetExportJobArn: string): void {
  const path = (job: Pick<DatasetExportJob, 'jobOutput'>) =>
    job.jobOutput?.s3DataDestination?.path?.replace(/\/*$/, '/');
  const differing = [
    ['datasetArn', existing.datasetArn, planned.datasetArn],
    ['jobOutput.s3DataDestination.path', path(existing), path(planned)],
    ['ingestionMode', existing.ingestionMode ?? 'PUT', planned.ingestionMode],
  ].filter(([, theirs, ours]) => theirs !== ours);
  if (differing.length === 0) return;
  const differences = differing.map(([field, theirs, ours]) => `${field} ${theirs} there, ${ours} here`).join('; ');
  throw new JobNameTakenError(
    `jobName: ${planned.jobName} is taken by ${datasetExportJobArn}, which is another export than the one asked for of ${planned.datasetArn}: ${differences}. Choose another jobName, or leave it out.`,
  );
}
