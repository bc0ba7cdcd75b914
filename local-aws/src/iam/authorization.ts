import type { Account, Credentials } from '../protocols/account.ts';
import type { ApiRequest, Interceptor } from '../protocols/api-request.ts';
import { AwsError } from '../protocols/aws-json.ts';
import type { Context } from './condition.ts';
import { decide } from './decision.ts';
import { denialBy } from './denial.ts';
import { type Grant, usage } from './grants.ts';
import type { Policies } from './policies.ts';
import { exportNeeds, type Place, requiredPermissions } from './required-permissions.ts';
import type { Permission, Principal } from './statement.ts';

/** A session of a role. */
export interface Session {
  roleArn: string;
  sessionName: string;
  /** The service that uses the role. The policies of the resources must allow the service, too. */
  forService?: { service: string; sourceArn: string };
}

/** An export job of Personalize that is about to write. */
export interface ExportAccess {
  roleArn: string;
  jobArn: string;
  /** `s3://bucket/…`, and the export's own key if it has one. */
  output: { path: string; kmsKeyArn?: string | undefined };
  /** The dataset group has a key of its own. */
  hasGroupKey: boolean;
}

export interface Authorization {
  /** Made-up keys. Calls that are signed with them are the session's. */
  credentialsFor(session: Session): Credentials;
  /** Checks a call by who signed it. A caller without a session is the account's administrator.
   * @throws AwsError as the service refuses. */
  checkCall(request: ApiRequest): void;
  /** @throws AwsError `AccessDeniedException` unless the role may invoke the function. */
  checkInvocation(roleArn: string, functionArn: string): void;
  /** @throws AwsError unless the sender, a rule, schedule or function by its ARN, may use the function or the queue. */
  checkDelivery(action: 'lambda:InvokeFunction' | 'sqs:SendMessage', resourceArn: string, senderArn: string): void;
  /** Whether the service may assume the role for one of its resources. */
  mayAssume(service: string, roleArn: string, sourceArn: string): boolean;
  /** @throws AwsError unless Personalize may assume the job's role and use the key of its output. */
  checkExport(job: ExportAccess): void;
  /** Everything that the policies allow, and whether a call has needed it. */
  grants(): Grant[];
  /** Replaces all policies. */
  replacePolicies(policies: Policies): void;
}

const PERSONALIZE = 'personalize.amazonaws.com';
const EVENTS = 'events.amazonaws.com';

/** Checks calls against policies.
 * @param roleOf the role of a function or a schedule, by its ARN */
