/** The words and the sign for a status of any service. */
const KINDS: Record<string, Kind> = {
  RUNNING: 'running',
  SUCCEEDED: 'good',
  FAILED: 'bad',
  TIMED_OUT: 'bad',
  ABORTED: 'stopped',
  ACTIVE: 'good',
  'CREATE PENDING': 'running',
  'CREATE IN_PROGRESS': 'running',
  'CREATE FAILED': 'bad',
  running: 'running',
  waiting: 'running',
  succeeded: 'good',
  caught: 'warned',
  failed: 'bad',
  aborted: 'stopped',
};

const WORDS: Record<string, string> = {
  RUNNING: 'Running',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  TIMED_OUT: 'Timed out',
  ABORTED: 'Aborted',
  running: 'Running',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  caught: 'Error caught',
  failed: 'Failed',
  aborted: 'Aborted',
};

export type Kind = 'running' | 'good' | 'bad' | 'warned' | 'stopped';

export function kindOf(status: string): Kind {
  return KINDS[status] ?? 'warned';
}

export function wordFor(status: string): string {
  return WORDS[status] ?? status;
}

const SHAPES: Record<Kind, string> = {
  running: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5',
  good: 'M3.5 8.5l3 3 6-7',
  bad: 'M4 4l8 8M12 4l-8 8',
  warned: 'M8 3.5v5.5M8 12v.5',
  stopped: 'M4.5 8h7',
};

export function StatusSign({ kind }: { kind: Kind }) {
  return (
    <svg class={`sign ${kind}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[kind]} />
    </svg>
  );
}

export function StatusLabel({ status }: { status: string }) {
  const kind = kindOf(status);
  return (
    <span class={`status ${kind}`}>
      <StatusSign kind={kind} />
      <span>{wordFor(status)}</span>
    </span>
  );
}
