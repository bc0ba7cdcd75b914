import { causeLines, fromJson, outcomesIn, shortArn, skippedIn } from './outcomes.ts';
import type { Ending } from './progress.ts';
import { elapsed } from './screen.ts';
import type { StartedExecution } from './start.ts';

/** How the execution ended, as one JSON document. */
export function endingDocument({ executionArn, startDate }: StartedExecution, ending: Ending): object {
  const { status, stopDate, error, cause } = ending;
  const output = fromJson(ending.output);
  const outcomes = outcomesIn(output ?? cause);
  return { executionArn, status, startDate, stopDate, outcomes, skipped: skippedIn(output), output, error, cause };
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
  const outcomes = outcomesIn(fromJson(output) ?? cause);
  const rows = outcomes.flatMap(({ outcome, datasetArn, path, reason, verification }) => {
    const said = outcome === 'ACTIVE' ? path : (reason ?? path);
    const verified = verification && `verification ${verification}`;
    return indented([datasetArn && shortArn(datasetArn), outcome, verified, said].filter(Boolean).join('  '));
  });
  // The reason of this outcome lists what was skipped.
  const isNothing = outcomes.some(({ outcome }) => outcome === 'NOTHING TO EXPORT');
  const skipped = (isNothing ? [] : skippedIn(fromJson(output))).map(
    ({ datasetArn, datasetGroupArn = '', reason = '' }) =>
      `${shortArn(datasetArn ?? datasetGroupArn)}  skipped  ${reason}`,
  );
  const took = elapsed(startDate, stopDate.getTime());
  const how = `${VERBS[status]} after ${took}${error ? `: ${error}` : ''}`;
  const causes = outcomes.length > 0 ? [] : causeLines(cause).map((line) => `  ${line}`);
  const nothing = status === 'SUCCEEDED' && rows.length === 0 ? ['There was nothing to export.'] : [];
  return [...rows, ...skipped, ...nothing, `The execution ${how}`, ...causes];
}

/** The lines of a text, indented from the second on. */
function indented(text: string): string[] {
  return text.split('\n').map((line, index) => (index === 0 ? line : `  ${line}`));
}

/** The exit status of a command that watched an execution: 0 only if it succeeded. */
export function exitStatusOf({ status }: Pick<Ending, 'status'>): number {
  return status === 'SUCCEEDED' ? 0 : 1;
}
