import { type Matcher, matcherOf } from './pattern-matchers.ts';

type EventObject = Record<string, unknown>;
type Predicate = (event: EventObject) => boolean;

/**
 * Whether an event matches an EventBridge event pattern, by the rules of
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and -eb-create-pattern-operators.html.
 * Numbers are compared by value; EventBridge's exact match compares them as written (300 is not 3.0e2 there).
 * @throws Error when the pattern is not valid
 */
export function matchesPattern(pattern: Record<string, unknown>, event: Record<string, unknown>): boolean {
  return compilePattern(pattern)(event);
}

/** @throws Error saying what EventBridge would refuse, e.g. an operator that it doesn't know */
export function validatePattern(pattern: Record<string, unknown>): void {
  compilePattern(pattern);
}

/** A pattern made ready to be matched often. @throws Error when the pattern is not valid */
export function compilePattern(pattern: Record<string, unknown>): (event: Record<string, unknown>) => boolean {
  if (!isObject(pattern)) throw invalid('', 'must be a JSON object');
  return compileObject(pattern, '');
}

function compileObject(pattern: EventObject, path: string): Predicate {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw invalid(path, 'must not be empty');
  const predicates = fields.map(([name, value]) =>
    name === '$or' ? compileOr(value, path) : compileField(name, value, path ? `${path}.${name}` : name),
  );
  return (event) => predicates.every((matches) => matches(event));
}

function compileOr(value: unknown, path: string): Predicate {
  const isListOfPatterns = Array.isArray(value) && value.length > 1 && value.every(isObject);
  if (!isListOfPatterns) throw invalid(path, '$or must be an array of two patterns or more');
  const alternatives = value.map((pattern) => compileObject(pattern, path));
  return (event) => alternatives.some((matches) => matches(event));
}

function compileField(name: string, value: unknown, path: string): Predicate {
  if (Array.isArray(value)) return compileLeaf(name, value, path);
  if (!isObject(value)) throw invalid(path, `must be an object or an array, not ${JSON.stringify(value)}`);
  const matches = compileObject(value, path);
  return (event) => objectsAt(event, name).some(matches);
}

/** What a nested pattern looks into. Nothing there is an empty object, for the sake of `exists: false`. In an array of
 * objects all that a pattern asks for must be in one of them. */
function objectsAt(event: EventObject, name: string): EventObject[] {
  const value = Object.hasOwn(event, name) ? event[name] : {};
  const objects = flatten(value).filter(isObject);
  return objects.length > 0 ? objects : [{}];
}

function compileLeaf(name: string, alternatives: unknown[], path: string): Predicate {
  if (alternatives.length === 0) throw invalid(path, 'must not be an empty array');
  const matchers: Matcher[] = alternatives.map((alternative) => matcherOf(alternative, path));
  return (event) => {
    const values = Object.hasOwn(event, name) ? flatten(event[name]).filter((value) => !isObject(value)) : [];
    return matchers.some((matches) => matches(values));
  };
}

function flatten(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flatMap(flatten) : [value];
}

function isObject(value: unknown): value is EventObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(path: string, reason: string): Error {
  return new Error(`Event pattern is not valid: ${path || 'the pattern'} ${reason}`);
}
