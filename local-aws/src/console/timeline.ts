import type { Attempt, Lane, Span } from './page/model.ts';
import type { ExecutionEvent } from './sources.ts';
import { waitEnd } from './wait-end.ts';

export interface Timeline {
  lanes: Lane[];
  spans: Span[];
}

/** An execution, or an iteration of a Map, while its events are read. */
interface Track extends Lane {
  parent?: Track;
  /** The states that were entered and not left. */
  open: Span[];
  isLabelled: boolean;
}

interface Reading extends Timeline {
  lanes: Track[];
  states: Map<string, Record<string, unknown>>;
  labelOf: (input: string | undefined) => string | undefined;
  /** The track that follows an event, by the event's id. */
  after: Map<number, Track>;
  root: Track;
}

/** Reads a history into lanes, one for the execution and one for each iteration of a Map, and spans, one for each state that
 * was entered.
 * @param states the states of the definition by name
 * @param labelOf names an iteration after the input of its first state, JSON text */
export function timelineOf(
  events: readonly ExecutionEvent[],
  states: Reading['states'],
  labelOf: Reading['labelOf'] = () => undefined,
): Timeline {
  const root: Track = { id: 0, label: 'Execution', open: [], isLabelled: true };
  const reading: Reading = { lanes: [root], spans: [], states, labelOf, after: new Map([[0, root]]), root };
  for (const event of events) reading.after.set(event.id, read(reading, event));
  return { lanes: reading.lanes.map(({ id, label }) => ({ id, label })), spans: reading.spans };
}

function read(reading: Reading, event: ExecutionEvent): Track {
  const track = reading.after.get(event.previousEventId) ?? reading.root;
  const at = event.timestamp * 1000;
  if (event.type === 'MapIterationStarted') return startIteration(reading, event, track);
  if (event.type.startsWith('MapIteration')) {
    endOpen(track, at, event.type === 'MapIterationFailed' ? 'failed' : 'aborted');
    return track.parent ?? track;
  }
  if (event.type.startsWith('Execution') && event.type !== 'ExecutionStarted') endExecution(reading, event.type, at);
  else if (event.stateEnteredEventDetails) enter(reading, event, track, at);
  else if (event.stateExitedEventDetails) exit(track, event.stateExitedEventDetails.name, at);
  else readAttempt(track, event, at);
  return track;
}

function startIteration(reading: Reading, event: ExecutionEvent, parent: Track): Track {
  const { name = 'Map', index = 0 } = event.mapIterationStartedEventDetails ?? {};
  const track = { id: reading.lanes.length, label: `${name} ${index + 1}`, parent, open: [], isLabelled: false };
  reading.lanes.push(track);
  return track;
}

function enter(reading: Reading, event: ExecutionEvent, track: Track, start: number): void {
  const { name, input } = event.stateEnteredEventDetails ?? {};
  const type = event.type.replace('StateEntered', '');
  const state = reading.states.get(name ?? '');
  if (!track.isLabelled) {
    track.label = reading.labelOf(input) ?? track.label;
    track.isLabelled = true;
  }
  const until = type === 'Wait' && state ? waitEnd(state, input, start) : undefined;
  const span: Span = {
    ...{ id: event.id, lane: track.id, name: name ?? '', type, start, attempts: [] },
    status: type === 'Wait' ? 'waiting' : 'running',
    ...(until !== undefined && { until }),
  };
  reading.spans.push(span);
  track.open.push(span);
}

function exit(track: Track, name: string | undefined, end: number): void {
  const span = track.open.find((open) => open.name === name);
  if (!span) return;
  track.open = track.open.filter((open) => open !== span);
  const wasCaught = span.attempts.at(-1)?.error !== undefined;
  Object.assign(span, { end, status: wasCaught ? 'caught' : 'succeeded' });
}

function readAttempt({ open }: Track, event: ExecutionEvent, at: number): void {
  const { lambdaFunctionFailedEventDetails, lambdaFunctionTimedOutEventDetails } = event;
  const attempts = open.findLast(({ type }) => type === 'Task')?.attempts;
  if (!attempts || !event.type.startsWith('LambdaFunction')) return;
  if (event.type === 'LambdaFunctionScheduled') attempts.push({ start: at });
  const latest = attempts.at(-1);
  if (!latest || event.type === 'LambdaFunctionScheduled' || event.type === 'LambdaFunctionStarted') return;
  const { error, cause }: Partial<Attempt> =
    lambdaFunctionFailedEventDetails ?? lambdaFunctionTimedOutEventDetails ?? {};
  Object.assign(latest, { end: at }, error !== undefined && { error }, cause && { cause });
}

function endExecution({ lanes, root }: Reading, type: string, at: number): void {
  for (const track of lanes) {
    if (track !== root) endOpen(track, at, 'aborted');
  }
  endOpen(root, at, type === 'ExecutionFailed' || type === 'ExecutionTimedOut' ? 'failed' : 'aborted');
}

/** States that are not left by an event of their own: the one that failed, and those that were stopped. */
function endOpen(track: Track, end: number, status: 'failed' | 'aborted'): void {
  for (const span of track.open) Object.assign(span, { end, status });
  track.open = [];
}
