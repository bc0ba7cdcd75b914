import { CreateDatasetExportJobCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import { personalize, personalizeOnce } from '../lambda/clients.ts';
import { JobNameTakenError, JobUnreadableError, TransientError } from '../lambda/errors.ts';
import { isRetryable, isThrottled } from '../lambda/is-retryable.ts';
import { logger } from '../lambda/logger.ts';
import { pastExportSeconds } from '../poll/export-history.ts';
import { nextWaitSeconds } from '../poll/next-wait.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { CreateExportJobEvent, Job, PlannedExport } from '../state.ts';
import { adoptExportJob, findExportJob } from './adopt-export-job.ts';
import { exportJobArn } from './export-job-arn.ts';

interface Clients {
  creating: PersonalizeClient;
  reading: PersonalizeClient;
}

/** Creates the planned export job: the next value of `$.job`. If the quota is full or the dataset is in use, the job is
 * queued. If a job has this name and is the same export, that job is followed instead.
 * @throws JobNameTakenError if the name belongs to another export, or to an older job. */
export async function createExportJob(
  event: CreateExportJobEvent,
  pollBounds: PollBounds,
  clients: Clients = { creating: personalizeOnce, reading: personalize },
): Promise<Job> {
  const { export: planned, job } = event;
  const { queuedAt, polls = 0 } = job ?? {};
  const queued = queuedAt ? { queuedAt } : {};
  if (Date.now() >= Date.parse(planned.deadline)) {
    const late = { ...job, phase: 'timed-out' as const, endedAt: new Date().toISOString() };
    return (await findExportJob(event, pollBounds, clients.reading)) ?? late;
  }
  try {
    const datasetExportJobArn = await create(planned, clients.creating);
    return { ...(await createdJob(datasetExportJobArn, planned, polls, pollBounds, clients.reading)), ...queued };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'LimitExceededException' || name === 'ResourceInUseException') {
      return queuedJob(
        { reason: `${name}: ${message}`, queuedAt: new Date().toISOString(), ...queued, polls: polls + 1 },
        planned,
        pollBounds,
      );
    }
    return await existingJob(error as Error, event, pollBounds, clients.reading);
  }
}

/** The job that already exists, or that the failed call created.
 * @throws `error` if no job is known to exist */
async function existingJob(
  error: Error,
  event: CreateExportJobEvent,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<Job> {
  if (error.name === 'ResourceAlreadyExistsException') {
    const found = await adoptExportJob(event, pollBounds, client).catch(sayingThatItExists(event.export));
    return isNameOfThisExecution(event.export) ? found : { ...found, adopted: true };
  }
  if (!mayHaveActed(error)) throw error;
  // Found now, the job is known to be this execution's. A retry could not tell it from the job of another request.
  const created = await findExportJob(event, pollBounds, client).catch(() => undefined);
  if (!created) throw error;
  return created;
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
  polls: number,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<Job> {
  const startedAt = new Date().toISOString();
  logger.info('export job created', { datasetExportJobArn, datasetArn: planned.datasetArn });
  const pastSeconds = await pastExportSeconds(planned.datasetArn, client);
  const { deadline, exportsInExecution } = planned;
  const waitSeconds = nextWaitSeconds(
    { phase: 'pending', since: startedAt, deadline, pastSeconds, polls, exportsInExecution },
    pollBounds,
  );
  return {
    phase: 'pending',
    datasetExportJobArn,
    status: 'CREATE PENDING',
    startedAt,
    pastSeconds,
    waitSeconds,
    polls,
  };
}

function queuedJob(
  { reason, queuedAt, polls }: { reason: string; queuedAt: string; polls: number },
  planned: PlannedExport,
  pollBounds: PollBounds,
): Job {
  const { datasetArn, jobName, deadline, exportsInExecution } = planned;
  const waitSeconds = nextWaitSeconds(
    { phase: 'queued', since: queuedAt, deadline, polls, exportsInExecution },
    pollBounds,
  );
  logger.info('export job queued', { datasetArn, jobName, reason, waitSeconds });
  return { phase: 'queued', failureReason: reason, queuedAt, waitSeconds, polls };
}

/** A generated name follows from the execution, so only an earlier attempt of this execution can have used it. */
function isNameOfThisExecution({ given }: PlannedExport): boolean {
  return given !== undefined && !given.includes('jobName');
}

/** Whether the service may have carried out a call that failed. */
function mayHaveActed(error: Error): boolean {
  return isRetryable(error) && !isThrottled(error);
}

/** Personalize answered that the job exists. If it can't be described, never report it as absent. */
function sayingThatItExists(planned: PlannedExport): (error: Error) => never {
  const datasetExportJobArn = exportJobArn(planned);
  return (error) => {
    if (error instanceof JobNameTakenError || error instanceof JobUnreadableError) throw error;
    const message = `${datasetExportJobArn} exists, but can't be described: ${error.name}: ${error.message}`;
    throw isRetryable(error)
      ? new TransientError(message, { cause: error })
      : new JobUnreadableError(message, { cause: error });
  };
}
