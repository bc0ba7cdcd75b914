import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { type Authorization, createAuthorization } from '../iam/authorization.ts';
import type { JobAccess } from '../personalize/service.ts';
import type { ClientConfig } from '../protocols/account.ts';
import type { Interceptor } from '../protocols/api-request.ts';
import { TaskError } from '../step-functions/lambda-task.ts';
import type { Stack } from './stack.ts';
import type { StackAddress, Template } from './template.ts';

/** The template's policies, once each role is seen to trust the service that takes it on.
 * @throws Error with what Lambda and Step Functions say where it does not. */
export function authorizationOf(
  template: Template,
  stack: Stack,
  { address, arnOf }: { address: StackAddress; arnOf: (logicalId: string) => string },
): Authorization {
  const roles = new Map([
    ...stack.functions.map(({ functionArn, roleArn }) => [functionArn, roleArn] as const),
    ...stack.schedules.map(({ scheduleArn, target }) => [scheduleArn, target.roleArn] as const),
  ]);
  const roleOf = (arn: string) => roles.get(arn);
  const authorization = createAuthorization(template, { address, arnOf, roleOf });
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
    if (authorization.mayAssume('scheduler.amazonaws.com', target.roleArn, scheduleArn)) continue;
    throw new Error(
      `${scheduleArn}: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.`,
    );
  }
  return authorization;
}

export function authorized(authorization: Authorization): Interceptor {
  return async (request, act) => {
    authorization.checkCall(request);
    await act('send');
  };
}

/** @throws TaskError with what Step Functions says of a function that the machine's role may not invoke. */
export function mayInvoke(authorization: Authorization, roleArn: string, functionArn: string): void {
  try {
    authorization.checkInvocation(roleArn, functionArn);
  } catch (error) {
    const details = `Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: ${randomUUID()}; Proxy: null`;
    throw new TaskError('Lambda.AWSLambdaException', `${(error as Error).message} (${details})`);
  }
}

/** S3 as Personalize meets it: with the job's role, where it has one that it may take on. */
export function s3InTheNameOf(authorization: Authorization, client: ClientConfig) {
  const asAdministrator = new S3Client({ ...client, forcePathStyle: true });
  return ({ roleArn, jobArn, ...access }: JobAccess): S3Client => {
    // An import is the user's affair, not the deployment's: whichever role it names may read.
    if (roleArn === undefined || access.output === undefined) return asAdministrator;
    authorization.checkJob({ roleArn, jobArn, ...access });
    const forService = { service: 'personalize.amazonaws.com', sourceArn: jobArn };
    const credentials = authorization.credentialsFor({
      roleArn,
      sessionName: jobArn.split('/').pop() ?? '',
      forService,
    });
    return new S3Client({ ...client, credentials, forcePathStyle: true });
  };
}
