import type { HistoryEvent } from 'local-aws';

/** What an execution costs by its history. */
export interface Counts {
  /** What Step Functions bills: each state entered, those in a Map's iterations too, and each retry. */
  transitions: number;
  /** Of 25,000 that an execution may have. */
  events: number;
  /** Invocations of Lambda functions, by the state that makes them. */
  invocations: Record<string, number>;
  /** Looks at jobs: states that describe one. */
  polls: number;
}

/** Counts in a history what is billed.
 * Source: AWS Step Functions pricing: a transition is counted each time a step is executed, and retries count too. */
export function countsOf(history: HistoryEvent[]): Counts {
  const entered = history.filter(({ type }) => type.endsWith('StateEntered'));
  const attempts = history.filter(({ type }) => type === 'LambdaFunctionScheduled');
  const tasks = entered.filter(({ type }) => type === 'TaskStateEntered');
  const invocations: Record<string, number> = {};
  for (const { stateEnteredEventDetails } of tasks) {
    const name = stateEnteredEventDetails?.name ?? '';
    invocations[name] = (invocations[name] ?? 0) + 1;
  }
  return {
    transitions: entered.length + (attempts.length - tasks.length),
    events: history.length,
    invocations,
    polls: (invocations.DescribeExportJob ?? 0) + (invocations.DescribeImportJob ?? 0),
  };
}
