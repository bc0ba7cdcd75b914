import type { Account, Credentials } from '../protocols/account.ts';
import type { ApiRequest, Interceptor } from '../protocols/api-request.ts';
import { AwsError } from '../protocols/aws-json.ts';
import type { Context } from './condition.ts';
import { decide } from './decision.ts';
import { denialBy } from './denial.ts';
import { type Grant, usage } from './grants.ts';
import type { Policies } from './policies.ts';
import { jobNeeds, type Place, requiredPermissions } from './required-permissions.ts';
import type { Permission, Principal } from './statement.ts';

/** A session of a role. */
export interface Session {
  roleArn: string;
  sessionName: string;
  /** The service that uses the role. The policies of the resources must allow the service, too. */
  forService?: { service: string; sourceArn: string };
}

/** A job of Personalize that is about to write an export, or to read an import. */
export interface JobAccess {
  roleArn: string;
  jobArn: string;
  /** `s3://bucket/…`, and the export's own key if it has one. */
  data: { path: string; kmsKeyArn?: string | undefined };
  /** It is an export, and the dataset group has a key of its own. */
  needsGroupKey: boolean;
}

export interface Authorization {
  /** Makes up keys. A call that is signed with them is one of the session. */
  credentialsFor(session: Session): Credentials;
  /** Checks a call by its signer. A caller without a session is the account's administrator.
   * @throws AwsError as the service refuses. */
  checkCall(request: ApiRequest): void;
  /** @throws AwsError `AccessDeniedException` unless the role may invoke the function. */
  checkInvocation(roleArn: string, functionArn: string): void;
  /** @throws AwsError unless the sender, a rule, schedule or function by its ARN, may use the function or the queue. */
  checkDelivery(action: 'lambda:InvokeFunction' | 'sqs:SendMessage', resourceArn: string, senderArn: string): void;
  /** Whether the service may assume the role for one of its resources. */
  mayAssume(service: string, roleArn: string, sourceArn: string): boolean;
  /** @throws AwsError unless Personalize may assume the job's role, list the bucket and use the key of its data. */
  checkJob(job: JobAccess): void;
  /** Whether the role's policies are known. */
  hasRole(roleArn: string): boolean;
  /** Everything that the policies allow, and whether a call has needed it. */
  grants(): Grant[];
  /** Replaces all policies. */
  replacePolicies(policies: Policies): void;
}

const PERSONALIZE = 'personalize.amazonaws.com';
const EVENTS = 'events.amazonaws.com';

/** The policies in force, their use, and the sessions of their roles. */
interface Enforcement {
  account: Account;
  policies: Policies;
  used: ReturnType<typeof usage>;
  sessions: Map<string, Session>;
  roleOf: (arn: string) => string | undefined;
}

/** Checks calls against policies.
 * @param roleOf the role of a function or a schedule, by its ARN */
export function createAuthorization(
  policies: Policies,
  account: Account,
  roleOf: (arn: string) => string | undefined,
): Authorization {
  const now: Enforcement = { account, policies, used: usage(policies), sessions: new Map(), roleOf };
  return {
    credentialsFor: (session) => credentialsFor(now, session),
    checkCall: (request) => checkCall(now, request),
    checkInvocation(roleArn, functionArn) {
      const principal: Principal = { type: 'role', roleArn, sessionName: 'StepFunctions' };
      assertAllowed(now, 'lambda', principal, { action: 'lambda:InvokeFunction', resource: functionArn });
    },
    checkDelivery: (action, resourceArn, senderArn) => checkDelivery(now, action, resourceArn, senderArn),
    mayAssume: (service, roleArn, sourceArn) => mayAssume(now, service, roleArn, sourceArn),
    checkJob: (job) => checkJob(now, job),
    hasRole: (roleArn) => now.policies.identity.has(roleArn),
    grants: () => now.used.grants(),
    replacePolicies(changed) {
      now.policies = changed;
      now.used = usage(changed);
    },
  };
}

function placeOf({ account, policies }: Enforcement): Place {
  return { ...account, keyOf: (arn) => policies.keys.get(arn) };
}

function credentialsFor({ sessions }: Enforcement, session: Session): Credentials {
  const accessKeyId = `ROLE.${session.roleArn.split('/').pop()}.${session.sessionName}`;
  sessions.set(accessKeyId, session);
  return { accessKeyId, secretAccessKey: 'local-secret-key' };
}

