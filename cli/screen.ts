import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import { plainText } from '../src/lambda/plain-text.ts';
import { plainLines } from './print.ts';
import type { Change, Row } from './progress.ts';

export interface Screen {
  /** Shows changes: as lines, or in the table on a terminal. */
  changes(changes: Change[]): void;
  /** Prints a permanent line. */
  line(text: string): void;
  /** Removes the live table. */
  close(): void;
}

type Style = Parameters<typeof styleText>[0];

const REDRAW_MS = 500;

/** On a terminal, a live table with a title and one row per dataset; elsewhere, one line per change. */
export function createScreen(
  stream: NodeJS.WriteStream,
  startDate: Date,
  rows: () => Iterable<Row>,
  title = 'running; Ctrl-C stops watching, not the execution',
): Screen {
  return canRedraw(stream) ? liveScreen(stream, startDate, rows, title) : lineScreen(stream, startDate);
}

/** Some terminals have no size, such as those of some CI systems and editors, and a dumb one can't move its cursor. */
function canRedraw({ isTTY, columns, rows }: NodeJS.WriteStream): boolean {
  return isTTY && columns > 0 && rows > 0 && process.env.TERM !== 'dumb';
}

/** One line per change. */
export function lineScreen(stream: NodeJS.WriteStream, startDate: Date): Screen {
  return {
    changes: (changes) => {
      for (const { at, label, text } of changes) {
        const line = `${elapsed(startDate, at.getTime()).padStart(8)}  ${label ? `${label}  ` : ''}${text}`;
        stream.write(`${plainText(line)}\n`);
      }
    },
    line: (text) => void stream.write(`${plainLines(text)}\n`),
    close: () => {},
  };
}

function liveScreen(stream: NodeJS.WriteStream, startDate: Date, rows: () => Iterable<Row>, title: string): Screen {
  const update = createLogUpdate(stream);
  const styled = (style: Style, text: string) => styleText(style, text, { stream });
  const draw = () => {
    // A table that is higher than the terminal can't be redrawn.
    const lines = rowLines([...rows()], Math.max(3, stream.rows - 3), styled);
    update([styled('dim', `${elapsed(startDate)}  ${title}`), ...lines].join('\n'));
  };
  const timer = setInterval(draw, REDRAW_MS);
  draw();
  return {
    changes: draw,
    line: (text) => {
      update.clear();
      stream.write(`${plainLines(text)}\n`);
      draw();
    },
    close: () => {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}

/** The rows as text. If there is no room for all, running ones come first. */
export function rowLines(
  rows: Row[],
  room: number,
  styled: (style: Style, text: string) => string = (_, text) => text,
  now = Date.now(),
): string[] {
  const shown = rows.filter(({ state }) => state !== '');
  const chosen =
    shown.length <= room ? shown : [...shown].sort((a, b) => Number(a.ended) - Number(b.ended)).slice(0, room - 1);
  const width = Math.max(0, ...chosen.map(({ label }) => label.length));
  const lines = chosen.map(({ label, state, status, ended, waitsUntil }) => {
    const wait = waitsUntil === undefined ? '' : `, ${Math.max(0, Math.ceil((waitsUntil - now) / 1000))} s left`;
    const doing = ended ? '' : `${state}${wait}`;
    return `  ${styled('cyan', plainText(label.padEnd(width)))}  ${plainText([status, doing].filter(Boolean).join('  '))}`;
  });
  return chosen.length < shown.length ? [...lines, `  … and ${shown.length - chosen.length} more`] : lines;
}

/** `4.2 s`, `12 min 3 s`, `2 h 5 min`. */
export function elapsed(from: Date, to = Date.now()): string {
  const seconds = Math.max(0, (to - from.getTime()) / 1000);
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
