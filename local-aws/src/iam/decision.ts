import type { Context } from './condition.ts';
import { isAbout, namedBy, type Permission, type Principal, type Statement } from './statement.ts';

/** Whether a call may be made, by which statements, or the end of the sentence that AWS says otherwise. */
export type Decision = { allowedBy: Statement[] } | { because: string };

interface ApplicablePolicies {
  /** The role's; `undefined` for a role outside the stack, which may do everything. */
  identity?: Statement[];
  /** The resource's own; `undefined` when it is unknown. */
  resource?: Statement[];
}

/**
 * As IAM decides within one account: an explicit Deny wins, then either policy may allow. A key's policy must agree in
 * any case: it names the principal, or leaves it to the account's own policies. A service by itself needs the resource's.
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
