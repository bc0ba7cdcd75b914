import { AwsError } from '../protocols/aws-json.ts';
import type { Permission, Principal } from './statement.ts';

/** By which name and status a service refuses; all others say AccessDeniedException with 400. */
const REFUSALS: Record<string, [name: string, statusCode: number]> = {
  s3: ['AccessDenied', 403],
  sns: ['AuthorizationError', 403],
  sqs: ['AccessDenied', 403],
  // The ERROR_CODE of the dead letter.
  events: ['NO_PERMISSIONS', 403],
};

/** What a service says where it may not use a key in the caller's name. */
const KEY_REFUSALS: Record<string, [name: string, statusCode: number]> = {
  sns: ['KMSAccessDenied', 400],
  sqs: ['KMS.AccessDeniedException', 400],
};

/** The refusal of a call as its service gives it; `because` is the end of IAM's sentence. */
export function denialBy(service: string, principal: Principal, permission: Permission, because: string): AwsError {
  const isOfKey = permission.action.startsWith('kms:');
  const [name, statusCode] = (isOfKey && KEY_REFUSALS[service]) || REFUSALS[service] || ['AccessDeniedException', 400];
  return new AwsError(name, sentence(principal, permission, because), statusCode);
}

/** Source: IAM User Guide, "Troubleshoot access denied error messages". */
function sentence(principal: Principal, { action, resource }: Permission, because: string): string {
  return `User: ${nameOf(principal)} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}

function nameOf(principal: Principal): string {
  if (principal.type === 'service') return principal.service;
  const { roleArn, sessionName } = principal;
  const [, partition, , , accountId, role = ''] = roleArn.split(':');
  return `arn:${partition}:sts::${accountId}:assumed-role/${role.split('/').pop()}/${sessionName}`;
}
