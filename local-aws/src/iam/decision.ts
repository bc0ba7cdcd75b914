import type { Context } from './condition.ts';
import { isAbout, namedBy, type Permission, type Principal, type Statement } from './statement.ts';

/** The statements that allow a call, or the end of the sentence with which AWS refuses it. */
export type Decision = { allowedBy: Statement[] } | { because: string };

interface ApplicablePolicies {
  /** The policies of the role; `undefined` for a role outside of the stack, which may do everything. */
  identity?: Statement[];
  /** The policy of the resource; `undefined` when it is unknown. */
  resource?: Statement[];
}

/**
 * Decides as IAM does within one account. An explicit Deny wins. Otherwise the policy of the role or of the resource must allow
 * the call; for a service, that of the resource. The policy of a key must always allow it: to the principal, or to its account,
 * whose policies then decide.
 * Source: IAM User Guide, "Policy evaluation logic"; KMS developer guide, "Key policies".
 */
export function decide(
  principal: Principal,
  permission: Permission,
  context: Context,
  { identity, resource }: ApplicablePolicies,
): Decision {
  const { action } = permission;
  const about = (statements: Statement[] = []) => statements.filter((one) => isAbout(one, permission, context));
  const ofIdentity = principal.type === 'role' ? about(identity) : [];
  const ofResource = about(resource).filter((one) => namedBy(one, principal) !== undefined);
  if (ofIdentity.some(isDeny)) return { because: 'with an explicit deny in an identity-based policy' };
  if (ofResource.some(isDeny)) return { because: 'with an explicit deny in a resource-based policy' };

  const direct = ofResource.filter((one) => namedBy(one, principal) === 'itself');
  const isIdentityAllowed = principal.type === 'role' && (identity === undefined || ofIdentity.length > 0);
  if (action.startsWith('kms:') && resource) {
    const delegating = ofResource.filter((one) => namedBy(one, principal) === 'account');
    if (direct.length > 0) return { allowedBy: [...direct, ...ofIdentity] };
    if (delegating.length === 0 || principal.type === 'service') return noPolicyAllows('resource-based', action);
    return isIdentityAllowed ? { allowedBy: [...delegating, ...ofIdentity] } : noPolicyAllows('identity-based', action);
  }
  if (isIdentityAllowed || direct.length > 0) return { allowedBy: [...ofIdentity, ...direct] };
  return noPolicyAllows(principal.type === 'service' ? 'resource-based' : 'identity-based', action);
}

function isDeny({ effect }: Statement): boolean {
  return effect === 'Deny';
}

function noPolicyAllows(kind: 'identity-based' | 'resource-based', action: string): Decision {
  return { because: `because no ${kind} policy allows the ${action} action` };
}
