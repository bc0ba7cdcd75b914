import { AwsError } from './aws-json.ts';
import type { Member, Shape } from './sdk-schema.ts';

type Structure = Shape & { type: 'structure' };

/** What a member's value must satisfy, beyond its type; for a list, `min` and `max` count its elements. */
export interface Constraint {
  min?: number;
  max?: number;
  /** As the service quotes it in its errors. It must match the whole value, anchored or not. */
  pattern?: string;
  values?: readonly string[];
}

/** Constraints by the name of the member, or `Structure.member` where structures differ. An element of a list is
 * `list.member`. */
export type Constraints = Readonly<Record<string, Constraint>>;

interface Check {
  constraints: Constraints;
  /** What was found so far. */
  errors: string[];
}

/**
 * Checks an operation's input as the service does first of all. Members that the API does not know and those that are null
 * are dropped.
 * @param errorName the service's error for an input that breaks a constraint
 * @throws AwsError `SerializationException` for the first wrong JSON type; `errorName` for missing members, lengths,
 * patterns, enums and ranges, all of them in a single message.
 */
export function checkInput(
  shape: Structure,
  input: Record<string, unknown>,
  constraints: Constraints,
  errorName: string,
): Record<string, unknown> {
  const errors: string[] = [];
  const checked = checkStructure(shape, input, '', { constraints, errors });
  if (errors.length === 0) return checked;
  const count = errors.length === 1 ? '1 validation error' : `${errors.length} validation errors`;
  throw new AwsError(errorName, `${count} detected: ${errors.join('; ')}`);
}

/** The members that the API knows and that are not null. @throws AwsError `SerializationException` for a wrong JSON type */
export function checkTypes(shape: Structure, input: Record<string, unknown>): Record<string, unknown> {
  return checkStructure(shape, input, '', { constraints: {}, errors: [] });
}

function checkStructure(shape: Structure, value: unknown, path: string, check: Check): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw serializationError(value, 'a structure');
  }
  const given = value as Record<string, unknown>;
  const checked: Record<string, unknown> = {};
  for (const member of shape.members) {
    const at = path === '' ? member.name : `${path}.${member.name}`;
    const memberValue = Object.hasOwn(given, member.name) ? given[member.name] : undefined;
    if (memberValue !== undefined && memberValue !== null) {
      checked[member.name] = checkMember(shape, member, memberValue, at, check);
    } else if (member.required) {
      check.errors.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
    }
  }
  return checked;
}

function checkMember(structure: Structure, member: Member, value: unknown, at: string, check: Check): unknown {
  const checked = checkShape(member.shape(), value, at, check, `${member.name}.member`);
  const constraint = check.constraints[`${structure.name}.${member.name}`] ?? check.constraints[member.name];
  if (constraint !== undefined) check.errors.push(...violations(constraint, checked, at));
  return checked;
}

function checkShape(shape: Shape, value: unknown, at: string, check: Check, elementKey: string): unknown {
  switch (shape.type) {
    case 'structure':
      return checkStructure(shape, value, at, check);
    case 'list':
      return checkList(shape.element, value, at, check, elementKey);
    case 'map':
      return checkMap(shape.value, value, at, check, elementKey);
    case 'string':
      return ofType('string', value, 'a String');
    case 'boolean':
      return ofType('boolean', value, 'a Boolean');
    case 'number':
      return ofType('number', value, 'a Number');
    case 'timestamp':
      return ofType('number', value, 'a Timestamp');
  }
}

function checkList(element: Shape, value: unknown, at: string, check: Check, elementKey: string): unknown[] {
  if (!Array.isArray(value)) throw serializationError(value, 'a List');
  return value.map((item, index) => {
    const itemAt = `${at}.${index + 1}.member`;
    const checked = checkShape(element, item, itemAt, check, elementKey);
    const constraint = check.constraints[elementKey];
    if (constraint !== undefined) check.errors.push(...violations(constraint, checked, itemAt));
    return checked;
  });
}

function checkMap(shape: Shape, value: unknown, at: string, check: Check, elementKey: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw serializationError(value, 'a Map');
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    checkShape(shape, item, `${at}.${key}`, check, elementKey),
  ]);
  return Object.fromEntries(entries);
}

function ofType(type: 'string' | 'boolean' | 'number', value: unknown, wanted: string): unknown {
  if (typeof value !== type) throw serializationError(value, wanted);
  return value;
}

/** The wording of the services' own JSON parser, e.g. `NUMBER_VALUE can not be converted to a String`. */
function serializationError(value: unknown, wanted: string): AwsError {
  if (typeof value === 'object' && value !== null) {
    const found = Array.isArray(value) ? 'list' : 'structure or map';
    return new AwsError('SerializationException', `Start of ${found} found where not expected.`);
  }
  const found = value === null ? 'NULL_VALUE' : `${(typeof value).toUpperCase()}_VALUE`;
  return new AwsError('SerializationException', `${found} can not be converted to ${wanted}`);
}

function violations(constraint: Constraint, value: unknown, at: string): string[] {
  const { min, max, pattern, values } = constraint;
  const failed: string[] = [];
  const size = typeof value === 'number' ? value : (value as string | unknown[]).length;
  const measure = typeof value === 'number' ? 'value' : 'length';
  if (min !== undefined && size < min) failed.push(`Member must have ${measure} greater than or equal to ${min}`);
  if (max !== undefined && size > max) failed.push(`Member must have ${measure} less than or equal to ${max}`);
  if (pattern !== undefined && !whole(pattern).test(value as string)) {
    failed.push(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  if (values !== undefined && !values.includes(value as string)) {
    failed.push(`Member must satisfy enum value set: [${values.join(', ')}]`);
  }
  const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return failed.map((text) => `Value '${shown}' at '${at}' failed to satisfy constraint: ${text}`);
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}
