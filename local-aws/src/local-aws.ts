import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { apiCallEvent } from './events/cloudtrail.ts';
import { schedulesApi } from './events/schedules.ts';
import { type EventBridgeEvent, eventsService } from './events/service.ts';
import { callFaults } from './faults/call-faults.ts';
import { checkFaults } from './faults/check-faults.ts';
import type { Fault } from './faults/fault.ts';
import { createFaults, type Faults } from './faults/faults.ts';
import { faultsApi } from './faults/faults-api.ts';
import { withFunctionFaults } from './faults/function-faults.ts';
import { s3SnsSqs } from './fauxqs/service.ts';
import type { Authorization } from './iam/authorization.ts';
import { type LambdaApiOptions, readLambdaCall } from './lambda/api.ts';
import { lambdaService } from './lambda/service.ts';
import { jsonServiceOf } from './personalize/json-service.ts';
import { type JobFault, personalizeService } from './personalize/service.ts';
import {
  ACCOUNT_ID,
  awsEnvironment,
  type ClientConfig,
  CREDENTIALS,
  OWN_CREDENTIALS,
  PARTITION,
  REGION,
} from './protocols/account.ts';
import { type Interceptor, inOrder } from './protocols/api-request.ts';
import { type ApiCall, type JsonService, listen } from './protocols/server.ts';
import { objectCreatedEvent } from './s3/object-events.ts';
import { authorizationOf, authorized, mayInvoke, s3InTheNameOf } from './stack/authorization.ts';
import { createResources, deadLettersBy, outputsOf } from './stack/resources.ts';
import { type Stack, stackOf } from './stack/stack.ts';
import { readTemplate, resolveTemplate, type StackAddress, type Template } from './stack/template.ts';
import { type HistoryEvent, stepFunctionsService } from './step-functions/service.ts';

export interface LocalAwsOptions {
  /** What `serverless package --package <folder>` wrote. */
  packageDir: string;
  stackName: string;
  /** Instead of the one in `packageDir`. */
  template?: Template;
  /** 0 takes a free port. */
  port: number;
  /** How long an emulated Personalize job takes. */
  jobSeconds: number;
  /** How many imports, and how many exports, may run at once; 5 as on AWS, if not given. */
  maxRunningJobs?: number;
  /** One log file a function. */
  logsDir: string;
  jobFault?: (kind: 'export' | 'import') => JobFault | undefined;
  /** As over `/_local/faults`; they begin when the stack is deployed. */
  faults?: Fault[];
  /** Instead of what each Retry of the definition says: the seconds between two attempts. */
  retryIntervalSeconds?: number;
  /** Loads every function at once, as provisioned concurrency does, and not each when it is first invoked. */
  warmFunctions?: boolean;
  onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  onApiEvent?: (event: EventBridgeEvent) => void;
}

export interface LocalAws {
  /** What a client's environment needs, by the names of the AWS CLI and of the stack's outputs. */
  environment: Record<string, string>;
  /** Who may do what, by the template's policies; and the keys to try it with. */
  authorization: Authorization;
  /** Updates the stack, as far as its policies go. */
  updatePolicies(template: Template): void;
  stop(): Promise<void>;
}

/** AWS on one port of this computer, with the packaged stack deployed into it.
 * @throws Error EADDRINUSE when the port is taken. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const template = options.template ?? (await readTemplate(options.packageDir));
  const address: StackAddress = {
    stackName: options.stackName,
    accountId: ACCOUNT_ID,
    region: REGION,
    partition: PARTITION,
  };
  const { resolved, attribute } = resolveTemplate(template, address);
  const arnOf = (logicalId: string) =>
    attribute(logicalId, template.Resources[logicalId]?.Type === 'AWS::SNS::Topic' ? 'TopicArn' : 'Arn');
  const stack = stackOf(resolved, arnOf);
  const authorization = authorizationOf(resolved, stack, { address, arnOf });
  const faults = createFaults();
  const nameInStack = nameIn(options.stackName);
  const foreign = await s3SnsSqs(REGION);
  const controlFaults = faultsApi(faults, () => operationsOf(services, stack, nameInStack));
  // The services call each other by the port, which is known only once it listens: they come after it.
  const services: JsonService[] = [];
  const { server, port } = await listen(options.port, {
    accountId: ACCOUNT_ID,
    region: REGION,
    services,
    fallback: async (request, response, scope) =>
      (await readLambdaCall(request, response, scope, started.lambda)) ??
      (await foreign.read(request, response, scope)),
    // A fault is met before anyone looks at who calls, as a throttled or cut call is.
    intercept: inOrder(callFaults(faults), authorized(authorization), (request, act) => started.telling(request, act)),
    control: async (request, response) =>
      request.url?.startsWith('/_local/schedules')
        ? await started.schedules(request, response)
        : await controlFaults(request, response),
    onCall: (call) => started.onCall(call),
  });
  const client: ClientConfig = { endpoint: `http://127.0.0.1:${port}`, region: REGION, credentials: CREDENTIALS };
  const started = await startServices(stack, client, { authorization, faults }, options);
  services.push(...started.services);
  const stop = async () => {
    await started.close();
    server.closeAllConnections();
    await new Promise((fulfil) => server.close(fulfil));
    await foreign.close();
  };
  try {
    const notificationsQueueUrl = await createResources(stack, options.stackName, client);
    faults.replace(checkFaults(options.faults ?? [], operationsOf(services, stack, nameInStack)));
    return {
      environment: {
        ...awsEnvironment(client),
        ...outputsOf(resolved, client),
        NOTIFICATIONS_QUEUE_URL: notificationsQueueUrl,
      },
      authorization,
      updatePolicies: (changed) => authorization.replacePolicies(resolveTemplate(changed, address).resolved),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The services that are ours, with the stack's functions, rules and machine in them. */
