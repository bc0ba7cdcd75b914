import { CreateDatasetExportJobCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import { personalize, personalizeOnce } from '../lambda/clients.ts';
import { JobNameTakenError, JobUnreadableError, TransientError } from '../lambda/errors.ts';
import { isRetryable } from '../lambda/is-retryable.ts';
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

/** Creates the planned export job: the next value of `$.job`. A full quota and a dataset in use are no errors but a
 * queue; a job that is there already under this name is adopted if it is the same export.
 * @throws JobNameTakenError when the name belongs to another export. */
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
    if (name === 'ResourceAlreadyExistsException') {
      return await adoptExportJob(event, pollBounds, clients.reading).catch(sayingThatItExists(exportJobArn(planned)));
    }
    throw error;
  }
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

/** Create said that the job exists: where it can't be looked at, nobody may be told that there is none. */
function sayingThatItExists(datasetExportJobArn: string): (error: Error) => never {
  return (error) => {
    if (error instanceof JobNameTakenError || error instanceof JobUnreadableError) throw error;
    const message = `${datasetExportJobArn} exists, but can't be looked at: ${error.name}: ${error.message}`;
    throw isRetryable(error)
      ? new TransientError(message, { cause: error })
      : new JobUnreadableError(message, { cause: error });
  };
}
