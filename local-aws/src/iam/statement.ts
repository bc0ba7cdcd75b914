import { type Condition, type Context, conditionOf } from './condition.ts';
import { fitsAction, fitsArn } from './pattern.ts';

/** The caller: the session of a role, or a service itself. */
export type Principal =
  | { type: 'role'; roleArn: string; sessionName: string }
  | { type: 'service'; service: string; sourceArn: string };

/** One of the permissions that a call needs. */
export interface Permission {
  /** `personalize:CreateDatasetExportJob` */
  action: string;
  /** An ARN, or `*` for an action without a resource type. */
  resource: string;
  context?: Context;
}

/** One statement of a policy in the template. */
export interface Statement {
  /** The logical id of the resource that has the policy, such as a role. */
  holder: string;
  /** The policy and the statement in it, by their names or positions. */
  name: string;
  effect: 'Allow' | 'Deny';
  actions: string[];
  /** `NotAction`: the statement applies to all actions but these. */
  isNotAction: boolean;
  resources: string[];
  /** Only in the policy of a resource: the names of services and the ARNs that it applies to, `*` for everybody. */
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
 * @param ownArn the resource of the statements that name none, as in the trust policy of a role
 * @throws Error for anything that is not known here: nothing is ignored */
export function statementsOf(document: unknown, holder: string, policyName: string, ownArn?: string): Statement[] {
  // The default is 2008-10-17, which has no policy variables. They are not supported in any version.
  const { Version = VERSIONS[0], Id: _, Statement, ...others } = document as Record<string, unknown>;
  const where = `${holder}, ${policyName}`;
  if (!VERSIONS.includes(Version as string)) throw new Error(`${where}: the policy Version ${Version} does not exist.`);
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
  if (actions.length === 0 || resources.length === 0)
    throw new Error(`${where}: a statement needs an Action and a Resource.`);
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

/** Tells whether a statement applies to an action on a resource in this context. */
export function isAbout(statement: Statement, { action, resource }: Permission, context: Context): boolean {
  return (
    statement.actions.some((pattern) => fitsAction(pattern, action)) !== statement.isNotAction &&
    statement.resources.some((pattern) => fitsArn(pattern, resource)) &&
    statement.condition(context)
  );
}

/** How the policy of a resource names a principal: itself, its account (whose policies then decide), or not at all. */
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
