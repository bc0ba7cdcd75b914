import { useMemo } from 'preact/hooks';
import { duration, remaining } from './format.ts';
import { useNow } from './live.tsx';
import type { ExecutionDetail, Span } from './model.ts';
import { wordFor } from './status.tsx';
import { apart, laneRows, position, type Scale, ticks } from './timeline-layout.ts';

interface TimelineProps {
  execution: ExecutionDetail;
  selected: number | undefined;
  select: (id: number | undefined) => void;
}

/** Bars are at least this part of the width apart, so that each can be hit. */
const LEAST_SHARE = 1 / 150;
const SHORT_SHARE = 1 / 100;

/** A lane for the execution and for each iteration of a Map, with a bar for each state. */
export function Timeline({ execution, selected, select }: TimelineProps) {
  const { start, end, spans, lanes, now: serverNow } = execution;
  // The clocks of the browser and of the local AWS may differ.
  const offset = useMemo(() => serverNow - Date.now(), [serverNow]);
  const now = useNow(end === undefined, offset);
  const scale = { start, end: end ?? Math.max(now, start + 1000) };
  const rows = useMemo(() => laneRows(lanes, spans), [lanes, spans]);
  const gap = (scale.end - scale.start) * LEAST_SHARE;
  const current = selected ?? spans[0]?.id;
  return (
    <section class="timeline" aria-label="Timeline">
      <Axis scale={scale} />
      <ol class="lanes">
        {rows.map(({ lane, rows: laneRow }) => (
          <li key={lane.id} class="lane">
            <span class="label" title={lane.label}>
              {lane.label}
            </span>
            <div class="tracks">
              {laneRow.map((row) => (
                <div key={row[0]?.id} class="track">
                  {apart(row, gap).map((span) => (
                    <Bar
                      key={span.id}
                      {...{ span, scale, now }}
                      isSelected={span.id === selected}
                      isCurrent={span.id === current}
                      select={select}
                    />
                  ))}
                </div>
              ))}
            </div>
            <Waiting spans={laneRow.flat()} now={now} />
          </li>
        ))}
      </ol>
      <Legend />
    </section>
  );
}

function Axis({ scale }: { scale: Scale }) {
  return (
    <div class="axis" aria-hidden="true">
      {ticks(scale, 6).map((tick) => (
        <span key={tick} style={{ left: percent(position(scale.start + tick, scale)) }}>
          {tick === 0 ? '0' : duration(tick)}
        </span>
      ))}
    </div>
  );
}

interface BarProps {
  span: Span;
  scale: Scale;
  now: number;
  isSelected: boolean;
  /** It can be reached by Tab; the others by the arrow keys. */
  isCurrent: boolean;
  select: (id: number | undefined) => void;
}

function Bar({ span, scale, now, isSelected, isCurrent, select }: BarProps) {
  const { id, name, type, status, start, attempts } = span;
  const end = span.end ?? now;
  const left = position(start, scale);
  const width = position(end, scale) - left;
  const failures = attempts.filter(({ error }) => error !== undefined);
  // A short bar lies over its neighbours, so that a mouse can hit it.
  const isShort = width < SHORT_SHARE;
  return (
    <button
      type="button"
      class={`bar ${type.toLowerCase()} ${status}${failures.length > 0 ? ' retried' : ''}${isShort ? ' short' : ''}`}
      style={{ left: percent(left), width: percent(width) }}
      tabIndex={isCurrent ? 0 : -1}
      aria-pressed={isSelected}
      aria-label={labelOf(span, now)}
      title={labelOf(span, now)}
      onClick={() => select(isSelected ? undefined : id)}
      onKeyDown={moveToBar}
    >
      <span class={`name of-${type.toLowerCase()}`}>{name}</span>
      {failures.map(({ start: at, end: failedAt = at }) => (
        <span key={at} class="failure" style={{ left: percent(position(failedAt, { start, end })) }} />
      ))}
    </button>
  );
}

function labelOf({ name, type, status, start, end, until, attempts }: Span, now: number): string {
  const errors = attempts.flatMap(({ error }) => error ?? []);
  const state = status === 'waiting' && until !== undefined ? `waits for ${remaining(until - now)}` : wordFor(status);
  return [
    `${name} (${type})`,
    state.toLowerCase(),
    ...(status === 'waiting' ? [] : [duration((end ?? now) - start)]),
    ...(errors.length > 0 ? [`errors: ${errors.join(', ')}`] : []),
  ].join(', ');
}

/** How long the lane still waits, or what it retries. */
function Waiting({ spans, now }: { spans: Span[]; now: number }) {
  const open = spans.findLast(({ end, type }) => end === undefined && type !== 'Map' && type !== 'Parallel');
  const failures = open?.attempts.filter(({ error }) => error !== undefined).length ?? 0;
  const text =
    open?.until !== undefined
      ? `next in ${remaining(open.until - now)}`
      : failures > 0
        ? `retry ${failures}`
        : open && 'running';
  return <span class="waiting-for">{text}</span>;
}

/** The arrow keys go from bar to bar, Home and End to the first and the last one of a lane. */
function moveToBar(event: KeyboardEvent): void {
  const bar = event.currentTarget as HTMLElement;
  const lane = bar.closest('.lane');
  const bars = [...(lane?.querySelectorAll<HTMLElement>('.bar') ?? [])];
  const index = bars.indexOf(bar);
  const inOther = (sibling: Element | null | undefined) => sibling?.querySelector<HTMLElement>('.bar');
  const target = {
    ArrowRight: bars[index + 1],
    ArrowLeft: bars[index - 1],
    Home: bars[0],
    End: bars.at(-1),
    ArrowDown: inOther(lane?.nextElementSibling),
    ArrowUp: inOther(lane?.previousElementSibling),
  }[event.key];
  if (!target) return;
  event.preventDefault();
  target.focus();
}

function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      <li class="bar task succeeded">Task</li>
      <li class="bar wait succeeded">Wait</li>
      <li class="bar task succeeded retried">
        <span class="failure" />
        Retry
      </li>
      <li class="bar task caught">Error caught</li>
      <li class="bar task failed">Failed</li>
    </ul>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
