import type { HistoryEventType, HistoryEvent as SdkHistoryEvent } from '@aws-sdk/client-sfn';

type EventDetails = Omit<SdkHistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** One event as `GetExecutionHistory` gives it in JSON; `timestamp` in epoch seconds. */
export interface HistoryEvent extends EventDetails {
  id: number;
  previousEventId: number;
  timestamp: number;
  type: HistoryEventType;
}

/** What runs one after the other: the execution's own states, or those of one iteration of a Map. */
export interface Lane {
  lastEventId: number;
  /** An ended lane takes no more events. */
  ended: boolean;
}

/** What is to be appended; `at` in epoch milliseconds, now if left out. */
export interface NewEvent extends EventDetails {
  type: HistoryEventType;
  at?: number;
}

export interface History {
  readonly events: HistoryEvent[];
  append(lane: Lane, event: NewEvent): void;
  /** Appends the last event; what comes after it is dropped. */
  end(lane: Lane, event: NewEvent): void;
}

/** A Standard execution's history ends there:
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html */
export const historyLimit = 25_000;

/** An execution's history: events in the order they happened, ids from 1, each naming the one it follows from. */
export function createHistory(onEvent: (event: HistoryEvent) => void): History {
  const events: HistoryEvent[] = [];
  let latest = 0;
  let ended = false;
  function append(lane: Lane, { type, at = Date.now(), ...details }: NewEvent): void {
    if (ended) return;
    // Events of parallel iterations arrive a little late; the clock of a history never goes back.
    latest = Math.max(latest, at);
    const event = { timestamp: latest / 1000, type, id: events.length + 1, previousEventId: lane.lastEventId };
    // On AWS the first state's event follows from 0, as ExecutionStarted does.
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

/** The event without what went in and out, as `includeExecutionData: false` asks. */
export function withoutExecutionData(event: HistoryEvent): HistoryEvent {
  const entries = Object.entries(event).map(([member, value]) => {
    if (typeof value !== 'object') return [member, value];
    const { input: _1, inputDetails: _2, output: _3, outputDetails: _4, ...rest } = value;
    return [member, rest];
  });
  return Object.fromEntries(entries);
}

const texts = new WeakMap<object, string>();

/** A payload as JSON text. One state's output is the next one's input, so that the text is kept with the object. */
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
