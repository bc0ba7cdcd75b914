import { AwsError } from '../protocols/aws-json.ts';
import type { Permission, Principal } from './statement.ts';

/** The error and the status with which a service refuses. All others use AccessDeniedException and 400. */
const REFUSALS: Record<string, [name: string, statusCode: number]> = {
  s3: ['AccessDenied', 403],
  sns: ['AuthorizationError', 403],
  sqs: ['AccessDenied', 403],
  // The ERROR_CODE of the dead letter.
  events: ['NO_PERMISSIONS', 403],
};

/** The error with which a service refuses when the caller may not use the key. */
const KEY_REFUSALS: Record<string, [name: string, statusCode: number]> = {
  sns: ['KMSAccessDenied', 400],
  sqs: ['KMS.AccessDeniedException', 400],
};

/** Makes the error with which a service refuses a call. `because` is the end of IAM's sentence. */
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