function checkCall(now: Enforcement, request: ApiRequest): void {
  const { accessKeyId } = request.caller;
  const session = now.sessions.get(accessKeyId);
  if (!session && accessKeyId.startsWith('ROLE.')) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
  }
  if (!session) return;
  for (const permission of requiredPermissions(request, placeOf(now))) {
    assertSession(now, request.service, session, permission);
  }
}

/** @throws AwsError as the service refuses, unless the principal has the permission */
function assertAllowed(now: Enforcement, service: string, principal: Principal, permission: Permission): void {
  const { account, policies, used } = now;
  const decision = decide(principal, permission, contextOf(principal, permission, account.accountId), {
    identity: principal.type === 'role' ? policies.identity.get(principal.roleArn) : undefined,
    resource: policies.resource.get(ownerOf(permission.resource)),
  });
  if ('because' in decision) throw denialBy(service, principal, permission, decision.because);
  used.add(decision.allowedBy, permission);
}

function assertSession(now: Enforcement, service: string, session: Session, permission: Permission): void {
  const { forService, ...ofRole } = session;
  assertAllowed(now, service, { type: 'role', ...ofRole }, permission);
  // The policies of other resources are unknown.
  if (!forService || !now.policies.owned.has(ownerOf(permission.resource))) return;
  assertAllowed(now, service, { type: 'service', ...forService }, permission);
}

function checkDelivery(
  now: Enforcement,
  action: 'lambda:InvokeFunction' | 'sqs:SendMessage',
  resource: string,
  senderArn: string,
): void {
  const roleArn = now.roleOf(senderArn);
  const principal: Principal = roleArn
    ? { type: 'role', roleArn, sessionName: senderArn.split(':').pop() ?? '' }
    : { type: 'service', service: EVENTS, sourceArn: senderArn };
  assertAllowed(now, action === 'lambda:InvokeFunction' ? 'events' : 'sqs', principal, { action, resource });
  const key = action === 'sqs:SendMessage' ? placeOf(now).keyOf(resource) : undefined;
  if (key === undefined) return;
  for (const keyAction of ['kms:GenerateDataKey', 'kms:Decrypt']) {
    assertAllowed(now, 'sqs', principal, { action: keyAction, resource: key });
  }
}

function mayAssume({ account, policies, used }: Enforcement, service: string, roleArn: string, sourceArn: string) {
  const trust = policies.trust.get(roleArn);
  if (!trust) return true;
  const principal: Principal = { type: 'service', service, sourceArn };
  const permission = { action: 'sts:AssumeRole', resource: roleArn };
  const context = contextOf(principal, permission, account.accountId);
  const decision = decide(principal, permission, context, { resource: trust });
  if ('because' in decision) return false;
  used.add(decision.allowedBy, permission);
  return true;
}

function checkJob(now: Enforcement, { roleArn, jobArn, data, needsGroupKey }: JobAccess): void {
  if (!mayAssume(now, PERSONALIZE, roleArn, jobArn)) {
    throw new AwsError('AccessDenied', `${PERSONALIZE} is not authorized to assume the role ${roleArn}.`, 403);
  }
  const bucket = /^s3:\/\/([^/]+)/.exec(data.path)?.[1];
  if (!bucket) return;
  const bucketArn = `arn:${now.account.partition}:s3:::${bucket}`;
  const sessionName = jobArn.split('/').pop() ?? '';
  const ofService: Principal = { type: 'service', service: PERSONALIZE, sourceArn: jobArn };
  const needs = jobNeeds(bucketArn, data.kmsKeyArn ?? placeOf(now).keyOf(bucketArn), needsGroupKey);
  for (const permission of needs.ofRole) {
    assertAllowed(now, 's3', { type: 'role', roleArn, sessionName }, permission);
  }
  for (const permission of needs.ofService) {
    if (now.policies.owned.has(permission.resource)) assertAllowed(now, 's3', ofService, permission);
  }
}

/** Runs `checkCall` before every call. */
export function authorizedCalls(authorization: Authorization): Interceptor {
  return async (request, act) => {
    authorization.checkCall(request);
    await act('send');
  };
}

/** The ARN of the resource that has the policy: the bucket of an object, otherwise the resource itself. */
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
