import type { Lane, Span } from './model.ts';

export interface LaneRows {
  lane: Lane;
  /** Spans that overlap are in rows of their own. */
  rows: Span[][];
}

/** The lanes that have spans, each with as many rows as spans overlap. */
export function laneRows(lanes: readonly Lane[], spans: readonly Span[]): LaneRows[] {
  const byLane = new Map<number, Span[][]>();
  for (const span of spans) {
    const rows = byLane.get(span.lane) ?? [];
    byLane.set(span.lane, rows);
    const free = rows.find((row) => (row.at(-1)?.end ?? Number.POSITIVE_INFINITY) <= span.start);
    if (free) free.push(span);
    else rows.push([span]);
  }
  return lanes.flatMap((lane) => {
    const rows = byLane.get(lane.id);
    return rows ? [{ lane, rows }] : [];
  });
}

export interface Scale {
  start: number;
  end: number;
}

/** A time as a part of the scale, from 0 to 1. */
export function position(at: number, { start, end }: Scale): number {
  return Math.min(1, Math.max(0, (at - start) / Math.max(1, end - start)));
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000];
const MINUTE = 60_000;
const LONG_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * MINUTE);

/** The times to mark, in milliseconds after the start: at most `most`, in round steps. */
export function ticks({ start, end }: Scale, most: number): number[] {
  const length = end - start;
  const step = [...STEPS, ...LONG_STEPS].find((one) => length / one <= most) ?? length;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}

/** Bars that are too short to be seen apart are drawn as one: of neighbours nearer than `gap` the worst is kept.
 * @param gap in milliseconds */
export function apart(row: readonly Span[], gap: number): Span[] {
  const kept: Span[] = [];
  for (const span of row) {
    const before = kept.at(-1);
    const isNear = before?.end !== undefined && span.end !== undefined && span.end - before.start < gap;
    if (!isNear) kept.push(span);
    else if (severity(span) > severity(before)) kept[kept.length - 1] = span;
  }
  return kept;
}

function severity({ status, attempts, type }: Span): number {
  if (status === 'failed' || status === 'caught') return 3;
  if (attempts.some(({ error }) => error !== undefined)) return 2;
  return type === 'Task' ? 1 : 0;
}
