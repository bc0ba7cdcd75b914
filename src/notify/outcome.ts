import type { CaughtError, ImportState, Job, NotifyEvent } from '../state.ts';

/** How an export ended, as the notification's attribute `outcome` says it. `STATUS UNKNOWN`: a job was created, but what
 * became of it can't be read. */
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
  /** Why, where it is not ACTIVE; the service's or the error's own words. */
  reason?: string;
}

/** The one place that decides what is told: from the state of an execution to an outcome. */
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

/** The job was looked for, and is not there; unless the creation was refused because it is. */
function endingByCreation(createError: CaughtError): Ending {
  const outcome = createError.Error === 'JobUnreadableError' ? 'STATUS UNKNOWN' : 'CREATE FAILED';
  return { outcome, reason: reasonOf(createError) };
}

function unreadable(error: CaughtError, createError: CaughtError | undefined): string {
  const reason = reasonOf(error);
  return createError ? `${reasonOf(createError)} Whether the job is there can't be read: ${reason}` : reason;
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
    ? `The job had not ended at the deadline; its status was ${status}. Personalize has no call to stop it.`
    : `No job could be created before the deadline. The last answer was ${failureReason ?? 'none'}`;
  return { outcome: 'TIMED OUT', reason };
}

function endingByImport(imported?: ImportState): Ending {
  if (imported?.phase === 'timed-out') {
    return {
      outcome: 'TIMED OUT',
      reason: `The import had not ended at the deadline; its status was ${imported.status}.`,
    };
  }
  return { outcome: 'IMPORT FAILED', reason: imported?.failureReason ?? 'Personalize gave no failureReason.' };
}

/** Lambda gives a function's error as JSON; Step Functions' own errors have plain text, or no cause at all. */
function messageOf({ Cause = '' }: CaughtError): string {
  try {
    const { errorMessage } = JSON.parse(Cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : Cause;
  } catch {
    return Cause;
  }
}
