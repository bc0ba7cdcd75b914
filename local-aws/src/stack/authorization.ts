import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { type Authorization, createAuthorization } from '../iam/authorization.ts';
import type { S3Access } from '../personalize/service.ts';
import type { Account, ClientConfig } from '../protocols/account.ts';
import { TaskError } from '../step-functions/lambda-task.ts';
import type { Stack } from './stack.ts';

/** Enforces the policies of the stack, after a check that each role trusts the service that assumes it.
 * @throws Error with the message of Lambda, Step Functions or EventBridge Scheduler, if a role does not */
export function authorizationOf(stack: Stack, account: Account): Authorization {
  const roles = new Map([
    ...stack.functions.map(({ functionArn, roleArn }) => [functionArn, roleArn] as const),
    ...stack.schedules.map(({ scheduleArn, target }) => [scheduleArn, target.roleArn] as const),
  ]);
  const authorization = createAuthorization(stack.policies, account, (arn) => roles.get(arn));
  for (const { functionArn, roleArn } of stack.functions) {
    if (authorization.mayAssume('lambda.amazonaws.com', roleArn, functionArn)) continue;
    throw new Error(`${functionArn}: The role defined for the function cannot be assumed by Lambda.`);
  }
  for (const { stateMachineArn, roleArn } of stack.stateMachines) {
    if (authorization.mayAssume('states.amazonaws.com', roleArn, stateMachineArn)) continue;
    throw new Error(
      `${stateMachineArn}: Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.`,
    );
  }
  for (const { scheduleArn, target } of stack.schedules) {
    if (authorization.mayAssume('scheduler.amazonaws.com', target.roleArn, groupArnOf(scheduleArn))) continue;
    throw new Error(
      `${scheduleArn}: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.`,
    );
  }
  return authorization;
}

/** The ARN of a schedule's group: Scheduler gives it as the source when it assumes a role.
 * Source: EventBridge Scheduler user guide, "Confused deputy prevention". */
function groupArnOf(scheduleArn: string): string {
  return scheduleArn.replace(':schedule/', ':schedule-group/').split('/').slice(0, -1).join('/');
}

/** @throws TaskError with the message of Step Functions, unless the role of the state machine may invoke the function */
export function mayInvoke(authorization: Authorization, roleArn: string, functionArn: string): void {
  try {
    authorization.checkInvocation(roleArn, functionArn);
  } catch (error) {
    const details = `Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: ${randomUUID()}; Proxy: null`;
    throw new TaskError('Lambda.AWSLambdaException', `${(error as Error).message} (${details})`);
  }
}

/** Gives Personalize an S3 client per job, which acts as the job's role. An import without a role, or with one that the
 * caller has from elsewhere, reads as the administrator: its policies are not known. */
export function s3ForJobs(authorization: Authorization, client: ClientConfig): (job: S3Access) => S3Client {
  const asAdministrator = new S3Client({ ...client, forcePathStyle: true });
  return ({ roleArn, jobArn, location, output, hasGroupKey }) => {
    if (roleArn === undefined || (!output && !authorization.hasRole(roleArn))) return asAdministrator;
    const data = output ?? { path: location };
    authorization.checkJob({ roleArn, jobArn, data, needsGroupKey: output !== undefined && hasGroupKey });
    const forService = { service: 'personalize.amazonaws.com', sourceArn: jobArn };
    const session = { roleArn, sessionName: jobArn.split('/').pop() ?? '', forService };
    return new S3Client({ ...client, credentials: authorization.credentialsFor(session), forcePathStyle: true });
  };
}
