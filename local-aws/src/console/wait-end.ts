import { parsed } from './knowledge.ts';

/** When a Wait ends, from its definition and the input of the state. Undefined for a path that is more than names and dots.
 * @param input JSON text
 * @param start in epoch milliseconds, like the result */
export function waitEnd(state: Record<string, unknown>, input: string | undefined, start: number): number | undefined {
  const { Seconds, SecondsPath, Timestamp, TimestampPath, InputPath = '$' } = state;
  const data = valueAt(parsed(input), InputPath);
  const seconds = Seconds ?? valueAt(data, SecondsPath);
  if (typeof seconds === 'number') return start + seconds * 1000;
  const end = Date.parse(String(Timestamp ?? valueAt(data, TimestampPath)));
  return Number.isNaN(end) ? undefined : end;
}

function valueAt(data: unknown, path: unknown): unknown {
  if (typeof path !== 'string') return undefined;
  const [root, ...names] = path.split('.');
  if (root !== '$') return undefined;
  return names.reduce<unknown>((value, name) => (Object(value) as Record<string, unknown>)[name], data);
}
