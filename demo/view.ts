import type { EventBridgeEvent, HistoryEvent } from 'local-aws';
import { createProgress, type Progress, type Row } from '../cli/progress.ts';
import { createScreen, elapsed, lineScreen } from '../cli/screen.ts';

export interface DemoView {
  /** Prints a permanent line. */
  line(text: string): void;
  apiEvent(event: EventBridgeEvent): void;
  historyEvent(executionArn: string, event: HistoryEvent): void;
  /** Removes the live table. Later events are not shown. */
  close(): void;
}

interface Lane {
  label: string;
  progress: Progress;
  startedAt: Date;
  endedAt?: Date;
}

/** Shows the executions of the demo: on a terminal as a live table with one row per dataset, elsewhere and with `verbose` as one
 * line per change. `labels`: the name of a dataset by the name of its import job. */
export function demoView(labels: Map<string, string>, verbose: boolean): DemoView {
  const start = new Date();
  const lanes = new Map<string, Lane>();
  const rows = () => [...lanes.values()].map(rowOf);
  const screen = verbose
    ? lineScreen(process.stdout, start)
    : createScreen(process.stdout, start, rows, 'the demo runs; Ctrl-C stops it');
  let isClosed = false;
  const step = (label: string, text: string) => screen.changes([{ at: new Date(), label, text }]);
  return {
    line: (text) => screen.line(text),
    apiEvent: ({ detail }) => {
      if (isClosed || detail.eventName !== 'CreateDatasetImportJob' || detail.errorCode) return;
      const { jobName } = detail.requestParameters as { jobName: string };
      step(labels.get(jobName) ?? jobName, 'EventBridge received CreateDatasetImportJob; its rule starts an execution');
    },
    historyEvent: (executionArn, event) => {
      if (isClosed) return;
      const at = new Date(event.timestamp * 1000);
      if (event.type === 'ExecutionStarted') lanes.set(executionArn, laneOf(labels, event, at));
      const lane = lanes.get(executionArn);
      if (!lane) return;
      const changes = lane.progress.take({ ...event, timestamp: at });
      if (lane.progress.ending) lane.endedAt ??= at;
      screen.changes(changes.map((change) => ({ ...change, label: lane.label })));
    },
    close: () => {
      isClosed = true;
      screen.close();
    },
  };
}

function laneOf(labels: Map<string, string>, { executionStartedEventDetails }: HistoryEvent, startedAt: Date): Lane {
  const { datasetImportJobArn = '' } = JSON.parse(executionStartedEventDetails?.input ?? '{}');
  const jobName = datasetImportJobArn.split('/').pop();
  return { label: labels.get(jobName) ?? jobName, progress: createProgress(), startedAt };
}

/** The latest row of an execution: that of its export as soon as there is one. */
function rowOf({ label, progress, startedAt, endedAt }: Lane): Row {
  const row = [...progress.rows].at(-1) as Row;
  const time = elapsed(startedAt, endedAt?.getTime());
  return {
    ...row,
    label,
    ended: endedAt !== undefined,
    status: [time.padStart(7), row.status].filter(Boolean).join('  '),
  };
}
