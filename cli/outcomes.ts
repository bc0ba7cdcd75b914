/** How one dataset's export ended, as the execution's output or cause has it; more members than these may be there. */
export interface Outcome {
  outcome: string;
  datasetArn?: string;
  path?: string;
  reason?: string;
  [member: string]: unknown;
}

/** A dataset that was left out, and why. */
export interface Skipped {
  datasetArn?: string;
  reason?: string;
}

/** A value out of JSON; text that is none stays as it is. */
export function fromJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Every outcome in an output or cause, wherever it is: those of a batch are nested, and JSON may be text in it. */
export function outcomesIn(value: unknown): Outcome[] {
  return objectsIn(value).filter((one): one is Outcome => typeof one.outcome === 'string');
}

/** Every dataset that an output says was skipped. */
export function skippedIn(value: unknown): Skipped[] {
  return objectsIn(value).flatMap(({ skipped }) => (Array.isArray(skipped) ? skipped : []));
}

/** All objects at any depth; what is in an outcome belongs to it. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value === 'string') {
    const read = /^\s*[[{]/.test(value) ? fromJson(value) : undefined;
    return typeof read === 'object' ? objectsIn(read) : [];
  }
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  const one = value as Record<string, unknown>;
  return typeof one.outcome === 'string' ? [one] : [one, ...Object.values(one).flatMap(objectsIn)];
}

/** An execution's cause for people: JSON of strings or of errors as lines, all else as it is. */
export function causeLines(cause: string | undefined): string[] {
  const value = fromJson(cause);
  if (Array.isArray(value)) return value.flatMap((one) => lineOf(one));
  return lineOf(value);
}

function lineOf(value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'string') return value.split('\n');
  const { errorType, errorMessage } = value as { errorType?: unknown; errorMessage?: unknown };
  if (typeof errorMessage === 'string') return [[errorType, errorMessage].filter(Boolean).join(': ')];
  return [JSON.stringify(value)];
}

/** `shop/ITEMS` of a dataset's ARN; of others what comes after the kind. */
export function shortArn(arn: string): string {
  return arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^[^/]+\//, '');
}
