import type { HistoryEvent } from 'local-aws';

/** What one execution used, by its history. */
export interface Counts {
  /** What Step Functions bills: each state entered, in the iterations of a Map too, and each retry. */
  transitions: number;
  /** History events; an execution can have 25,000. */
  events: number;
  /** Invocations of Lambda functions. */
  invocations: number;
  /** Invocations that describe a job. */
  polls: number;
}

const POLLING_STATES = ['DescribeExportJob', 'DescribeImportJob'];

/** Counts what is billed in the history of an execution.
 * Source: AWS Step Functions pricing: "a state transition is counted each time a step of your workflow is executed", and
 * retries count too. */
export function countsOf(history: HistoryEvent[]): Counts {
  const entered = history.filter(({ type }) => type.endsWith('StateEntered'));
  const tasks = entered.filter(({ type }) => type === 'TaskStateEntered');
  const attempts = history.filter(({ type }) => type === 'LambdaFunctionScheduled').length;
  const retries = attempts - tasks.length;
  const taskNames = tasks.map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? '');
  return {
    transitions: entered.length + retries,
    events: history.length,
    invocations: attempts,
    polls: taskNames.filter((name) => POLLING_STATES.includes(name)).length,
  };
}
