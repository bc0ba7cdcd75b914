import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { EngineEvent, NestedOrigin } from './engine.ts';
import type { History, Lane } from './history.ts';

const iterationEvents: Record<string, HistoryEventType> = {
  ExecutionStarted: 'MapIterationStarted',
  ExecutionSucceeded: 'MapIterationSucceeded',
  ExecutionFailed: 'MapIterationFailed',
  ExecutionAborted: 'MapIterationAborted',
};

/** The iterations of one attempt of a Map. */
interface Iterations {
  lanes: Map<number, Lane>;
  /** One has failed. The engine starts the others, which AWS does not, so they are ignored. */
  failed: boolean;
}

export interface Lanes {
  readonly root: Lane;
  /** Finds the lane of an event. Writes the start or the end of an iteration, if that is the event. */
  of(event: EngineEvent, origin?: NestedOrigin): Lane;
  /** Tells whether the event is of a new iteration in a Map that has had events before. */
  isOfLateIteration(origin?: NestedOrigin): boolean;
  /** Ends the iterations of an attempt of a Map, which its `input` identifies. */
  endAll(input: unknown): void;
}

/** One lane for the execution, and one for each iteration of its Maps. The branches of a Parallel use that of the execution,
 * because the engine does not distinguish them. */
export function createLanes(history: History): Lanes {
  const root: Lane = { lastEventId: 0, ended: false };
  const maps = new Map<unknown, Iterations>();

  function of(event: EngineEvent, origin?: NestedOrigin): Lane {
    if (origin?.index === undefined) return root;
    const iterations = iterationsOf(maps, origin.input);
    let lane = iterations.lanes.get(origin.index);
    if (!lane) {
      lane = { lastEventId: root.lastEventId, ended: iterations.failed };
      iterations.lanes.set(origin.index, lane);
    }
    const type = iterationEvents[event.type];
    if (type && !lane.ended) writeIteration(type, event, origin, lane);
    iterations.failed ||= event.type === 'ExecutionFailed';
    return lane;
  }

  function writeIteration(type: HistoryEventType, event: EngineEvent, origin: NestedOrigin, lane: Lane): void {
    history.append(lane, { type, at: event.timestamp, ...iterationDetails(type, origin.name, origin.index) });
    if (type === 'MapIterationStarted') return;
    root.lastEventId = lane.lastEventId;
    lane.ended = true;
  }

  function isOfLateIteration(origin?: NestedOrigin): boolean {
    if (origin?.index === undefined) return false;
    return maps.has(origin.input) && !maps.get(origin.input)?.lanes.has(origin.index);
  }

  function endAll(input: unknown): void {
    const iterations = iterationsOf(maps, input);
    iterations.failed = true;
    for (const lane of iterations.lanes.values()) lane.ended = true;
  }

  return { root, of, isOfLateIteration, endAll };
}

function iterationsOf(maps: Map<unknown, Iterations>, input: unknown): Iterations {
  const known = maps.get(input);
  if (known) return known;
  const iterations = { lanes: new Map(), failed: false };
  maps.set(input, iterations);
  return iterations;
}

/** The details of an event of an iteration, in the member for its type. */
export function iterationDetails(type: string, name: string, index: number | undefined): object {
  return { [`m${type.slice(1)}EventDetails`]: { name, index } };
}
