import { type Constraint, constraints } from '../personalize/constraints.ts';
import { AwsError } from './aws-json.ts';
import type { Member, Shape } from './sdk-schema.ts';

type Structure = Shape & { type: 'structure' };

/**
 * Checks an operation's input as the service does before it looks at anything else. Members that the API does not know
 * and those that are null are dropped.
 * @throws AwsError `SerializationException` for a wrong JSON type, at once; `InvalidInputException` for a missing member,
 * a length, pattern, enum or range, every one of them in a single message.
 */
export function checkInput(shape: Structure, input: Record<string, unknown>): Record<string, unknown> {
  const errors: string[] = [];
  const checked = checkStructure(shape, input, '', errors);
  if (errors.length === 0) return checked;
  const count = errors.length === 1 ? '1 validation error' : `${errors.length} validation errors`;
  throw new AwsError('InvalidInputException', `${count} detected: ${errors.join('; ')}`);
}

/** The members that the API knows and that are not null. @throws AwsError `SerializationException` for a wrong JSON type */
export function checkTypes(shape: Structure, input: Record<string, unknown>): Record<string, unknown> {
  return checkStructure(shape, input, '', []);
}

function checkStructure(shape: Structure, value: unknown, path: string, errors: string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw serializationError(value, 'a structure');
  }
  const given = value as Record<string, unknown>;
  const checked: Record<string, unknown> = {};
  for (const member of shape.members) {
    const at = path === '' ? member.name : `${path}.${member.name}`;
    const memberValue = Object.hasOwn(given, member.name) ? given[member.name] : undefined;
    if (memberValue !== undefined && memberValue !== null) {
      checked[member.name] = checkMember(shape, member, memberValue, at, errors);
    } else if (member.required) {
      errors.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
    }
  }
  return checked;
}

function checkMember(structure: Structure, member: Member, value: unknown, at: string, errors: string[]): unknown {
  const checked = checkShape(member.shape(), value, at, errors, `${member.name}.member`);
  const constraint = constraints[`${structure.name}.${member.name}`] ?? constraints[member.name];
  if (constraint !== undefined) errors.push(...violations(constraint, checked, at));
  return checked;
}

function checkShape(shape: Shape, value: unknown, at: string, errors: string[], elementKey: string): unknown {
  switch (shape.type) {
    case 'structure':
      return checkStructure(shape, value, at, errors);
    case 'list':
      return checkList(shape.element, value, at, errors, elementKey);
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

function checkList(element: Shape, value: unknown, at: string, errors: string[], elementKey: string): unknown[] {
  if (!Array.isArray(value)) throw serializationError(value, 'a List');
  return value.map((item, index) => {
    const itemAt = `${at}.${index + 1}.member`;
    const checked = checkShape(element, item, itemAt, errors, elementKey);
    const constraint = constraints[elementKey];
    if (constraint !== undefined) errors.push(...violations(constraint, checked, itemAt));
    return checked;
  });
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
