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
  /** One has failed: the engine goes on to start those that are left, AWS doesn't, so they are not heard. */
  failed: boolean;
}

export interface Lanes {
  readonly root: Lane;
  /** Where an event belongs; writes the start or end of the iteration that the event tells of. */
  of(event: EngineEvent, origin?: NestedOrigin): Lane;
  /** The event is of an iteration that starts late, in place of one that has ended: its Map has already been heard of. */
  isOfLateIteration(origin?: NestedOrigin): boolean;
  /** Ends the iterations of a Map's attempt, named by its `input`. */
  endAll(input: unknown): void;
}

/** The execution's own lane and one for each iteration of its Maps. Branches of a Parallel can't be told apart: root. */
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

/** The details of an iteration's event, under the member that its type has. */
export function iterationDetails(type: string, name: string, index: number | undefined): object {
  return { [`m${type.slice(1)}EventDetails`]: { name, index } };
}
