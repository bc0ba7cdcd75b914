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
/** A person corrects a few faults at a time, and the message must fit twice into the state of an execution. */
const SHOWN_FAULTS = 20;

/** Returns `data` if it is valid.
 * @throws InvalidRequestError with a sentence for every fault: the field, what was given, what is allowed. */
export function check<T>(validate: SchemaValidator, data: unknown): T {
  if (validate(data)) return data as T;
  throw new InvalidRequestError(describeFaults(validate.errors ?? []));
}

/** One sentence per fault: the field, what was given, what is allowed. The errors must hold `data` and `parentSchema`, as
 * ajv writes them with its option `verbose`. */
export function describeFaults(errors: readonly ErrorObject[]): string {
  const sentences = errors.filter(isFaultItself).map((error) => `${fieldOf(error)}: ${sentenceFor(error)}`);
  return joinFaults([...new Set(sentences)]);
}

/** The first sentences, and how many more there are, a line each. */
export function joinFaults(sentences: string[]): string {
  const rest = sentences.length - SHOWN_FAULTS;
  const note = rest > 0 ? [`${rest} more ${rest === 1 ? 'fault is' : 'faults are'} not shown.`] : [];
  return [...sentences.slice(0, SHOWN_FAULTS), ...note].join('\n');
}

/** ajv reports a failed `oneOf` or `dependencies` and also what failed inside it. Only one of the two helps a person. */
function isFaultItself({ schemaPath }: ErrorObject): boolean {
  return !/\/(oneOf|dependencies)\/.+\/required$/.test(schemaPath) && !schemaPath.endsWith('/dependencies');
}

function fieldOf({ instancePath, params }: ErrorObject): string {
  // A JSON pointer (RFC 6901): `~1` is a slash in a name, `~0` a tilde.
  const pointer = instancePath.split('/').slice(1);
  const path = pointer.map((name) =>
    /^\d+$/.test(name) ? `[${name}]` : member(name.replaceAll('~1', '/').replaceAll('~0', '~')),
  );
  const missingOrUnknown = params.missingProperty ?? params.additionalProperty;
  if (missingOrUnknown !== undefined) path.push(member(missingOrUnknown));
  return shown(path.join('').replace(/^\./, '')) || 'request';
}

function member(name: string): string {
  return `.${name === '' ? '""' : name}`;
}

/** The sentence about a fault, by the schema keyword that failed. The build stops at a keyword without a sentence. */
export const SENTENCES: Record<string, (error: ErrorObject) => string> = {
  required: () => 'is missing.',
  additionalProperties: () => 'is not a known field. Remove it or correct its name.',
  type: ({ data, params }) => `${given(data)} is of the wrong type; ${article(params.type)} is expected.`,
  enum: ({ data, params }) => `${given(data)} is not allowed; choose one of ${params.allowedValues.join(', ')}.`,
  pattern: (error) => `${given(error.data)} is not ${expected(error)}.`,
  minLength: ({ params }) => `is too short; at least ${count(params.limit, 'character')} expected.`,
  maxLength: ({ data, params }) => `has ${[...String(data)].length} characters; at most ${params.limit} are allowed.`,
  minimum: ({ data, params }) => `${given(data)} is too small; the minimum is ${params.limit}.`,
  maximum: ({ data, params }) => `${given(data)} is too large; the maximum is ${params.limit}.`,
  maxItems: ({ data, params }) => tooManyItems(data as unknown[], params.limit),
  minItems: ({ params }) => `has too few items; at least ${count(params.limit, 'item')} expected.`,
  maxProperties: ({ params }) => `has too many fields; at most ${params.limit} are allowed.`,
  oneOf: ({ data, parentSchema }) => exactlyOne(parentSchema?.oneOf, data),
  not: ({ parentSchema }) => parentSchema?.description ?? 'is not allowed.',
};

export function tooManyItems(items: unknown[], limit: number): string {
  return `has ${items.length} items; at most ${limit} are allowed.`;
}

function sentenceFor(error: ErrorObject): string {
  return SENTENCES[error.keyword]?.(error) ?? `${error.message}.`;
}

/** The words that stand beside a pattern in the schema. */
function expected({ parentSchema }: ErrorObject): string {
  const [example] = parentSchema?.examples ?? [];
  return `${parentSchema?.description ?? 'in the expected form'}${example === undefined ? '' : `, such as ${example}`}`;
}

/** The schemas of requests use `oneOf` only to require exactly one of several fields. */
function exactlyOne(branches: readonly { required: readonly string[] }[] = [], data: unknown): string {
  const fields = branches.flatMap(({ required }) => required);
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

/** A value as a message shows it: as JSON, cut to 120 characters. */
export function given(data: unknown): string {
  return shown(jsonText(data) ?? 'the value');
}

function shown(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${cut(text, SHOWN_CHARACTERS)}…` : text.toWellFormed();
}
