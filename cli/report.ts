import { plainText } from '../src/lambda/plain-text.ts';
import { causeLines, fromJson, type Outcome, outcomesIn, shortArn, skippedIn } from './outcomes.ts';
import type { Ending } from './progress.ts';
import { elapsed } from './screen.ts';
import type { StartedExecution } from './start.ts';

/** How the execution ended, as one JSON document. */
export function endingDocument({ executionArn, startDate }: StartedExecution, ending: Ending): object {
  const { status, stopDate, error, cause } = ending;
  const output = fromJson(ending.output);
  const outcomes = outcomesOf(ending);
  return { executionArn, status, startDate, stopDate, outcomes, skipped: skippedIn(output), output, error, cause };
}

/** The outcomes from the output. An execution that failed has none, and its cause has only a few fields of each outcome. */
function outcomesOf({ outcomes, output, cause }: Ending): Outcome[] {
  const known = output === undefined && outcomes?.length ? outcomes : outcomesIn(fromJson(output) ?? cause);
  // The summary repeats fields for the cause of a failed execution.
  return known.map(({ summary: _, ...outcome }) => outcome as Outcome);
}

/** The status of an execution as a verb. */
const VERBS: Record<Ending['status'], string> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  ABORTED: 'was aborted',
  TIMED_OUT: 'timed out',
};

/** How the execution ended, for people: one line per dataset, then the status. */
export function endingLines({ startDate }: StartedExecution, ending: Ending): string[] {
  const { status, stopDate, error, cause, output } = ending;
  const outcomes = outcomesOf(ending);
  const rows = outcomes.flatMap(outcomeLines);
  // The reason of this outcome lists what was skipped.
  const isNothing = outcomes.some(({ outcome }) => outcome === 'NOTHING TO EXPORT');
  const skipped = (isNothing ? [] : skippedIn(fromJson(output))).flatMap(
    ({ datasetArn, datasetGroupArn = '', reason = '' }) =>
      indented(`${shortArn(datasetArn ?? datasetGroupArn)}  skipped  ${reason}`),
  );
  const took = elapsed(startDate, stopDate.getTime());
  const how = `${VERBS[status]} after ${took}${error ? `: ${plainText(error)}` : ''}`;
  const causes = outcomes.length > 0 ? [] : causeLines(cause).map((line) => `  ${line}`);
  const nothing = status === 'SUCCEEDED' && rows.length === 0 ? ['There was nothing to export.'] : [];
  const jobs = status === 'ABORTED' || status === 'TIMED_OUT' ? [JOBS_CONTINUE] : [];
  return [...rows, ...skipped, ...nothing, `The execution ${how}`, ...causes, ...jobs];
}

/** Without a notification: the machine was stopped, or ran into its own timeout. */
const JOBS_CONTINUE =
  'Export jobs that it created continue, and no notification follows. Check them before you start another export: aws personalize list-dataset-export-jobs';

function outcomeLines({ outcome, datasetArn, path, reason, remedy, verification }: Outcome): string[] {
  const said = outcome === 'ACTIVE' ? path : (reason ?? path);
  const verified = verification && `verification ${verification}`;
  const line = [datasetArn && shortArn(datasetArn), outcome, verified, said].filter(Boolean).join('  ');
  return indented(remedy ? `${line}\nWhat to do: ${remedy}` : line);
}

/** The lines of a text, indented from the second on. */
function indented(text: string): string[] {
  return text.split('\n').map((line, index) => (index === 0 ? line : `  ${line}`));
}

/** The exit status of a command that watched an execution: 0 only if it succeeded. */
export function exitStatusOf({ status }: Pick<Ending, 'status'>): number {
  return status === 'SUCCEEDED' ? 0 : 1;
}
