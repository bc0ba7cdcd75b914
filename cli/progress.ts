import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { cut } from '../src/lambda/shorten.ts';
import { fromJson, type Outcome, shortArn } from './outcomes.ts';

/** What one dataset, or the execution itself, is doing. */
export interface Row {
  /** The short name of the dataset; empty for the execution itself. */
  label: string;
  state: string;
  /** When a Wait ends, in epoch milliseconds. */
  waitsUntil?: number;
  /** The last known status of the import job or export job. */
  status?: string;
  ended: boolean;
}

/** A change that is shown to people. */
export interface Change {
  at: Date;
  label: string;
  text: string;
}

/** How an execution ended, from its last event. `output` is JSON text. `outcomes`: those that its states returned, which have
 * more fields than the cause of a failed execution. */
export interface Ending {
  status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  stopDate: Date;
  output?: string;
  error?: string;
  cause?: string;
  outcomes?: Outcome[];
}

/** The states of the execution, or of one Map iteration, which run one after another. */
interface Lane {
  parent?: Lane;
  row: Row;
}

/** The fields of a state's input or output that are shown. The job's name identifies an export. */
interface Payload {
  export?: { datasetArn?: string; jobName?: string };
  job?: JobState;
  import?: JobState & { datasetImportJobArn?: string };
  outcome?: string;
}

interface JobState {
  status?: string;
  phase?: string;
  waitSeconds?: number;
}

export interface Progress {
  readonly rows: Iterable<Row>;
  readonly ending: Ending | undefined;
  /** Processes the next event of the history. @returns the changes to show */
  take(event: HistoryEvent): Change[];
}

/** States that take no time. */
const INSTANT = /^(Choice|Pass)State/;

const ENDINGS: Record<string, Ending['status']> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
};

interface Tracking {
  root: Lane;
  rows: Map<string | Lane, Row>;
  /** The lane of each event, by the event's ID. */
  lanes: Map<number, Lane>;
  outcomes: Outcome[];
  ending?: Ending;
}

/** Tracks an execution by its history, without knowledge of the names of its states. An event belongs to the lane of its
 * previous event. Each Map iteration starts a new lane. */
export function createProgress(): Progress {
  const root: Lane = { row: { label: '', state: '', ended: false } };
  const tracking: Tracking = { root, rows: new Map([[root, root.row]]), lanes: new Map(), outcomes: [] };
  return {
    get rows() {
      return tracking.rows.values();
    },
    get ending() {
      return tracking.ending;
    },
    take: (event) => take(tracking, event),
  };
}

function take(tracking: Tracking, event: HistoryEvent): Change[] {
  const { root, lanes } = tracking;
  const { id = 0, previousEventId = 0, type = '', timestamp: at = new Date() } = event;
  const lane = lanes.get(previousEventId) ?? root;
  if (type === 'MapIterationStarted') {
    const label = `#${event.mapIterationStartedEventDetails?.index ?? '?'}`;
    lanes.set(id, { parent: lane, row: { label, state: '', ended: false } });
    return [];
  }
  if (/^MapIteration(Succeeded|Failed|Aborted)$/.test(type)) {
    lane.row.ended = true;
    lanes.set(id, lane.parent ?? root);
    return [];
  }
  lanes.set(id, lane);
  tracking.outcomes.push(...returnedOutcome(event));
  const ending = endingOf(event);
  if (ending) tracking.ending = { ...ending, outcomes: tracking.outcomes };
  return changesOf(tracking, event, lane).map((text) => ({ at, label: lane.row.label, text }));
}

function changesOf({ rows }: Tracking, event: HistoryEvent, lane: Lane): string[] {
  const { type = '', stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
  if (INSTANT.test(type)) return [];
  if (entered) {
    const payload = payloadOf(entered.input);
    lane.row = rowFor(rows, payload, lane);
    return enter(lane.row, event, payload);
  }
  if (exited) {
    lane.row.waitsUntil = undefined;
    return type === 'TaskStateExited' ? exit(lane.row, payloadOf(exited.output)) : [];
  }
  const failed = failureOf(event);
  return failed ? [failed] : [];
}

/** The row of the state's export, or else of its lane. */
function rowFor(rows: Tracking['rows'], { export: planned, import: imported }: Payload, lane: Lane): Row {
  const key = planned?.jobName ?? lane;
  const row = rows.get(key) ?? (planned?.jobName ? { ...lane.row, ended: false } : lane.row);
  rows.set(key, row);
  const arn = planned?.datasetArn ?? (lane.parent && imported?.datasetImportJobArn);
  if (arn) row.label = shortArn(arn);
  return row;
}

function enter(row: Row, { type, stateEnteredEventDetails, timestamp }: HistoryEvent, payload: Payload): string[] {
  row.state = stateEnteredEventDetails?.name ?? '';
  row.waitsUntil = undefined;
  const { job, import: imported } = payload;
  const waitSeconds = job?.waitSeconds ?? imported?.waitSeconds;
  if (type !== 'WaitStateEntered' || waitSeconds === undefined) return [row.state];
  row.waitsUntil = (timestamp?.getTime() ?? Date.now()) + waitSeconds * 1000;
  return [`${row.state}: ${waitSeconds} s`];
}

function exit(row: Row, { job, import: imported, outcome }: Payload): string[] {
  if (outcome !== undefined) {
    row.status = outcome;
    return [`outcome ${outcome}`];
  }
  // A queued job has no status, because it was not created yet.
  const ofJob = job?.status ?? (job?.phase === 'queued' && job.waitSeconds ? 'queued' : undefined);
  const ofImport = imported?.phase === 'none' ? undefined : imported?.status;
  const status = ofJob ? `export job ${ofJob}` : ofImport && `import job ${ofImport}`;
  if (status === undefined || status === row.status) return [];
  row.status = status;
  return [status];
}

/** The error of a failed attempt. Whether the task is retried is in the definition, so the text does not say. */
function failureOf(event: HistoryEvent): string | undefined {
  const { type = '', lambdaFunctionFailedEventDetails: ofFunction, taskFailedEventDetails: ofTask } = event;
  if (!/^(LambdaFunction|Task)(Failed|TimedOut|ScheduleFailed|StartFailed)$/.test(type)) return undefined;
  const { error = type, cause } = ofFunction ?? ofTask ?? event.lambdaFunctionTimedOutEventDetails ?? {};
  const { errorMessage = cause } = Object(fromJson(cause)) as { errorMessage?: string };
  return `failed: ${cut([error, errorMessage].filter(Boolean).join(': '), 300)}`;
}

/** The outcome that a state returned. */
function returnedOutcome({ stateExitedEventDetails: exited }: HistoryEvent): Outcome[] {
  const payload = payloadOf(exited?.output);
  return typeof payload.outcome === 'string' ? [payload as Outcome] : [];
}

function endingOf(event: HistoryEvent): Ending | undefined {
  const { type = '', timestamp: stopDate = new Date() } = event;
  const status = ENDINGS[type];
  if (!status) return undefined;
  const { error, cause } =
    event.executionFailedEventDetails ??
    event.executionAbortedEventDetails ??
    event.executionTimedOutEventDetails ??
    ({} as { error?: string; cause?: string });
  return { status, stopDate, output: event.executionSucceededEventDetails?.output, error, cause };
}

function payloadOf(text: string | undefined): Payload {
  return Object(fromJson(text)) as Payload;
}
