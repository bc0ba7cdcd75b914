/** How the export of one dataset ended, from the execution's output or cause. It may have more fields. */
export interface Outcome {
  outcome: string;
  datasetArn?: string;
  path?: string;
  datasetExportJobArn?: string;
  reason?: string;
  remedy?: string;
  verification?: string;
  [field: string]: unknown;
}

/** A dataset, or a dataset group without datasets, that was skipped, and why. */
export interface Skipped {
  datasetArn?: string;
  datasetGroupArn?: string;
  reason?: string;
}

/** Parses JSON; returns other text unchanged. */
export function fromJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Every outcome in an output or cause, at any depth, also in JSON inside a string. */
export function outcomesIn(value: unknown): Outcome[] {
  return objectsIn(value).filter((one): one is Outcome => typeof one.outcome === 'string');
}

/** Every skipped dataset in an output. */
export function skippedIn(value: unknown): Skipped[] {
  return objectsIn(value).flatMap(({ skipped }) => (Array.isArray(skipped) ? skipped : []));
}

/** All objects at any depth, except those inside an outcome. */
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

/** The lines of an execution's cause for people. JSON that contains strings or errors becomes lines. */
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

/** The part of an ARN after the kind of resource: `shop/ITEMS` for a dataset. */
export function shortArn(arn: string): string {
  return arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^[^/]+\//, '');
}
