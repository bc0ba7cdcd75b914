import { statesOf } from './graph.ts';
import { type ConsoleKnowledge, known, parsed } from './knowledge.ts';
import type { ExecutionDetail, ExecutionSummary, Message, StateData } from './page/model.ts';
import type { ConsoleSources, ExecutionRecord } from './sources.ts';
import { timelineOf } from './timeline.ts';

export interface ExecutionViews {
  /** The newest first. */
  list(messages: readonly Message[]): ExecutionSummary[];
  detail(arn: string, messages: readonly Message[]): ExecutionDetail | undefined;
  /** What a state was given and returned. @param enteredId the id of the event of its entry */
  data(arn: string, enteredId: number): StateData | undefined;
}

type About = Pick<ExecutionSummary, 'trigger' | 'subjects'>;

export function executionViews(
  sources: Pick<ConsoleSources, 'executions' | 'machines'>,
  knowledge: ConsoleKnowledge,
): ExecutionViews {
  const about = new WeakMap<ExecutionRecord, About>();
  const find = (arn: string) => sources.executions().find(({ description }) => description.executionArn === arn);
  const summarize = (execution: ExecutionRecord, messages: readonly Message[]) => {
    const facts = about.get(execution) ?? aboutOf(execution, knowledge);
    about.set(execution, facts);
    return summaryOf(execution, facts, messages);
  };
  return {
    list: (messages) => {
      const byExecution = Map.groupBy(messages, ({ explanation }) => explanation?.executionArn);
      return sources
        .executions()
        .map((execution) => summarize(execution, byExecution.get(execution.description.executionArn) ?? []))
        .sort((a, b) => b.start - a.start);
    },
    detail(arn, messages) {
      const execution = find(arn);
      if (!execution) return undefined;
      const { stateMachineArn, input, output, cause } = execution.description;
      const machine = sources.machines().find((one) => one.stateMachineArn === stateMachineArn);
      const states = machine ? statesOf(machine.definition) : new Map();
      const labelOf = (text: string | undefined) => known(() => knowledge.lane?.(parsed(text)));
      return {
        ...summarize(execution, messages),
        ...{ machineArn: stateMachineArn, input, now: Date.now() },
        ...(output !== undefined && { output }),
        ...(cause !== undefined && { cause }),
        ...timelineOf(execution.events, states, labelOf),
        explanations: explanationsOf(arn, messages),
      };
    },
    data(arn, enteredId) {
      const execution = find(arn);
      return execution && dataOf(execution, enteredId);
    },
  };
}

function aboutOf({ description }: ExecutionRecord, knowledge: ConsoleKnowledge): About {
  const { trigger, subjects = [] } = known(() => knowledge.execution?.(parsed(description.input))) ?? {};
  return { subjects, ...(trigger !== undefined && { trigger }) };
}

function summaryOf(
  { description, events }: ExecutionRecord,
  about: About,
  messages: readonly Message[],
): ExecutionSummary {
  const { executionArn: arn, stateMachineArn, name, status, startDate, stopDate, error, cause } = description;
  const explained = messages.filter(({ explanation }) => explanation?.executionArn === arn);
  const reason = explained.find(({ explanation }) => explanation?.failed)?.explanation?.reason ?? cause;
  const subjects = explained.flatMap(({ explanation }) => explanation?.subject ?? []);
  return {
    ...{ arn, name, machine: stateMachineArn.split(':').pop() ?? '', status, start: startDate * 1000 },
    ...(stopDate !== undefined && { end: stopDate * 1000 }),
    ...about,
    ...(subjects.length > 0 && { subjects: [...new Set(subjects)] }),
    ...(error !== undefined && { error }),
    ...(status !== 'SUCCEEDED' && status !== 'RUNNING' && reason && { reason }),
    events: events.length,
  };
}

function explanationsOf(arn: string, messages: readonly Message[]): ExecutionDetail['explanations'] {
  return messages.flatMap(({ id, explanation }) =>
    explanation?.executionArn === arn ? [{ ...explanation, messageId: id }] : [],
  );
}

function dataOf({ events }: ExecutionRecord, enteredId: number): StateData | undefined {
  const { stateEnteredEventDetails: entered } = events[enteredId - 1] ?? {};
  if (!entered) return undefined;
  // A state is left in its own lane, so the chain of the events that follow it leads there.
  const following = new Set([enteredId]);
  for (const { id, previousEventId, stateExitedEventDetails: exited } of events.slice(enteredId)) {
    if (!following.has(previousEventId)) continue;
    following.add(id);
    if (exited === undefined || exited.name !== entered.name) continue;
    return { ...dataText('input', entered.input), ...dataText('output', exited.output) };
  }
  return dataText('input', entered.input);
}

const dataText = (member: 'input' | 'output', text: string | undefined) =>
  text === undefined ? {} : { [member]: text };
