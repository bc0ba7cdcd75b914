import type { State } from './definition.ts';

const step = /\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/y;

/**
 * Counts the items of a Map, which the engine does not report. `InputPath` and `ItemsPath` are read as Reference Paths.
 * @returns `undefined` if they do not lead to an array
 */
export function itemCount(map: State | undefined, input: unknown): number | undefined {
  const effective = follow(map?.InputPath ?? '$', input);
  const items = follow(map?.ItemsPath ?? '$', effective);
  return Array.isArray(items) ? items.length : undefined;
}

function follow(path: unknown, from: unknown): unknown {
  if (typeof path !== 'string' || path.startsWith('$$')) return undefined;
  let value = from;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) return undefined;
    const member = match[1] ?? match[2] ?? match[3] ?? '';
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined;
    value = (value as Record<string, unknown>)[member];
  }
  return value;
}
