import { setImmediate as macrotask } from 'node:timers/promises';
import { ExecutionTimeoutError } from 'aws-local-stepfunctions';
import type { InvokeFunction } from '../protocols/invoke-function.ts';
import type { PreparedDefinition } from './definition.ts';
import { type EventSink, startEngine } from './engine.ts';
import { createHistory, type HistoryEvent, historyLimit, type NewEvent, notTruncated, payloadText } from './history.ts';
import { dataLimitExceeded, lambdaTask, payloadLimit, TaskError } from './lambda-task.ts';
import { createRecorder, type Recorder } from './recorder.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution as `DescribeExecution` returns it: dates in epoch seconds, payloads as JSON text. */
export interface ExecutionDescription {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: number;
  stopDate?: number;
  input: string;
  inputDetails: { included: true };
  output?: string;
  outputDetails?: { included: true };
  error?: string;
  cause?: string;
}

/** An execution with its history, running or ended. */
export interface Execution {
  readonly description: ExecutionDescription;
  readonly events: readonly HistoryEvent[];
  /** Ends the execution as `ABORTED`, and ignores the functions that still run. Without effect on one that has ended. */
  stop(error?: string, cause?: string): void;
}

export interface ExecutionOptions {
  executionArn: string;
  name: string;
  stateMachineArn: string;
  stateMachineName: string;
  roleArn: string;
  definition: PreparedDefinition;
  /** JSON text. */
  input: string;
  invoke: InvokeFunction;
  onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  onExecutionEnd?: (execution: ExecutionDescription) => void;
  retryIntervalSeconds?: number;
}

interface Ending {
  status: ExecutionStatus;
  event: NewEvent;
  output?: string;
  outputDetails?: { included: true };
  error?: string;
  cause?: string;
}

/** Starts an execution, and enters its first state. */
export function startExecution(options: ExecutionOptions): Execution {
  const { definition, executionArn } = options;
  const startDate = Date.now();
  const description = newDescription(options, startDate);
  const history = createHistory((event) => options.onHistoryEvent?.(executionArn, event));
  const recorder = createRecorder(history, definition.states, () => end(failure(new HistoryLimitError())));
  const { promise: stopped, reject: rejectStopped } = Promise.withResolvers<never>();
  stopped.catch(() => undefined);

  function end({ event, ...ending }: Ending): void {
    if (description.status !== 'RUNNING') return;
    recorder.close();
    const stopDate = Date.now();
    Object.assign(description, ending, { stopDate: stopDate / 1000 });
    history.end(recorder.root, { ...event, at: stopDate });
    // Terminal: otherwise the engine would make all attempts of a Retry at once.
    rejectStopped(new TaskError('States.Runtime', 'The execution has ended', true));
    engine.abort();
    options.onExecutionEnd?.({ ...description });
  }

  history.append(recorder.root, startedEvent(options, startDate));
  const engine = startEngine(definition, {
    input: JSON.parse(options.input),
    context: contextObject(options, startDate),
    runTask: lambdaTask({ states: definition.states, history, recorder, invoke: options.invoke, stopped }),
    onEvent: checkingOutputs(recorder.take),
    retryIntervalSeconds: options.retryIntervalSeconds,
  });
  endOf(engine.result, recorder).then(end);
  function stop(error?: string, cause?: string): void {
    recorder.flush();
    end(withError('ABORTED', 'ExecutionAborted', error, cause));
  }
  return { description, events: history.events, stop };
}

function newDescription(options: ExecutionOptions, startDate: number): ExecutionDescription {
  const { executionArn, stateMachineArn, name, input } = options;
  return {
    executionArn,
    stateMachineArn,
    name,
    status: 'RUNNING',
    startDate: startDate / 1000,
    input,
    inputDetails: { included: true },
  };
}

function startedEvent({ input, roleArn }: ExecutionOptions, at: number): NewEvent {
  return {
    type: 'ExecutionStarted',
    at,
    executionStartedEventDetails: { input, inputDetails: notTruncated, roleArn },
  };
}

/** `$$`, see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
function contextObject(options: ExecutionOptions, startDate: number): Record<string, unknown> {
  return {
    Execution: { Id: options.executionArn, Name: options.name, RoleArn: options.roleArn },
    StateMachine: { Id: options.stateMachineArn, Name: options.stateMachineName },
    // `prepareDefinition` has replaced `$$.Execution.Input` and `.StartTime` by these.
    TopLevel: { Input: JSON.parse(options.input), StartTime: new Date(startDate).toISOString() },
  };
}

class HistoryLimitError extends Error {
  override readonly name = 'States.Runtime' as const;

  constructor() {
    super(`The execution reached the maximum number of history events (${historyLimit}).`);
  }
}

/** If the sink throws when a state exits, the engine lets the state fail. */
function checkingOutputs(take: EventSink): EventSink {
  return (event, origin) => {
    const isTooLarge = () => Buffer.byteLength(payloadText(event.state?.output)) > payloadLimit;
    if (!origin && event.type === 'StateExited' && isTooLarge()) {
      throw dataLimitExceeded(`The state/task '${event.state?.name}'`);
    }
    take(event, origin);
  };
}

/** Resolves when the engine has ended and its events are written, those after a timeout excepted. */
async function endOf(result: Promise<unknown>, recorder: Recorder): Promise<Ending> {
  const ending = await outcomeOf(result);
  if (ending.status === 'TIMED_OUT') return ending;
  await macrotask();
  recorder.flush();
  return ending;
}

async function outcomeOf(result: Promise<unknown>): Promise<Ending> {
  try {
    const output = payloadText(await result);
    const event: NewEvent = {
      type: 'ExecutionSucceeded',
      executionSucceededEventDetails: { output, outputDetails: notTruncated },
    };
    return { status: 'SUCCEEDED', event, output, outputDetails: { included: true } };
  } catch (error) {
    if (error instanceof ExecutionTimeoutError) return withError('TIMED_OUT', 'ExecutionTimedOut');
    const { cause } = error as Error;
    return failure(cause instanceof Error ? cause : (error as Error));
  }
}

function failure({ name, message }: Error): Ending {
  return withError('FAILED', 'ExecutionFailed', name, message || undefined);
}

type ErrorEvent = 'ExecutionFailed' | 'ExecutionAborted' | 'ExecutionTimedOut';

function withError(status: ExecutionStatus, type: ErrorEvent, error?: string, cause?: string): Ending {
  const given = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  return { status, event: { type, [`e${type.slice(1)}EventDetails`]: given }, ...given };
}
