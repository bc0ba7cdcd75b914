import {
  CreateDatasetExportJobCommand,
  type DatasetExportJob,
  DescribeDatasetExportJobCommand,
  type PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { canHeal } from './can-heal.ts';
import { personalize, personalizeOnce } from './clients.ts';
import { JobNameTakenError, JobUnreadableError, TransientError } from './errors.ts';
import { pastExportSeconds } from './export-history.ts';
import { exportJobArn } from './export-job-arn.ts';
import { describedJob } from './export-phase.ts';
import { withinHistory } from './history-budget.ts';
import { logger } from './logger.ts';
import { nextWaitSeconds, type PollBounds, queueWaitSeconds } from './polling.ts';
import type { CreateExportJobEvent, Job, PlannedExport } from './state.ts';

interface Clients {
  creating: PersonalizeClient;
  reading: PersonalizeClient;
}

/** Creates the planned export job: the next value of `$.job`. A full quota and a dataset in use are no errors but a
 * queue; a job that is there already under this name is adopted if it is the same export.
 * @throws JobNameTakenError when the name belongs to another export. */
export async function createExportJob(
  event: CreateExportJobEvent,
  pollBounds: PollBounds,
  clients: Clients = { creating: personalizeOnce, reading: personalize },
): Promise<Job> {
  const { export: planned, job } = event;
  const looks = job?.looks ?? 0;
  if (Date.now() >= Date.parse(planned.deadline)) {
    const late = { ...job, phase: 'timed-out' as const, endedAt: new Date().toISOString() };
    return (await createdBefore(event, pollBounds, clients.reading)) ?? late;
  }
  try {
    const datasetExportJobArn = await create(planned, clients.creating);
    return {
      ...(await createdJob(datasetExportJobArn, planned, pollBounds, clients.reading)),
      ...queuedOf(job),
      looks,
    };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'LimitExceededException' || name === 'ResourceInUseException') {
      return queuedJob(
        { reason: `${name}: ${message}`, queuedAt: new Date().toISOString(), ...queuedOf(job), looks: looks + 1 },
        planned,
        pollBounds,
      );
    }
    if (name === 'ResourceAlreadyExistsException') {
      return await adoptJob(event, pollBounds, clients.reading);
    }
    const created = wasRefused(error as Error) && (await createdBefore(event, pollBounds, clients.reading));
    if (created) return created;
    throw error;
  }
}

/** Since when the job has waited to be created, where it has. */
function queuedOf(job: Job | undefined): Pick<Job, 'queuedAt'> {
  return job?.queuedAt ? { queuedAt: job.queuedAt } : {};
}

async function create(
  { datasetArn, jobName, roleArn, jobOutput, ingestionMode, tags }: PlannedExport,
  client: PersonalizeClient,
) {
  const { datasetExportJobArn } = await client.send(
    new CreateDatasetExportJobCommand({
      datasetArn,
      jobName,
      roleArn,
      jobOutput,
      ingestionMode,
      ...(tags?.length && { tags }),
    }),
  );
  return datasetExportJobArn ?? exportJobArn({ datasetArn, jobName });
}

async function createdJob(
  datasetExportJobArn: string,
  planned: PlannedExport,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<Job> {
  const startedAt = new Date().toISOString();
  logger.info('export job created', { datasetExportJobArn, datasetArn: planned.datasetArn });
  const pastSeconds = await pastExportSeconds(planned.datasetArn, client);
  const remainingSeconds = (Date.parse(planned.deadline) - Date.now()) / 1000;
  const waitSeconds = nextWaitSeconds({ elapsedSeconds: 0, remainingSeconds, pastSeconds }, pollBounds);
  return {
    phase: 'pending',
    datasetExportJobArn,
    status: 'CREATE PENDING',
    startedAt,
    pastSeconds,
    waitSeconds,
  };
}

function queuedJob(
  { reason, queuedAt, looks }: { reason: string; queuedAt: string; looks: number },
  planned: PlannedExport,
  pollBounds: PollBounds,
): Job {
  const now = Date.now();
  const waits = {
    elapsedSeconds: (now - Date.parse(queuedAt)) / 1000,
    remainingSeconds: (Date.parse(planned.deadline) - now) / 1000,
  };
  const wait = queueWaitSeconds(waits, pollBounds, Math.random());
  const waitSeconds = withinHistory(wait, waits, planned.exportsInExecution ?? 1, looks);
  logger.info('export job queued', { datasetArn: planned.datasetArn, jobName: planned.jobName, reason, waitSeconds });
  return { phase: 'queued', failureReason: reason, queuedAt, waitSeconds, looks };
}

async function adoptJob(
  { export: planned, job }: CreateExportJobEvent,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<Job> {
  const datasetExportJobArn = exportJobArn(planned);
  const { datasetExportJob } = await client
    .send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }))
    .catch(sayingThatItExists(datasetExportJobArn));
  if (!datasetExportJob?.status) {
    throw new JobUnreadableError(`${datasetExportJobArn} exists, but Personalize described it without a status.`);
  }
  refuseAnotherExport(datasetExportJob, planned, datasetExportJobArn);
  logger.info('export job adopted', { datasetExportJobArn, status: datasetExportJob.status });
  const startedAt = (datasetExportJob.creationDateTime ?? new Date()).toISOString();
  const adopted = { datasetExportJobArn, startedAt, pastSeconds: [], ...queuedOf(job), looks: job?.looks ?? 0 };
  return { ...describedJob(datasetExportJob, adopted, planned, pollBounds), adopted: true };
}

/** Whether the call was answered, and with a no: after a cut one the next attempt finds out. */
function wasRefused(error: Error): boolean {
  return !canHeal(error) || /Throttl|TooManyRequests/.test(error.name);
}

/** An attempt before this one may have created the job, though its answer was lost: nobody may be told that there is none. */
async function createdBefore(event: CreateExportJobEvent, pollBounds: PollBounds, client: PersonalizeClient) {
  return await adoptJob(event, pollBounds, client).catch(() => undefined);
}

/** Create said that the job exists: where it can't be looked at, nobody may be told that there is none. */
function sayingThatItExists(datasetExportJobArn: string): (error: Error) => never {
  return (error) => {
    const message = `${datasetExportJobArn} exists, but can't be looked at: ${error.name}: ${error.message}`;
    throw canHeal(error)
      ? new TransientError(message, { cause: error })
      : new JobUnreadableError(message, { cause: error });
  };
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
