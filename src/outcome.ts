import type { CaughtError, ImportState, Job, NotifyEvent } from './state.ts';

/** How an export ended, as the notification's attribute `outcome` says it. `STATUS UNKNOWN`: a job was created, but what
 * became of it can't be read. */
export type Outcome = 'ACTIVE' | 'CREATE FAILED' | 'TIMED OUT' | 'REJECTED' | 'IMPORT FAILED' | 'STATUS UNKNOWN';

interface Ending {
  outcome: Outcome;
  /** Why, where it is not ACTIVE; the service's or the error's own words. */
  reason?: string;
}

/** Errors after which nobody knows whether Personalize created the job: the call was sent, and no answer came. A
 * throttled call was answered, so nothing was created. */
const MAY_HAVE_ACTED =
  /^(?!TransientError: (Throttling|TooManyRequests))(JobUnreadableError|TransientError|Sandbox\.Timedout|Runtime\.ExitError|States\.Timeout|Lambda\.(Unknown|SdkClientException|ClientExecutionTimeoutException))/;

/** The one place that decides what is told: from the state of an execution to an outcome. */
export function endingOf({ export: planned, job, import: imported, error }: NotifyEvent): Ending {
  if (error) return endingByError(error, planned !== undefined, job);
  if (planned && job) return endingByJob(job);
  return endingByImport(imported);
}

function endingByError(error: CaughtError, isPlanned: boolean, job?: Job): Ending {
  const reason = [error.Error, messageOf(error)].filter(Boolean).join(': ');
  if (!isPlanned) return { outcome: 'REJECTED', reason };
  const mayExist = job?.datasetExportJobArn !== undefined || MAY_HAVE_ACTED.test(reason);
  return { outcome: mayExist ? 'STATUS UNKNOWN' : 'CREATE FAILED', reason };
}

function endingByJob({ phase, failureReason, datasetExportJobArn }: Job): Ending {
  if (phase === 'succeeded') return { outcome: 'ACTIVE' };
  if (phase === 'failed')
    return { outcome: 'CREATE FAILED', reason: failureReason ?? 'Personalize gave no failureReason.' };
  const reason = datasetExportJobArn
    ? 'The job had not ended at the deadline. It can not be stopped and is still running.'
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
