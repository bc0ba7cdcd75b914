import { type Condition, type Context, conditionOf } from './condition.ts';
import { fitsAction, fitsArn } from './pattern.ts';

/** Who calls: the session of a role, or a service by itself. */
export type Principal =
  | { type: 'role'; roleArn: string; sessionName: string }
  | { type: 'service'; service: string; sourceArn: string };

/** One thing that a call needs to be allowed. */
export interface Permission {
  /** `personalize:CreateDatasetExportJob` */
  action: string;
  /** An ARN, or `*` where AWS knows no resource for the action. */
  resource: string;
  context?: Context;
}

/** One statement of a policy in the template. */
export interface Statement {
  /** The logical id of what the policy belongs to, e.g. a role. */
  holder: string;
  /** The policy and the statement in it, by their names or else by position. */
  name: string;
  effect: 'Allow' | 'Deny';
  actions: string[];
  /** `NotAction`: `actions` are those that it is not about. */
  isNotAction: boolean;
  resources: string[];
  /** Of a resource's own policy only: the service names and ARNs it is about, `*` for everybody. */
  principals?: string[];
  condition: Condition;
}

type Element = string | string[];

interface StatementDocument {
  Sid?: string;
  Effect: unknown;
  Principal?: '*' | Record<string, Element>;
  Action?: Element;
  NotAction?: Element;
  Resource?: Element;
  Condition?: Record<string, Record<string, unknown>>;
}

const VERSIONS = ['2008-10-17', '2012-10-17'];
const ELEMENTS = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'Condition'];

/** Reads a policy document, all intrinsic functions resolved.
 * @param ownArn the resource that the policy belongs to, where it may say `*` or nothing for it (a key, a role's trust).
 * @throws Error for anything that is not known here: nothing is passed over. */
export function statementsOf(document: unknown, holder: string, policyName: string, ownArn?: string): Statement[] {
  // Without a Version it is 2008-10-17, which knows no policy variables; neither does this.
  const { Version = VERSIONS[0], Id: _, Statement, ...others } = document as Record<string, unknown>;
  const where = `${holder}, ${policyName}`;
  if (!VERSIONS.includes(Version as string)) throw new Error(`${where}: there is no policy Version ${Version}.`);
  assertNoOthers(others, where);
  return [Statement].flat().map((statement, index) => {
    const name = `${policyName}, ${(statement as StatementDocument).Sid ?? `statement ${index + 1}`}`;
    return statementOf(statement as StatementDocument, { holder, name }, ownArn);
  });
}

function statementOf(document: StatementDocument, at: { holder: string; name: string }, ownArn?: string): Statement {
  const where = `${at.holder}, ${at.name}`;
  const { Effect, Principal, Action, NotAction, Resource = ownArn, Condition } = document;
  assertNoOthers(
    Object.fromEntries(Object.entries(document).filter(([element]) => !ELEMENTS.includes(element))),
    where,
  );
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`${where}: Effect is ${JSON.stringify(Effect)}.`);
  const actions = [Action ?? NotAction ?? []].flat();
  const resources = [Resource ?? []].flat();
  if (actions.length === 0 || resources.length === 0) throw new Error(`${where}: there is no Action or no Resource.`);
  const variable = [...actions, ...resources].find((pattern) => String(pattern).includes('${'));
  if (variable) throw new Error(`${where}: the policy variable in ${variable} is not known to the local AWS.`);
  return {
    ...at,
    effect: Effect,
    actions,
    isNotAction: Action === undefined,
    resources,
    ...(Principal !== undefined && { principals: principalsOf(Principal, where) }),
    condition: conditionOf(Condition, where),
  };
}

function assertNoOthers(others: Record<string, unknown>, where: string): void {
  const [element] = Object.keys(others);
  if (element) throw new Error(`${where}: the policy element ${element} is not known to the local AWS.`);
}

function principalsOf(principal: '*' | Record<string, Element>, where: string): string[] {
  if (principal === '*') return ['*'];
  return Object.entries(principal).flatMap(([kind, names]) => {
    if (kind === 'Service' || kind === 'AWS') return [names].flat();
    throw new Error(`${where}: the principal ${kind} is not known to the local AWS.`);
  });
}

/** Whether a statement is about this action on this resource under these circumstances. */
export function isAbout(statement: Statement, { action, resource }: Permission, context: Context): boolean {
  return (
    statement.actions.some((pattern) => fitsAction(pattern, action)) !== statement.isNotAction &&
    statement.resources.some((pattern) => fitsArn(pattern, resource)) &&
    statement.condition(context)
  );
}

/** How a resource's policy names a principal: itself, its whole account (whose own policies then decide), or not at all. */
export function namedBy({ principals = [] }: Statement, principal: Principal): 'itself' | 'account' | undefined {
  if (principal.type === 'service') {
    return principals.some((name) => name === '*' || name === principal.service) ? 'itself' : undefined;
  }
  if (principals.some((name) => name === '*' || name === principal.roleArn)) return 'itself';
  const accountId = principal.roleArn.split(':')[4];
  return principals.some((name) => name === accountId || name.endsWith(`:iam::${accountId}:root`))
    ? 'account'
    : undefined;
}
