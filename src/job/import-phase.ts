import type { DatasetImportJob } from '@aws-sdk/client-personalize';
import { UnexpectedAnswerError } from '../lambda/errors.ts';
import { MAX_REASON_CHARACTERS } from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';
import { shorten } from '../lambda/shorten.ts';
import { nextWaitSeconds } from '../poll/next-wait.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { ImportState } from '../state.ts';
import { phaseOf } from './status.ts';

/** Turns the description of an import job into the next value of `$.import`: its phase; while it is pending, the wait until the next poll; and once
 * it is ACTIVE, when it ended: when it was last updated, or else now.
 * @throws UnexpectedAnswerError when the answer holds no status. */
export function importPhase(
  described: DatasetImportJob | undefined,
  imported: Omit<ImportState, 'phase'> & { datasetImportJobArn: string; startedAt: string; deadline: string },
  pollBounds: PollBounds,
): ImportState {
  const { waitSeconds: _, ...known } = imported;
  const { datasetImportJobArn, startedAt, deadline } = known;
  if (!described?.status)
    throw new UnexpectedAnswerError(`Personalize described ${datasetImportJobArn} without a status.`);
  const { status } = described;
  const failureReason = described.failureReason && shorten(described.failureReason, MAX_REASON_CHARACTERS);
  const phase = phaseOf(status, deadline);
  logger.info('import job described', { datasetImportJobArn, status, phase });
  const since = described.creationDateTime?.toISOString() ?? startedAt;
  return {
    ...known,
    phase,
    status,
    ...(failureReason && { failureReason }),
    ...(phase === 'pending' && { waitSeconds: nextWaitSeconds({ phase, since, deadline }, pollBounds) }),
    ...(phase === 'succeeded' && { endedAt: (described.lastUpdatedDateTime ?? new Date()).toISOString() }),
  };
}
