import { useState } from 'preact/hooks';
import { Execution } from './execution.tsx';
import { count, duration, time } from './format.ts';
import { useData, useNow } from './live.tsx';
import type { ExecutionSummary, Overview, Status } from './model.ts';
import { Empty, Problem } from './parts.tsx';
import { Row, useScrollTo } from './rows.tsx';
import { StartExecution } from './start.tsx';
import { StatusLabel } from './status.tsx';
import { Trials } from './trials.tsx';

type Filter = 'all' | 'running' | 'failed';
const FILTERS: [Filter, string, (status: Status) => boolean][] = [
  ['all', 'All', () => true],
  ['running', 'Running', (status) => status === 'RUNNING'],
  ['failed', 'Failed', (status) => status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED'],
];

/** The executions, the newest first. The newest is open until another one is opened. */
export function Executions({ open, overview }: { open: string | undefined; overview: Overview }) {
  const { data, error } = useData<ExecutionSummary[]>(['executions'], ['executions']);
  const [filter, setFilter] = useState<Filter>('all');
  const matches = FILTERS.find(([name]) => name === filter)?.[2] ?? (() => true);
  const shown = data?.filter(({ status }) => matches(status)) ?? [];
  const opened = open ?? shown[0]?.arn;
  useScrollTo(open, data !== undefined);
  return (
    <>
      <div class="head">
        <h1>Executions</h1>
        {data && data.length > 0 && <FilterButtons filter={filter} setFilter={setFilter} executions={data} />}
      </div>
      <Problem text={error} />
      <div class="toolbar">
        {data && <Trials trials={overview.trials} isFirst={data.length === 0} />}
        <StartExecution machines={overview.machines} />
      </div>
      {data?.length === 0 && <Empty>No execution yet. Try one of the above, or start an export yourself.</Empty>}
      <ol class="rows">
        {shown.map((execution) => (
          <ExecutionRow key={execution.arn} execution={execution} isOpen={execution.arn === opened} />
        ))}
      </ol>
    </>
  );
}

interface FilterProps {
  filter: Filter;
  setFilter: (filter: Filter) => void;
  executions: ExecutionSummary[];
}

function FilterButtons({ filter, setFilter, executions }: FilterProps) {
  return (
    <fieldset class="segments">
      <legend class="unseen">Show executions</legend>
      {FILTERS.map(([name, label, matches]) => (
        <button type="button" key={name} aria-pressed={name === filter} onClick={() => setFilter(name)}>
          {label} <span class="muted">{executions.filter(({ status }) => matches(status)).length}</span>
        </button>
      ))}
    </fieldset>
  );
}

function ExecutionRow({ execution, isOpen }: { execution: ExecutionSummary; isOpen: boolean }) {
  const { arn, name, status, subjects, trigger, start, end, reason } = execution;
  const isFailed = status !== 'RUNNING' && status !== 'SUCCEEDED';
  const summary = (
    <>
      <StatusLabel status={status} />
      <span class="what">
        <span class="title">{subjects.length > 0 ? subjectsText(subjects) : name}</span>
        <span class="sub">{isFailed && reason ? reason : name}</span>
      </span>
      <span class="trigger">{trigger}</span>
      <time class="when">{time(start)}</time>
      <span class="took">{end === undefined ? <Elapsed since={start} /> : duration(end - start)}</span>
    </>
  );
  return (
    <Row panel="executions" id={arn} isOpen={isOpen} isFailed={isFailed} summary={summary}>
      {() => <Execution arn={arn} />}
    </Row>
  );
}

function subjectsText(subjects: string[]): string {
  const [first, second, ...others] = subjects;
  if (others.length > 0) return `${first}, ${second} and ${count(others.length, 'other')}`;
  return [first, second].filter(Boolean).join(', ');
}

function Elapsed({ since }: { since: number }) {
  return <>{duration(Math.floor((useNow(true) - since) / 100) * 100)}</>;
}
