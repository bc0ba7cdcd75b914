import type { Mismatch } from './page/model.ts';
import type { ConsoleSources } from './sources.ts';

/** Why an event does not match a pattern: the fields of the pattern that it does not match. */
export function mismatchesOf(
  pattern: Record<string, unknown>,
  event: Record<string, unknown>,
  matches: ConsoleSources['matches'],
): Mismatch[] {
  return leavesOf(pattern)
    .filter((path) => !matches(alone(path, valueAt(pattern, path)), event))
    .map((path) => ({
      field: path.join('.'),
      expected: JSON.stringify(valueAt(pattern, path)),
      found: JSON.stringify(valueAt(event, path)) ?? 'nothing',
    }));
}

/** The paths to the lists of a pattern. The alternatives of a `$or` are one. */
function leavesOf(pattern: Record<string, unknown>, path: string[] = []): string[][] {
  return Object.entries(pattern).flatMap(([name, value]) =>
    Array.isArray(value) ? [[...path, name]] : leavesOf(Object(value), [...path, name]),
  );
}

function valueAt(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((outer, name) => {
    const members = Object(outer) as Record<string, unknown>;
    return Object.hasOwn(members, name) ? members[name] : undefined;
  }, value);
}

function alone(path: string[], value: unknown): Record<string, unknown> {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;
}
