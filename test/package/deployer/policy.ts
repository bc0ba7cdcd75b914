import { readFile } from 'node:fs/promises';

/** One call to AWS, as IAM sees it. */
export interface Call {
  action: string;
  /** An ARN, or `*` where AWS knows no resource type for the action. */
  resource: string;
  /** The condition keys of the call. */
  context?: Record<string, string>;
}

type Element = string | string[];

export interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: Element;
  Resource: Element;
  Condition?: Record<string, Record<string, Element>>;
}

export interface Policy {
  Version: string;
  Statement: Statement[];
}

/** A policy of docs/ with its placeholders filled in. */
export async function readPolicy(
  file: string,
  { partition, accountId, boundary }: { partition: string; accountId: string; boundary?: string },
): Promise<Policy> {
  const text = await readFile(file, 'utf8');
  const filled = text
    .replaceAll('PARTITION', partition)
    .replaceAll('ACCOUNT_ID', accountId)
    .replaceAll('BOUNDARY', boundary ?? 'BOUNDARY');
  return JSON.parse(filled);
}

/** Whether a policy allows a call: a Deny wins, then one Allow is enough. */
export function allows({ Statement }: Policy, call: Call): boolean {
  const applicable = Statement.filter((statement) => applies(statement, call));
  return applicable.length > 0 && applicable.every(({ Effect }) => Effect === 'Allow');
}

/** The actions and resources of a policy that no call needs, with their statements. */
export function unneeded({ Statement }: Policy, calls: Call[]): string[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) => {
    const needed = calls.filter((call) => applies(statement, call));
    return [
      ...[statement.Action]
        .flat()
        .filter((pattern) => !needed.some(({ action }) => fits(lower(pattern), lower(action)))),
      ...[statement.Resource].flat().filter((pattern) => !needed.some(({ resource }) => fits(pattern, resource))),
    ].map((pattern) => `${statement.Sid}: ${pattern}`);
  });
}

function applies({ Action, Resource, Condition = {} }: Statement, { action, resource, context = {} }: Call): boolean {
  return (
    [Action].flat().some((pattern) => fits(lower(pattern), lower(action))) &&
    [Resource].flat().some((pattern) => fits(pattern, resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, context[key], [values].flat())),
    )
  );
}

/** A key that a call does not have fits a negated operator only. */
function holds(operator: string, given: string | undefined, wanted: string[]): boolean {
  const equals = given !== undefined && wanted.includes(given);
  if (operator === 'StringEquals') return equals;
  if (operator === 'StringNotEquals') return !equals;
  if (operator === 'StringLike') return given !== undefined && wanted.some((pattern) => fits(pattern, given));
  throw new Error(`The operator ${operator} is unknown.`);
}

/** IAM's wildcard `*` stands for any characters, also for `/` and `:`. */
function fits(pattern: string, text: string): boolean {
  const [start = '', ...others] = pattern.split('*');
  if (!text.startsWith(start)) return false;
  let rest = text.slice(start.length);
  for (const [index, part] of others.entries()) {
    if (index === others.length - 1) return rest.endsWith(part);
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return rest === '';
}

const lower = (action: string) => action.toLowerCase();
