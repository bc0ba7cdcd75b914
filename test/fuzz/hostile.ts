import fc from 'fast-check';

/** What stands for a value too large to be printed as a counterexample: `realised` makes it. */
type Large = { $nested: number } | { $repeated: string; times: number };

/** `value` with the large parts made: arrays nested so deep, a text repeated so often. Keeps `__proto__` an own property. */
export function realised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(realised);
  if (value === null || typeof value !== 'object') return value;
  const large = value as Partial<{ $nested: number; $repeated: string; times: number }>;
  if (typeof large.$nested === 'number') return nested(large.$nested);
  if (typeof large.$repeated === 'string') return large.$repeated.repeat(large.times ?? 1);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, realised(member)]));
}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

/** What JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Names that every object has already, or that change what an object is. */
const inherited = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON'];
const marks = [
  '\0',
  '\n',
  '\r',
  '\u001b',
  '\u2028',
  '\u202e',
  '\ud800',
  '😀',
  'é',
  '"',
  '\\',
  '/',
  '~1',
  '.',
  ':',
  ' ',
  '%',
  '+',
];

/** Short texts: of marks that break lines, names and paths. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ...inherited),
  fc.string({ unit: fc.constantFrom(...marks, 'a', 'Z', '0'), maxLength: 12 }),
  fc.string({ maxLength: 20 }),
);

const large: fc.Arbitrary<Large> = fc.oneof(
  fc.record({ $nested: fc.constantFrom(100, 2_000, 10_000) }),
  fc.record({ $repeated: fc.constantFrom(...marks, 'a'), times: fc.constantFrom(121, 257, 1_025, 30_000, 300_000) }),
);

const number = fc.oneof(fc.constantFrom(0, -0, 1, 2_880, 2_881, -1, 1.5, 1e21, Number.POSITIVE_INFINITY), fc.integer());

/** Any JSON, and what JSON.parse makes of 1e400; large values are rare, as each takes as long as a thousand others. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 30, arbitrary: text },
  { weight: 10, arbitrary: number },
  { weight: 10, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}) },
  { weight: 10, arbitrary: fc.dictionary(text, text, { maxKeys: 3 }) },
  { weight: 5, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: large },
);

/** One change: at a path a value is set, or what is there is taken away. */
export interface Change {
  path: string;
  value?: unknown;
  removed?: boolean;
}

/** Changes at some of these paths, to values of their own or to any: so much oftener none than one to three. */
export function changesAt(paths: string[], values: fc.Arbitrary<unknown>, oftenerNone = 1): fc.Arbitrary<Change[]> {
  const path = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...paths) }, { weight: 1, arbitrary: text });
  const change = fc.oneof(
    { weight: 8, arbitrary: fc.record({ path, value: fc.oneof(values, anything) }) },
    { weight: 1, arbitrary: fc.record({ path, removed: fc.constant(true) }) },
  );
  return fc.oneof(
    { weight: oftenerNone, arbitrary: fc.constant<Change[]>([]) },
    { weight: 1, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
  );
}

/** A copy of `base` with the changes; objects are made on the way. What is large is still to be `realised`. */
export function changed(base: unknown, changes: Change[]): unknown {
  const copy: unknown = structuredClone(base);
  for (const { path, value, removed } of changes) {
    const steps = path.split('/');
    const last = steps.pop() ?? '';
    const holder = steps.reduce<unknown>((at, step) => child(at, step), copy);
    if (holder === null || typeof holder !== 'object') continue;
    if (removed) remove(holder, last);
    // A copy, since a later change may go into it: the generator hands out the same object again.
    else define(holder, last, structuredClone(value));
  }
  return copy;
}

function child(holder: unknown, step: string): unknown {
  if (holder === null || typeof holder !== 'object') return undefined;
  if (!Object.hasOwn(holder, step)) define(holder, step, {});
  return (holder as Record<string, unknown>)[step];
}

function remove(holder: object, name: string): void {
  if (!Array.isArray(holder)) Reflect.deleteProperty(holder, name);
  else if (/^\d$/.test(name)) holder.splice(Number(name), 1);
}

/** As JSON.parse does it: `__proto__` becomes a property like any other. */
function define(holder: object, name: string, value: unknown): void {
  // A list has no names, and no holes.
  if (Array.isArray(holder) && !(/^\d$/.test(name) && Number(name) <= holder.length)) return;
  Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });
}
