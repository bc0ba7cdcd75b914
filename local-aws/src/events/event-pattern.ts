import { stepByStep } from './dotted-names.ts';
import { type Matcher, matcherOf } from './pattern-matchers.ts';

type EventObject = Record<string, unknown>;
type Predicate = (event: EventObject) => boolean;

/**
 * Tells whether an event matches an EventBridge event pattern. Numbers are compared by value: 300 matches 3.0e2.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws Error when the pattern is not valid
 */
export function matchesPattern(pattern: Record<string, unknown>, event: Record<string, unknown>): boolean {
  return compilePattern(pattern)(event);
}

/** @throws Error that names what EventBridge refuses, such as an unknown operator */
export function validatePattern(pattern: Record<string, unknown>): void {
  compilePattern(pattern);
}

/** Compiles a pattern that is to be matched many times. @throws Error when the pattern is not valid */
export function compilePattern(pattern: Record<string, unknown>): (event: Record<string, unknown>) => boolean {
  if (!isObject(pattern)) throw invalid('', 'must be a JSON object');
  const matches = compileObject(pattern, '');
  return (event) => matches(stepByStep(event) as EventObject);
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
  const dot = name.indexOf('.');
  if (dot >= 0)
    return compileField(name.slice(0, dot), { [name.slice(dot + 1)]: value }, path.slice(0, dot - name.length));
  if (Array.isArray(value)) return compileLeaf(name, value, path);
  if (!isObject(value)) throw invalid(path, `must be an object or an array, not ${JSON.stringify(value)}`);
  const matches = compileObject(value, path);
  return (event) => objectsAt(event, name).some(matches);
}

/** The objects that a nested pattern is matched with. An array's element must match the whole pattern. If there is no object,
 * an empty one lets `exists: false` match. */
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
