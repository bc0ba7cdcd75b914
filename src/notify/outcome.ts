import type { CaughtError, ImportState, Job, NotifyEvent } from '../state.ts';

/** How an export ended: the attribute `outcome` of the notification. `STATUS UNKNOWN`: a job was requested, but whether it
 * exists or how it ended can't be read. */
export type Outcome =
  | 'ACTIVE'
  | 'CREATE FAILED'
  | 'TIMED OUT'
  | 'REJECTED'
  | 'IMPORT FAILED'
  | 'NOTHING TO EXPORT'
  | 'STATUS UNKNOWN';

interface Ending {
  outcome: Outcome;
  /** Why it did not end as ACTIVE, mostly in the words of the service or of the error. */
  reason?: string;
}

/** Determines the outcome, from the state of an execution. */
export function endingOf(event: NotifyEvent): Ending {
  const { export: planned, job, createError, error } = event;
  if (!planned) return endingWithoutExport(event);
  if (error) return { outcome: 'STATUS UNKNOWN', reason: unreadable(error, createError) };
  if (createError && job?.phase === 'absent') return endingByCreation(createError);
  return endingByJob(job ?? { phase: 'absent' });
}

function endingWithoutExport({ error, nothingToExport, import: imported }: NotifyEvent): Ending {
  if (error) return { outcome: 'REJECTED', reason: reasonOf(error) };
  if (nothingToExport) return { outcome: 'NOTHING TO EXPORT', reason: nothingToExport.reason };
  return endingByImport(imported);
}

/** No job was found. But if the creation failed because a job exists, its status is unknown. */
function endingByCreation(createError: CaughtError): Ending {
  const outcome = createError.Error === 'JobUnreadableError' ? 'STATUS UNKNOWN' : 'CREATE FAILED';
  return { outcome, reason: reasonOf(createError) };
}

function unreadable(error: CaughtError, createError: CaughtError | undefined): string {
  const reason = reasonOf(error);
  return createError ? `${reasonOf(createError)} Whether the job exists can't be read: ${reason}` : reason;
}

/** The name of an error and its message. */
export function reasonOf(error: CaughtError): string {
  return [error.Error, messageOf(error)].filter(Boolean).join(': ');
}

function endingByJob({ phase, status, failureReason, datasetExportJobArn }: Job): Ending {
  if (phase === 'succeeded') return { outcome: 'ACTIVE' };
  if (phase === 'failed')
    return { outcome: 'CREATE FAILED', reason: failureReason ?? 'Personalize gave no failureReason.' };
  const reason = datasetExportJobArn
    ? `The job did not end before the deadline. Its status was ${status}. Personalize can't stop a job.`
    : `No job could be created before the deadline. The last response was ${failureReason ?? 'none'}`;
  return { outcome: 'TIMED OUT', reason };
}

function endingByImport(imported?: ImportState): Ending {
  if (imported?.phase === 'timed-out') {
    return {
      outcome: 'TIMED OUT',
      reason: `The import did not end before the deadline. Its status was ${imported.status}.`,
    };
  }
  return { outcome: 'IMPORT FAILED', reason: imported?.failureReason ?? 'Personalize gave no failureReason.' };
}

/** The cause of a function's error is JSON from Lambda. Errors of Step Functions have a plain text, or no cause. */
function messageOf({ Cause = '' }: CaughtError): string {
  try {
    const { errorMessage } = JSON.parse(Cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : Cause;
  } catch {
    return Cause;
  }
}
