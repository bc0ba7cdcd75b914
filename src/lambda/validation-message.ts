import type { ErrorObject } from 'ajv';
import { InvalidRequestError } from './errors.ts';
import { jsonText } from './json-text.ts';
import { cut } from './shorten.ts';

/** A validator that ajv compiled: returns true, or false and sets `errors`. */
export interface SchemaValidator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** Longer values and field names are cut in a message. */
const SHOWN_CHARACTERS = 120;
/** More faults than this help nobody, and the message must fit twice into the state of an execution. */
const SHOWN_FAULTS = 20;

/** Returns `data` if it is valid.
 * @param schema what `validate` was compiled from: its words replace a pattern in the message.
 * @throws InvalidRequestError with a sentence for every fault: the field, what was given, what is allowed. */
export function check<T>(validate: SchemaValidator, data: unknown, schema: object = {}): T {
  if (validate(data)) return data as T;
  throw new InvalidRequestError(describeFaults(validate.errors ?? [], schema));
}

/** One sentence per fault: the field, what was given, what is allowed. The errors must hold `data` (ajv's option `verbose`). */
export function describeFaults(errors: readonly ErrorObject[], schema: object = {}): string {
  const sentences = errors
    .filter(isFaultItself)
    .map((error) => `${fieldOf(error)}: ${sentenceFor(error, ruleAt(schema, error.schemaPath))}`);
  return joinFaults([...new Set(sentences)]);
}

/** The first sentences, and how many more there are. */
export function joinFaults(sentences: string[]): string {
  const rest = sentences.length - SHOWN_FAULTS;
  const note = rest > 0 ? [`${rest} more ${rest === 1 ? 'fault is' : 'faults are'} not shown.`] : [];
  return [...sentences.slice(0, SHOWN_FAULTS), ...note].join(' ');
}

/** ajv reports a failed `oneOf` or `dependencies` and also what failed inside it. Only one of the two helps a person. */
function isFaultItself({ schemaPath }: ErrorObject): boolean {
  return !/\/(oneOf|dependencies)\/.+\/required$/.test(schemaPath) && !schemaPath.endsWith('/dependencies');
}

function fieldOf({ instancePath, params }: ErrorObject): string {
  const path = namesIn(instancePath).map((name) => (/^\d+$/.test(name) ? `[${name}]` : member(name)));
  const missingOrUnknown = params.missingProperty ?? params.additionalProperty;
  if (missingOrUnknown !== undefined) path.push(member(missingOrUnknown));
  return shown(path.join('').replace(/^\./, '')) || 'request';
}

/** The names in a JSON pointer (RFC 6901): `~1` is a slash in a name, `~0` a tilde. */
function namesIn(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function member(name: string): string {
  return `.${name === '' ? '""' : name}`;
}

/** The part of a schema that holds the keyword at fault, with the words that stand beside the keyword. */
interface Rule {
  description?: string;
  examples?: readonly unknown[];
  oneOf?: readonly { required?: readonly string[] }[];
}

/** ajv's `schemaPath` is a JSON pointer in a URI fragment (`#/properties/jobName/pattern`). */
function ruleAt(schema: object, schemaPath: string): Rule {
  const names = namesIn(schemaPath).slice(0, -1);
  return names.reduce<object>((part, name) => Object(part[name as keyof typeof part]), schema);
}

/** The sentence about a fault, by the schema keyword that failed. The build stops at a keyword without a sentence. */
export const SENTENCES: Record<string, (error: ErrorObject, rule: Rule) => string> = {
  required: () => 'is missing.',
  additionalProperties: () => 'is not a known field. Remove it or correct its name.',
  type: ({ data, params }) => `${given(data)} is of the wrong type; ${article(params.type)} is expected.`,
  enum: ({ data, params }) => `${given(data)} is not allowed; choose one of ${params.allowedValues.join(', ')}.`,
  pattern: ({ data }, rule) => `${given(data)} is not ${expected(rule)}.`,
  minLength: ({ params }) => `is too short; at least ${count(params.limit, 'character')} expected.`,
  maxLength: ({ data, params }) => `has ${[...String(data)].length} characters; at most ${params.limit} are allowed.`,
  minimum: ({ data, params }) => `${given(data)} is too small; the minimum is ${params.limit}.`,
  maximum: ({ data, params }) => `${given(data)} is too large; the maximum is ${params.limit}.`,
  maxItems: ({ data, params }) => `has ${(data as unknown[]).length} items; at most ${params.limit} are allowed.`,
  minItems: ({ params }) => `has too few items; at least ${count(params.limit, 'item')} expected.`,
  maxProperties: ({ params }) => `has too many fields; at most ${params.limit} are allowed.`,
  oneOf: ({ data }, { oneOf = [] }) =>
    exactlyOne(
      oneOf.flatMap(({ required = [] }) => required),
      data,
    ),
  not: (_, { description }) => description ?? 'is not allowed.',
};

function sentenceFor(error: ErrorObject, rule: Rule): string {
  return SENTENCES[error.keyword]?.(error, rule) ?? `${error.message}.`;
}

function expected({ description, examples = [] }: Rule): string {
  const example = examples[0] === undefined ? '' : `, such as ${examples[0]}`;
  return `${description ?? 'in the expected form'}${example}`;
}

function exactlyOne(fields: readonly string[], data: unknown): string {
  const names = fields.filter((name) => Object.hasOwn(Object(data), name));
  return `give exactly one of ${fields.join(', ')}; ${names.length === 0 ? 'none was' : `${names.join(' and ')} were`} given.`;
}

function count(limit: number, noun: string): string {
  return limit === 1 ? `1 ${noun} is` : `${limit} ${noun}s are`;
}

function article(type: string | string[]): string {
  const name = [type].flat().join(' or ');
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

function given(data: unknown): string {
  return shown(jsonText(data) ?? 'the value');
}

function shown(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${cut(text, SHOWN_CHARACTERS)}…` : text;
}
