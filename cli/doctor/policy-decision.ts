type Element = string | string[];

interface Statement {
  Effect: string;
  Principal?: '*' | Record<string, Element>;
  NotPrincipal?: unknown;
  Action?: Element;
  NotAction?: Element;
  Resource?: Element;
  NotResource?: Element;
  Condition?: Record<string, Record<string, Element>>;
}

/** A call of an AWS service. */
export interface ServiceCall {
  /** The principal, such as `personalize.amazonaws.com`. */
  service: string;
  action: string;
  /** Left out for a role's trust. */
  resource?: string;
  /** The condition keys that the call has, in lower case. */
  context: Record<string, string>;
}

/** `undecided`: a condition or an element that can't be judged from here decides. */
export type Decision = 'allowed' | 'denied' | 'not allowed' | 'undecided';

/** Whether a policy of a resource lets a service make a call. IAM can't simulate that: its simulator knows no service
 * principals. Source: IAM user guide, "Policy evaluation logic".
 * @throws SyntaxError for a text that is not JSON */
export function decide(policy: string, call: ServiceCall): Decision {
  const statements: Statement[] = [JSON.parse(policy)?.Statement ?? []].flat();
  const effects = statements.map((statement) => [statement.Effect, applies(statement, call)] as const);
  const has = (effect: string, applicable: boolean | undefined) =>
    effects.some(([one, whether]) => one === effect && whether === applicable);
  if (has('Deny', true)) return 'denied';
  if (has('Deny', undefined)) return 'undecided';
  if (has('Allow', true)) return 'allowed';
  return has('Allow', undefined) ? 'undecided' : 'not allowed';
}

/** Whether a statement applies to a call; undefined if that can't be judged. */
function applies(statement: Statement, call: ServiceCall): boolean | undefined {
  const { Action, NotAction, Resource, NotResource } = statement;
  const parts = [
    namesPrincipal(statement, call.service),
    listed(Action, NotAction, (pattern) => matches(pattern.toLowerCase(), call.action.toLowerCase())),
    call.resource === undefined || listed(Resource, NotResource, (pattern) => matches(pattern, call.resource ?? '')),
    ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => holds(operator, call.context[key.toLowerCase()], [values].flat())),
    ),
  ];
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function namesPrincipal({ Principal, NotPrincipal }: Statement, service: string): boolean | undefined {
  if (NotPrincipal !== undefined || Principal === undefined) return undefined;
  if (Principal === '*') return true;
  const { Service = [], AWS = [] } = Principal;
  return [AWS].flat().includes('*') || [Service].flat().some((one) => one === service || one === '*');
}

function listed(yes: Element | undefined, no: Element | undefined, fits: (pattern: string) => boolean): boolean {
  return yes !== undefined ? [yes].flat().some(fits) : ![no ?? '*'].flat().some(fits);
}

/** A condition. Only keys that the call is known to have can be judged. */
function holds(operator: string, given: string | undefined, wanted: string[]): boolean | undefined {
  if (given === undefined) return undefined;
  switch (operator.replace(/IfExists$/, '')) {
    case 'StringEquals':
    case 'Bool':
      return wanted.map(String).includes(given);
    case 'StringNotEquals':
      return !wanted.includes(given);
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return wanted.some((pattern) => matches(pattern, given));
    case 'StringNotLike':
    case 'ArnNotLike':
    case 'ArnNotEquals':
      return !wanted.some((pattern) => matches(pattern, given));
    default:
      return undefined;
  }
}

/** Whether a text matches a pattern in which `*` stands for any characters and `?` for one. It backtracks to the last `*`
 * only. A regular expression could take exponential time on a pattern with many `*`. */
export function matches(pattern: string, text: string): boolean {
  let [at, star, mark] = [0, -1, 0];
  for (let index = 0; index < text.length; ) {
    if (pattern[at] === '*') [star, mark, at] = [at, index, at + 1];
    else if (pattern[at] === '?' || pattern[at] === text[index]) [at, index] = [at + 1, index + 1];
    else if (star >= 0) {
      mark += 1;
      [at, index] = [star + 1, mark];
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
