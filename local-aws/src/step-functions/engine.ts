import { StateMachine } from 'aws-local-stepfunctions';
import type { PreparedDefinition } from './definition.ts';

type JsonValue = Parameters<StateMachine['run']>[0];

/** What the engine says of a state; `input` is the same object from a state's entry to its end, retries included. */
export interface EngineState {
  name: string;
  type: string;
  input: unknown;
  output?: unknown;
}

/** An event of the engine's log: of the execution's own states, or of a Map's iteration (then with its `index`). */
export interface EngineEvent {
  type: string;
  timestamp: number;
  state?: EngineState;
  parentState?: { type: string; name: string };
  index?: number;
  Error?: string;
  Cause?: unknown;
}

/** Where an event from inside a Map or Parallel comes from. `input` is one object per attempt of that state. */
export interface NestedOrigin {
  name: string;
  index?: number;
  input: unknown;
}

/** Takes every event as it happens; events from inside a Map or Parallel come some microtasks late. */
export type EventSink = (event: EngineEvent, origin?: NestedOrigin) => void;

export interface EngineRunOptions {
  input: unknown;
  context: Record<string, unknown>;
  /** Runs a Task: called with the state's name and its effective input. */
  runTask: (stateName: string, input: unknown) => Promise<unknown>;
  onEvent: EventSink;
  retryIntervalSeconds?: number;
}

interface ExecuteOptions {
  eventLogger: unknown;
  [option: string]: unknown;
}

type Execute = (input: JsonValue, options: ExecuteOptions, cleanUp: () => void) => Promise<JsonValue>;

// The engine's own `eventLogs` drop what Map iterations log last and tell nothing of aborted ones, so the logger that it
// makes is exchanged for ours. `execute` is private: aws-local-stepfunctions is pinned, and the tests hold the seam.
const execute = (StateMachine.prototype as unknown as { execute: Execute }).execute;

/** Starts one run of a definition on the engine. `result` rejects with the engine's errors. */
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
    // How the execution itself starts and ends is known from `run` and its result.
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