async function startServices(
  stack: Stack,
  client: ClientConfig,
  { authorization, faults }: { authorization: Authorization; faults: Faults },
  options: LocalAwsOptions,
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'personalize-'));
  const s3 = new S3Client({ ...client, credentials: OWN_CREDENTIALS, forcePathStyle: true });
  await mkdir(options.logsDir, { recursive: true });
  const lambda = lambdaService(stack.functions, {
    logsDir: options.logsDir,
    runtimeEnvironment: ({ functionName, roleArn }) => ({
      ...awsEnvironment({
        ...client,
        credentials: authorization.credentialsFor({ roleArn, sessionName: functionName }),
      }),
      AWS_LAMBDA_FUNCTION_NAME: functionName,
    }),
  });
  if (options.warmFunctions) lambda.warm();
  const invoke = withFunctionFaults(lambda.invoke, faults, nameIn(options.stackName));
  const events = eventsService({
    accountId: ACCOUNT_ID,
    region: REGION,
    invoke,
    authorize: authorization.checkDelivery,
    eventInvokeConfig: (arn) => stack.functions.find(({ functionArn }) => functionArn === arn)?.eventInvokeConfig,
    sendToDeadLetterQueue: deadLettersBy(client),
  });
  const stepFunctions = stepFunctionsService({
    invoke: (functionArn, event, roleArn) => {
      mayInvoke(authorization, roleArn, functionArn);
      return invoke(functionArn, event);
    },
    onHistoryEvent: options.onHistoryEvent,
    retryIntervalSeconds: options.retryIntervalSeconds,
  });
  const personalize = personalizeService({
    s3For: s3InTheNameOf(authorization, client),
    dataDir,
    jobSeconds: options.jobSeconds,
    maxRunningJobs: options.maxRunningJobs,
    jobFault: (kind) => options.jobFault?.(kind) ?? faults.hitJob(kind),
  });
  for (const stateMachine of stack.stateMachines) stepFunctions.deployStateMachine(stateMachine);
  for (const rule of stack.rules) events.putRule(rule);
  return {
    services: [
      jsonServiceOf(personalize.operations),
      { targetPrefix: 'AWSStepFunctions', eventSource: 'states.amazonaws.com', operations: stepFunctions.operations },
      { targetPrefix: 'AWSEvents', eventSource: 'events.amazonaws.com', operations: events.operations },
    ] satisfies JsonService[],
    /** S3 tells EventBridge of an object once its call has been answered. */
    telling: (async (request, act) => {
      await act('send');
      const event = await objectCreatedEvent(request, stack.notifyingBuckets, s3);
      if (event) events.publish(event);
    }) satisfies Interceptor,
    schedules: schedulesApi(stack.schedules, events.send),
    lambda: {
      functionArns: stack.functions.map(({ functionArn }) => functionArn),
      invoke,
      invokeLater: events.invokeLater,
    } satisfies LambdaApiOptions,
    onCall: (call: ApiCall) => {
      const event = apiCallEvent(call);
      if (!event) return;
      options.onApiEvent?.(event);
      events.publish(event);
    },
    close: async () => {
      await Promise.all([stepFunctions.close(), personalize.close()]);
      await events.close();
      await lambda.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What a fault can be set for, by service. */
function operationsOf(
  services: JsonService[],
  stack: Stack,
  nameInStack: (functionArn: string) => string,
): Record<string, string[]> {
  const ofServices = services.map(({ eventSource, operations }) => [
    eventSource.split('.')[0],
    Object.keys(operations),
  ]);
  return {
    ...Object.fromEntries(ofServices),
    lambda: stack.functions.map(({ functionArn }) => nameInStack(functionArn)),
  };
}

/** A function's name without the stack's. */
function nameIn(stackName: string): (functionArn: string) => string {
  return (functionArn) => functionArn.split(':').pop()?.replace(`${stackName}-`, '') ?? '';
}
