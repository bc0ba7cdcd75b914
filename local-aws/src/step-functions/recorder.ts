import type { HistoryEventType } from '@aws-sdk/client-sfn';
import { type Attempts, createAttempts } from './attempts.ts';
import type { State } from './definition.ts';
import type { EngineEvent, EngineState, NestedOrigin } from './engine.ts';
import { type History, historyLimit, type Lane, notTruncated, payloadText } from './history.ts';
import { createLanes, iterationDetails, type Lanes } from './lanes.ts';
import { itemCount } from './map-items.ts';

/** Writes the events of the engine into the history, in the order in which they happened. */
export interface Recorder {
  readonly root: Lane;
  take(event: EngineEvent, origin?: NestedOrigin): void;
  /** Writes the events that were taken. */
  flush(): void;
  claimAttempt: Attempts['claim'];
  /** Ignores all events from now on. */
  close(): void;
}

/** An event that waits to be written. */
interface Queued {
  event: EngineEvent;
  origin?: NestedOrigin;
  /** The event ends a Map or Parallel, which the `input` of its nested events identifies. */
  ends?: unknown;
}

interface Recording {
  history: History;
  states: Map<string, State>;
  lanes: Lanes;
  attempts: Attempts;
  /** Lanes in which the current state failed and was caught. */
  caught: Set<Lane>;
}

/**
 * @param states the definition's states by name
 * @param onLimit is called when the history has room for one more event only
 */
export function createRecorder(history: History, states: Map<string, State>, onLimit: () => void): Recorder {
  const recording = createRecording(history, states);
  const openNested = new Map<string, unknown>();
  let queue: Queued[] = [];
  let scheduled = false;
  let closed = false;

  function take(event: EngineEvent, origin?: NestedOrigin): void {
    if (closed) return;
    if (origin) openNested.set(origin.name, origin.input);
    queue.push({ event, origin, ends: endsNested(event) && !origin ? openNested.get(nameOf(event)) : undefined });
    // A machine that loops without a pause never reaches the immediate below. Only the limit stops it.
    if (history.events.length + queue.length >= historyLimit) flush();
    if (scheduled) return;
    scheduled = true;
    // The events inside a Map arrive some microtasks after the event of its end. In the next macrotask all of them are there, and
    // can be put in order.
    setImmediate(flush);
  }

  function flush(): void {
    scheduled = false;
    const batch = inOrder(queue, recording.lanes);
    queue = [];
    for (const queued of batch) {
      if (closed) return;
      write(recording, queued);
      if (history.events.length >= historyLimit - 1) onLimit();
    }
  }

  function close(): void {
    closed = true;
    queue = [];
  }

  return { root: recording.lanes.root, take, flush, claimAttempt: recording.attempts.claim, close };
}

function createRecording(history: History, states: Map<string, State>): Recording {
  return { history, states, lanes: createLanes(history), attempts: createAttempts(states), caught: new Set() };
}

/** Puts the end of an iteration before the start of the next one, and the end of a Map or Parallel after its nested events. The
 * engine sends them the other way round. */
function inOrder(queue: Queued[], lanes: Lanes): Queued[] {
  const isLate = ({ origin }: Queued) => lanes.isOfLateIteration(origin);
  const arrived = [...queue.filter((queued) => !isLate(queued)), ...queue.filter(isLate)];
  const ordered = new Set<Queued>();
  for (const [position, queued] of arrived.entries()) {
    if (queued.ends !== undefined) {
      for (const later of arrived.slice(position)) if (later.origin?.input === queued.ends) ordered.add(later);
    }
    ordered.add(queued);
  }
  return [...ordered];
}

function write(recording: Recording, { event, origin, ends }: Queued): void {
  const lane = recording.lanes.of(event, origin);
  if (!lane.ended) writeEvent(recording, event, lane);
  if (ends !== undefined) recording.lanes.endAll(ends);
}

function writeEvent(recording: Recording, event: EngineEvent, lane: Lane): void {
  const { state, parentState } = event;
  if (event.type === 'StateCaught') recording.caught.add(lane);
  else if (state && event.type === 'StateEntered') enterState(recording, event, state, lane);
  else if (state && event.type === 'StateRetried') startWork(recording, event, state, lane);
  else if (state && event.type === 'StateFailed') failState(recording, event, state, lane);
  else if (state && event.type === 'StateExited') exitState(recording, event, state, lane);
  else if (parentState && event.type.startsWith('MapIteration')) {
    // From a Map inside of an iteration. It is written to the lane of the outer Map.
    append(recording, event, lane, event.type, iterationDetails(event.type, parentState.name, event.index));
  }
}

function enterState(recording: Recording, event: EngineEvent, state: EngineState, lane: Lane): void {
  const details = { name: state.name, input: payloadText(state.input), inputDetails: notTruncated };
  append(recording, event, lane, `${state.type}StateEntered`, { stateEnteredEventDetails: details });
  startWork(recording, event, state, lane);
}

function startWork(recording: Recording, event: EngineEvent, state: EngineState, lane: Lane): void {
  if (state.type === 'Task') recording.attempts.add(state, lane);
  if (state.type === 'Parallel') append(recording, event, lane, 'ParallelStateStarted');
  if (state.type !== 'Map') return;
  const length = itemCount(recording.states.get(state.name), state.input);
  append(recording, event, lane, 'MapStateStarted', { mapStateStartedEventDetails: { length } });
}

function exitState(recording: Recording, event: EngineEvent, state: EngineState, lane: Lane): void {
  recording.attempts.end(state);
  const wasCaught = recording.caught.delete(lane);
  if (isNesting(state) && !wasCaught) append(recording, event, lane, `${state.type}StateSucceeded`);
  const details = { name: state.name, output: payloadText(state.output), outputDetails: notTruncated };
  append(recording, event, lane, `${state.type}StateExited`, { stateExitedEventDetails: details });
}

function failState(recording: Recording, event: EngineEvent, state: EngineState, lane: Lane): void {
  const wasRunning = recording.attempts.end(state);
  if (wasRunning && event.Error === 'States.Timeout') {
    append(recording, event, lane, 'LambdaFunctionTimedOut', {
      lambdaFunctionTimedOutEventDetails: { error: event.Error },
    });
  }
  if (isNesting(state)) append(recording, event, lane, `${state.type}StateFailed`);
}

function append({ history }: Recording, event: EngineEvent, lane: Lane, type: string, details: object = {}): void {
  history.append(lane, { type: type as HistoryEventType, at: event.timestamp, ...details });
}

function isNesting(state: EngineState): boolean {
  return state.type === 'Map' || state.type === 'Parallel';
}

function nameOf({ state }: EngineEvent): string {
  return state?.name ?? '';
}

function endsNested({ type, state }: EngineEvent): boolean {
  return (type === 'StateExited' || type === 'StateFailed') && state !== undefined && isNesting(state);
}