export function createAuthorization(
  initial: Policies,
  account: Account,
  roleOf: (arn: string) => string | undefined,
): Authorization {
  let policies = initial;
  let used = usage(policies);
  const sessions = new Map<string, Session>();
  const place: Place = { ...account, keyOf: (arn) => policies.keys.get(arn) };
  const assert = (service: string, principal: Principal, permission: Permission) => {
    const decision = decide(principal, permission, contextOf(principal, permission, account.accountId), {
      identity: principal.type === 'role' ? policies.identity.get(principal.roleArn) : undefined,
      resource: policies.resource.get(ownerOf(permission.resource)),
    });
    if ('because' in decision) throw denialBy(service, principal, permission, decision.because);
    used.add(decision.allowedBy, permission);
  };
  const assertSession = (service: string, { forService, ...session }: Session, permission: Permission) => {
    assert(service, { type: 'role', ...session }, permission);
    // The policies of other resources are unknown.
    if (!forService || !policies.owned.has(ownerOf(permission.resource))) return;
    assert(service, { type: 'service', ...forService }, permission);
  };
  const mayAssume = (service: string, roleArn: string, sourceArn: string): boolean => {
    const trust = policies.trust.get(roleArn);
    if (!trust) return true;
    const principal: Principal = { type: 'service', service, sourceArn };
    const permission = { action: 'sts:AssumeRole', resource: roleArn };
    const decision = decide(principal, permission, contextOf(principal, permission, account.accountId), {
      resource: trust,
    });
    if ('because' in decision) return false;
    used.add(decision.allowedBy, permission);
    return true;
  };

  return {
    credentialsFor(session) {
      const accessKeyId = `ROLE.${session.roleArn.split('/').pop()}.${session.sessionName}`;
      sessions.set(accessKeyId, session);
      return { accessKeyId, secretAccessKey: 'local-secret-key' };
    },
    checkCall(request) {
      const { accessKeyId } = request.caller;
      const session = sessions.get(accessKeyId);
      if (!session && accessKeyId.startsWith('ROLE.')) {
        throw new AwsError(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
          403,
        );
      }
      if (!session) return;
      for (const permission of requiredPermissions(request, place)) assertSession(request.service, session, permission);
    },
    checkInvocation(roleArn, functionArn) {
      const principal: Principal = { type: 'role', roleArn, sessionName: 'StepFunctions' };
      assert('lambda', principal, { action: 'lambda:InvokeFunction', resource: functionArn });
    },
    checkDelivery(action, resource, senderArn) {
      const roleArn = roleOf(senderArn);
      const principal: Principal = roleArn
        ? { type: 'role', roleArn, sessionName: senderArn.split(':').pop() ?? '' }
        : { type: 'service', service: EVENTS, sourceArn: senderArn };
      const key = action === 'sqs:SendMessage' ? place.keyOf(resource) : undefined;
      assert(action === 'lambda:InvokeFunction' ? 'events' : 'sqs', principal, { action, resource });
      for (const keyAction of key ? ['kms:GenerateDataKey', 'kms:Decrypt'] : []) {
        assert('sqs', principal, { action: keyAction, resource: String(key) });
      }
    },
    mayAssume,
    checkExport({ roleArn, jobArn, output, hasGroupKey }) {
      if (!mayAssume(PERSONALIZE, roleArn, jobArn)) {
        throw new AwsError('AccessDenied', `${PERSONALIZE} is not authorized to assume the role ${roleArn}.`, 403);
      }
      const bucket = /^s3:\/\/([^/]+)/.exec(output.path)?.[1];
      if (!bucket) return;
      const bucketArn = `arn:${account.partition}:s3:::${bucket}`;
      const sessionName = jobArn.split('/').pop() ?? '';
      const ofService: Principal = { type: 'service', service: PERSONALIZE, sourceArn: jobArn };
      const needs = exportNeeds(bucketArn, output.kmsKeyArn ?? place.keyOf(bucketArn), hasGroupKey);
      for (const permission of needs.ofRole) assert('s3', { type: 'role', roleArn, sessionName }, permission);
      for (const permission of needs.ofService) {
        if (policies.owned.has(permission.resource)) assert('s3', ofService, permission);
      }
    },
    grants: () => used.grants(),
    replacePolicies(changed) {
      policies = changed;
      used = usage(policies);
    },
  };
}

/** Makes every call pass `checkCall`. */
export function authorizedCalls(authorization: Authorization): Interceptor {
  return async (request, act) => {
    authorization.checkCall(request);
    await act('send');
  };
}

/** The ARN of the resource that has the policy: an object's bucket, otherwise the resource itself. */
function ownerOf(resource: string): string {
  return /^arn:[^:]*:s3:::/.test(resource) ? (resource.split('/')[0] ?? '') : resource;
}

/** The condition keys of a call. Plain HTTP on this computer counts as HTTPS. */
function contextOf(principal: Principal, { context }: Permission, accountId: string): Context {
  const ofPrincipal: Context =
    principal.type === 'role'
      ? { 'aws:PrincipalArn': principal.roleArn, 'aws:PrincipalIsAWSService': 'false' }
      : {
          'aws:PrincipalServiceName': principal.service,
          'aws:PrincipalIsAWSService': 'true',
          'aws:SourceArn': principal.sourceArn,
          'aws:SourceAccount': accountId,
        };
  return {
    'aws:SecureTransport': 'true',
    'aws:PrincipalAccount': accountId,
    'kms:CallerAccount': accountId,
    ...ofPrincipal,
    ...context,
  };
}
