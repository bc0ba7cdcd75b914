import type { HistoryEventType, HistoryEvent as SdkHistoryEvent } from '@aws-sdk/client-sfn';

type EventDetails = Omit<SdkHistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** An event as `GetExecutionHistory` returns it in JSON; `timestamp` in epoch seconds. */
export interface HistoryEvent extends EventDetails {
  id: number;
  previousEventId: number;
  timestamp: number;
  type: HistoryEventType;
}

/** A sequence of states that run one after the other: those of the execution, or those of one iteration of a Map. */
export interface Lane {
  lastEventId: number;
  /** No more events are added. */
  ended: boolean;
}

/** An event to append; `at` in epoch milliseconds, now by default. */
export interface NewEvent extends EventDetails {
  type: HistoryEventType;
  at?: number;
}

export interface History {
  readonly events: HistoryEvent[];
  append(lane: Lane, event: NewEvent): void;
  /** Appends the last event. Later ones are dropped. */
  end(lane: Lane, event: NewEvent): void;
}

/** The maximum of a Standard execution:
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html */
export const historyLimit = 25_000;

/** Makes a history: events in the order in which they happened, with ids from 1 and the id of the event that they follow. */
export function createHistory(onEvent: (event: HistoryEvent) => void): History {
  const events: HistoryEvent[] = [];
  let latest = 0;
  let ended = false;
  function append(lane: Lane, { type, at = Date.now(), ...details }: NewEvent): void {
    if (ended) return;
    // Events of parallel iterations arrive a little later. The times of a history never go back.
    latest = Math.max(latest, at);
    const event = { timestamp: latest / 1000, type, id: events.length + 1, previousEventId: lane.lastEventId };
    // On AWS, ExecutionStarted and the event of the first state both follow 0.
    if (type !== 'ExecutionStarted') lane.lastEventId = event.id;
    events.push(Object.assign(event, details));
    onEvent(event);
  }
  function end(lane: Lane, event: NewEvent): void {
    append(lane, event);
    ended = true;
  }
  return { events, append, end };
}

/** The event without input and output, for `includeExecutionData: false`. */
export function withoutExecutionData(event: HistoryEvent): HistoryEvent {
  const entries = Object.entries(event).map(([member, value]) => {
    if (typeof value !== 'object') return [member, value];
    const { input: _1, inputDetails: _2, output: _3, outputDetails: _4, ...rest } = value;
    return [member, rest];
  });
  return Object.fromEntries(entries);
}

const texts = new WeakMap<object, string>();

/** A payload as JSON text. It is cached, because the output of one state is the input of the next. */
export function payloadText(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return JSON.stringify(payload) ?? 'null';
  let text = texts.get(payload);
  if (text === undefined) {
    text = JSON.stringify(payload);
    texts.set(payload, text);
  }
  return text;
}

export const notTruncated = { truncated: false } as const;
