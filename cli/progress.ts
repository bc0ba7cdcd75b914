import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { fromJson, shortArn } from './outcomes.ts';

/** What one dataset, or the execution itself, is doing. */
export interface Row {
  /** The dataset, in short; empty for the execution itself. */
  label: string;
  state: string;
  /** When a Wait ends, in epoch milliseconds. */
  waitsUntil?: number;
  /** Of the import or export job, as far as it has been read. */
  status?: string;
  ended: boolean;
}

/** Something that a person wants to know of. */
export interface Change {
  at: Date;
  label: string;
  text: string;
}

/** How an execution ended, as its last event says it; `output` is JSON text. */
export interface Ending {
  status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  stopDate: Date;
  output?: string;
  error?: string;
  cause?: string;
}

/** What runs one after the other: the execution's own states, or those of one iteration of a Map. */
interface Lane {
  parent?: Lane;
  row: Row;
}

/** What a state is given or gives, as far as it is told of; an export is known by its job's name. */
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
  /** Takes the next event of the history. @returns what it changes for a person */
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

interface Following {
  root: Lane;
  rows: Map<string | Lane, Row>;
  /** Where an event belongs, by its id. */
  lanes: Map<number, Lane>;
  ending?: Ending;
}

/** Follows an execution by its history, whatever its states are called. An event belongs to where the event that it
 * follows from belongs; each iteration of a Map begins a lane of its own. */
export function createProgress(): Progress {
  const root: Lane = { row: { label: '', state: '', ended: false } };
  const following: Following = { root, rows: new Map([[root, root.row]]), lanes: new Map() };
  return {
    get rows() {
      return following.rows.values();
    },
    get ending() {
      return following.ending;
    },
    take: (event) => take(following, event),
  };
}

function take(following: Following, event: HistoryEvent): Change[] {
  const { root, lanes } = following;
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
  following.ending = endingOf(event) ?? following.ending;
  return changesOf(following, event, lane).map((text) => ({ at, label: lane.row.label, text }));
}

function changesOf({ rows }: Following, event: HistoryEvent, lane: Lane): string[] {
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

/** The row of the export that a state is about, else the lane's own. */
function rowFor(rows: Following['rows'], { export: planned, import: imported }: Payload, lane: Lane): Row {
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
    return [`the outcome is ${outcome}`];
  }
  // A job that is only queued by its phase has no status to tell.
  const ofJob = job?.status ?? (job?.phase === 'queued' && job.waitSeconds ? 'queued' : undefined);
  const ofImport = imported?.phase === 'none' ? undefined : imported?.status;
  const status = ofJob ? `export job ${ofJob}` : ofImport && `import job ${ofImport}`;
  if (status === undefined || status === row.status) return [];
  row.status = status;
  return [status];
}

/** One try of a task has failed; whether there is another, the definition says. */
function failureOf(event: HistoryEvent): string | undefined {
  const { type = '', lambdaFunctionFailedEventDetails: ofFunction, taskFailedEventDetails: ofTask } = event;
  if (!/^(LambdaFunction|Task)(Failed|TimedOut|ScheduleFailed|StartFailed)$/.test(type)) return undefined;
  const { error = type, cause } = ofFunction ?? ofTask ?? event.lambdaFunctionTimedOutEventDetails ?? {};
  const { errorMessage = cause } = Object(fromJson(cause)) as { errorMessage?: string };
  return `a try failed: ${[error, errorMessage].filter(Boolean).join(': ').slice(0, 300)}`;
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
