import type { ErrorObject } from 'ajv';
import { InvalidRequestError } from './errors.ts';
import { jsonText } from './json-text.ts';

/** A validator that ajv compiled: true, or false with `errors` set. */
export interface SchemaValidator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** The fields of a request that say what is exported: exactly one. */
export const SUBJECTS = ['datasetArn', 'datasetGroupArn', 'datasetImportJobArn'];
const SHOWN_CHARACTERS = 120;
/** Of more faults nobody reads; and the message must fit into the 256 KB of an execution's state, twice. */
const SHOWN_FAULTS = 20;

/** Checks `data`; what is wrong is said for every field at once.
 * @throws InvalidRequestError with a sentence a fault: the field, what was given, what is allowed. */
export function check<T>(validate: SchemaValidator, data: unknown): T {
  if (validate(data)) return data as T;
  throw new InvalidRequestError(describeFaults(validate.errors ?? []));
}

/** Sentences that name the field, what was given and what is allowed; `errors` must hold `data` (ajv's `verbose`). */
export function describeFaults(errors: readonly ErrorObject[]): string {
  const sentences = errors.filter(isTheFaultItself).map((error) => `${fieldOf(error)}: ${sentence(error)}`);
  return shownFaults([...new Set(sentences)]);
}

/** The first sentences, and how many more there are. */
export function shownFaults(sentences: string[]): string {
  const rest = sentences.length - SHOWN_FAULTS;
  return [...sentences.slice(0, SHOWN_FAULTS), ...(rest > 0 ? [`${rest} more faults are not shown.`] : [])].join(' ');
}

/** ajv reports a failed `oneOf` and, beside it, each of its branches: only the first tells the user something. */
function isTheFaultItself({ schemaPath }: ErrorObject): boolean {
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

/** What is said of a fault, by the keyword of the schema that it breaks. A test fails for a
 * keyword without a sentence. */
export const SENTENCES: Record<string, (error: ErrorObject) => string> = {
  required: () => 'is missing.',
  additionalProperties: () => 'is not a known field. Remove it or correct its name.',
  type: ({ data, params }) => `${given(data)} is of the wrong type; ${article(params.type)} is expected.`,
  enum: ({ data, params }) => `${given(data)} is not allowed; choose one of ${params.allowedValues.join(', ')}.`,
  pattern: ({ data, params }) => `${given(data)} does not have the form ${params.pattern}.`,
  minLength: ({ params }) => `is too short; at least ${params.limit} character(s) are needed.`,
  maxLength: ({ data, params }) => `has ${String(data).length} characters; at most ${params.limit} are allowed.`,
  minimum: ({ data, params }) => `${given(data)} is too small; at least ${params.limit} is allowed.`,
  maximum: ({ data, params }) => `${given(data)} is too large; at most ${params.limit} is allowed.`,
  maxItems: ({ data, params }) => `has ${(data as unknown[]).length} members; at most ${params.limit} are allowed.`,
  minItems: () => 'is empty; at least one member is needed.',
  maxProperties: ({ params }) => `has too many members; at most ${params.limit} are allowed.`,
  oneOf: ({ data }) => `give exactly one of ${SUBJECTS.join(', ')}; ${subjectsGiven(data)} given.`,
  not: () =>
    'jobName can be given for one dataset only, not with datasetGroupArn. Remove it: names are made for each job.',
};

function sentence(error: ErrorObject): string {
  return SENTENCES[error.keyword]?.(error) ?? `${error.message}.`;
}

function subjectsGiven(data: unknown): string {
  const names = SUBJECTS.filter((name) => Object.hasOwn(Object(data), name));
  return names.length === 0 ? 'none was' : `${names.join(' and ')} were`;
}

function article(type: string | string[]): string {
  const name = [type].flat().join(' or ');
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

function given(data: unknown): string {
  return shown(jsonText(data) ?? 'what is given');
}

function shown(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
