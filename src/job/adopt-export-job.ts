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

/** The job that has the planned name, as the next value of `$.job`.
 * @throws JobNameTakenError if it is another export, or older than the requested data; JobUnreadableError if its
 * description is incomplete; the SDK's error if it can't be described. */
export async function adoptExportJob(
  event: CreateExportJobEvent,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<Job> {
  const { export: planned, job } = event;
  const datasetExportJobArn = exportJobArn(planned);
  const { datasetExportJob } = await client.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }));
  if (!datasetExportJob?.status) throw incomplete(datasetExportJobArn, 'status');
  const { status, creationDateTime } = datasetExportJob;
  refuseAnotherExport(datasetExportJob, planned, datasetExportJobArn);
  if (!creationDateTime) throw incomplete(datasetExportJobArn, 'creationDateTime');
  refuseOlderJob(creationDateTime, event, datasetExportJobArn);
  logger.info('export job found', { datasetExportJobArn, status });
  const { queuedAt, polls = 0 } = job ?? {};
  const startedAt = creationDateTime.toISOString();
  const found = { datasetExportJobArn, startedAt, pastSeconds: [], ...(queuedAt && { queuedAt }), polls };
  return describedJob(datasetExportJob, found, planned, pollBounds);
}

/** Like `adoptExportJob`, but returns undefined if no such job exists, or if the name belongs to another export. An attempt
 * to create a job may have succeeded although its response was lost. */
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

function incomplete(datasetExportJobArn: string, field: string): JobUnreadableError {
  return new JobUnreadableError(`${datasetExportJobArn} exists, but Personalize described it without a ${field}.`);
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
  const differences = differing
    .map(([field, theirs, ours]) => `its ${field} is ${theirs ?? 'not given'}, not ${ours}`)
    .join('; ');
  throw nameTaken(planned, datasetExportJobArn, `another export: ${differences}`);
}

/** An older job has older data: what was imported or put since it was created is not in it. */
function refuseOlderJob(
  createdAt: Date,
  { export: planned, startedAt, import: imported }: CreateExportJobEvent,
  datasetExportJobArn: string,
): void {
  const since = [
    // Personalize may report whole seconds.
    ...(startedAt ? [{ time: Math.floor(Date.parse(startedAt) / 1000) * 1000, what: 'this execution started' }] : []),
    ...(imported?.endedAt ? [{ time: Date.parse(imported.endedAt), what: 'the import ended' }] : []),
  ].find(({ time }) => createdAt.getTime() < time);
  if (!since) return;
  const times = `it was created at ${createdAt.toISOString()}, before ${since.what} at ${new Date(since.time).toISOString()}`;
  throw nameTaken(planned, datasetExportJobArn, `an older job: ${times}, so newer data may be missing from it`);
}

function nameTaken({ jobName }: PlannedExport, datasetExportJobArn: string, why: string): JobNameTakenError {
  return new JobNameTakenError(
    `jobName: ${jobName} is taken by ${datasetExportJobArn}, ${why}. Choose another jobName, or leave it out.`,
  );
}
