import type { DatasetExportJob } from '@aws-sdk/client-personalize';
import { UnexpectedAnswerError } from '../lambda/errors.ts';
import { MAX_REASON_CHARACTERS } from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';
import { shorten } from '../lambda/shorten.ts';
import { nextWaitSeconds } from '../poll/next-wait.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { Job, PlannedExport } from '../state.ts';
import { phaseOf } from './status.ts';

/** Turns the description of an export job into the next value of `$.job`.
 * @throws UnexpectedAnswerError when the answer holds no status. */
export function describedJob(
  described: DatasetExportJob | undefined,
  job: Omit<Job, 'phase'> & { datasetExportJobArn: string; startedAt: string },
  { deadline, exportsInExecution }: Pick<PlannedExport, 'deadline' | 'exportsInExecution'>,
  pollBounds: PollBounds,
): Job {
  const { datasetExportJobArn, waitSeconds: _, ...known } = job;
  if (!described?.status)
    throw new UnexpectedAnswerError(`Personalize described ${datasetExportJobArn} without a status.`);
  const { status } = described;
  const failureReason = described.failureReason && shorten(described.failureReason, MAX_REASON_CHARACTERS);
  const phase = phaseOf(status, deadline);
  logger.info('export job described', { datasetExportJobArn, status, phase });
  const next = { ...known, datasetExportJobArn, phase, status, polls: (job.polls ?? 0) + 1 };
  if (phase !== 'pending') {
    const endedAt = phase === 'timed-out' ? new Date() : (described.lastUpdatedDateTime ?? new Date());
    return { ...next, ...(failureReason && { failureReason }), endedAt: endedAt.toISOString() };
  }
  const { startedAt: since, pastSeconds } = job;
  const polled = { phase, since, deadline, pastSeconds, polls: next.polls, exportsInExecution };
  return { ...next, waitSeconds: nextWaitSeconds(polled, pollBounds) };
}
