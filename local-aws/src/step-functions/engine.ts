import { StateMachine } from 'aws-local-stepfunctions';
import type { PreparedDefinition } from './definition.ts';

type JsonValue = Parameters<StateMachine['run']>[0];

/** A state in an event of the engine. `input` is the same object from the entry of the state to its end, through all retries. */
export interface EngineState {
  name: string;
  type: string;
  input: unknown;
  output?: unknown;
}

/** An event of the engine's log: of a state of the execution, or of an iteration of a Map, which has an `index`. */
export interface EngineEvent {
  type: string;
  timestamp: number;
  state?: EngineState;
  parentState?: { type: string; name: string };
  index?: number;
  Error?: string;
  Cause?: unknown;
}

/** The Map or Parallel that an event comes from. `input` is one object per attempt of that state. */
export interface NestedOrigin {
  name: string;
  index?: number;
  input: unknown;
}

/** Receives every event as it happens. Events from inside a Map or Parallel come some microtasks later. */
export type EventSink = (event: EngineEvent, origin?: NestedOrigin) => void;

export interface EngineRunOptions {
  input: unknown;
  context: Record<string, unknown>;
  /** Runs a Task, with the name of the state and its effective input. */
  runTask: (stateName: string, input: unknown) => Promise<unknown>;
  onEvent: EventSink;
  retryIntervalSeconds?: number;
}

interface ExecuteOptions {
  eventLogger: unknown;
  [option: string]: unknown;
}

type Execute = (input: JsonValue, options: ExecuteOptions, cleanUp: () => void) => Promise<JsonValue>;

// The engine's own `eventLogs` lack the last events of a Map's iterations and those of aborted ones, so its logger is replaced.
// `execute` is a private method: the version of aws-local-stepfunctions is pinned, and the tests fail if it changes.
const execute = (StateMachine.prototype as unknown as { execute: Execute }).execute;

/** Starts a run of a definition. `result` rejects with the errors of the engine. */
export function startEngine(definition: PreparedDefinition, options: EngineRunOptions) {
  const eventLogger = sinkAsLogger(options.onEvent);
  const run = Object.create(definition.machine, {
    execute: {
      value: (input: JsonValue, executeOptions: ExecuteOptions, cleanUp: () => void) =>
        execute.call(definition.machine, input, { ...executeOptions, eventLogger }, cleanUp),
    },
  }) as StateMachine;
  const { abort, result } = run.run(options.input as JsonValue, {
    context: options.context,
    overrides: overridesFor(definition, options),
  });
  return { abort, result: result as Promise<unknown> };
}

function overridesFor({ states, waitTimeOverrides }: PreparedDefinition, options: EngineRunOptions) {
  const taskResourceLocalHandlers: Record<string, (input: JsonValue) => Promise<JsonValue>> = {};
  const retryIntervalOverrides: Record<string, number> = {};
  for (const [name, state] of states) {
    if (state.Type === 'Task') {
      taskResourceLocalHandlers[name] = (input) => options.runTask(name, input) as Promise<JsonValue>;
    }
    if (options.retryIntervalSeconds !== undefined) retryIntervalOverrides[name] = options.retryIntervalSeconds * 1000;
  }
  return { taskResourceLocalHandlers, retryIntervalOverrides, waitTimeOverrides };
}

function sinkAsLogger(sink: EventSink) {
  const log = (type: string, state?: EngineState, error?: Error) =>
    sink({ type, timestamp: Date.now(), state, Error: error?.name, Cause: error?.message });
  return {
    // The start and the end of the execution are known from `run` and its result.
    dispatchExecutionStartedEvent() {},
    dispatchExecutionSucceededEvent() {},
    dispatchExecutionFailedEvent() {},
    dispatchStateEnteredEvent: (name: string, type: string, input: unknown) =>
      log('StateEntered', { name, type, input }),
    dispatchStateExitedEvent: (name: string, type: string, input: unknown, output: unknown) =>
      log('StateExited', { name, type, input, output }),
    dispatchStateFailedEvent: (name: string, type: string, input: unknown, error: Error) => {
      // A Catch gets this error next. On AWS, the cause of a timeout is empty.
      if (error.name === 'States.Timeout') error.message = '';
      log('StateFailed', { name, type, input }, error);
    },
    dispatchStateRetriedEvent: (name: string, type: string, input: unknown) =>
      log('StateRetried', { name, type, input }),
    dispatchStateCaughtEvent: (name: string, type: string, input: unknown) => log('StateCaught', { name, type, input }),
    forwardNestedMapEvent: (event: EngineEvent, index: number, name: string, input: unknown) =>
      sink(event, { name, index, input }),
    forwardNestedParallelEvent: (event: EngineEvent, name: string, input: unknown) => sink(event, { name, input }),
  };
}
