import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { apiCallEvent } from './events/cloudtrail.ts';
import { schedulesApi } from './events/schedules.ts';
import { eventsService, type ReceivedEvent } from './events/service.ts';
import type { ChangingObjects } from './faults/changing-objects.ts';
import type { Faults } from './faults/faults.ts';
import { withFunctionFaults } from './faults/function-faults.ts';
import { glueService } from './glue/service.ts';
import type { Authorization } from './iam/authorization.ts';
import { type LambdaService, lambdaService } from './lambda/service.ts';
import { type PersonalizeService, personalizeService } from './personalize/service.ts';
import { ACCOUNT, awsEnvironment, type ClientConfig } from './protocols/account.ts';
import type { CallReader } from './protocols/api-request.ts';
import type { EventBridgeEvent } from './protocols/eventbridge-event.ts';
import { type ApiCall, type JsonService, jsonCalls } from './protocols/json-call.ts';
import type { LocalRoute } from './protocols/local-api.ts';
import { type S3Service, s3Service } from './s3/service.ts';
import { mayInvoke, s3ForJobs } from './stack/authorization.ts';
import { queueSender } from './stack/resources.ts';
import type { Stack } from './stack/stack.ts';
import { type HistoryEvent, type StepFunctionsService, stepFunctionsService } from './step-functions/service.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ServicesOptions {
  stackName: string;
  serviceDir?: string;
  logsDir: string;
  jobSeconds: number;
  maxRunningJobs?: number;
  retryIntervalSeconds?: number;
  warmFunctions?: boolean;
  onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  onApiEvent?: (event: EventBridgeEvent) => void;
  onBusEvent?: (received: ReceivedEvent) => void;
}

/** The services that are emulated here, with the stack's functions, rules and state machines. */
export interface Services {
  readers: CallReader[];
  /** The operations of each service, and of `lambda` the functions by their names without the stack's. */
  operations: Record<string, string[]>;
  /** It reads any request, so it comes after the other readers. */
  s3: S3Service;
  schedules: LocalRoute;
  personalize: PersonalizeService;
  stepFunctions: StepFunctionsService;
  /** Sends an event to the rules of the default bus. */
  publish: (event: EventBridgeEvent) => void;
  close(): Promise<void>;
}

export interface Controls {
  authorization: Authorization;
  faults: Faults;
  changing: ChangingObjects;
}

/** @throws Error for a rule, AwsError for a state machine that is not valid or not supported. */
export async function startServices(
  stack: Stack,
  client: ClientConfig,
  controls: Controls,
  options: ServicesOptions,
): Promise<Services> {
  const nameInStack = nameIn(options.stackName);
  const lambda = lambdaOf(stack, client, controls, options, nameInStack);
  const events = eventsOf(stack, client, controls, lambda, options);
  const stepFunctions = stepFunctionsOf(stack, controls, lambda, options);
  const folder = await temporaryFolder();
  const personalize = personalizeService({
    s3For: s3ForJobs(controls.authorization, client),
    dataDir: folder.path,
    jobSeconds: options.jobSeconds,
    maxRunningJobs: options.maxRunningJobs,
    jobOverride: controls.faults.hitJob,
    onChangingObject: controls.changing.add,
  });
  const s3 = s3Service({ ...ACCOUNT, folder: join(folder.path, 'objects'), onObjectCreated: events.publish });
  await mkdir(options.logsDir, { recursive: true });
  if (options.warmFunctions) lambda.warm();
  const onCall = (call: ApiCall) => {
    const event = apiCallEvent(call);
    if (!event) return;
    options.onApiEvent?.(event);
    events.publish(event);
  };
  const services = [personalize, stepFunctions, events, glueService(ACCOUNT)];
  return {
    readers: [jsonCalls(services, onCall), lambda.read],
    operations: {
      ...operationsOf(services),
      s3: s3.operationNames,
      lambda: stack.functions.map(({ functionArn }) => nameInStack(functionArn)),
    },
    s3,
    schedules: schedulesApi(stack.schedules, events.send),
    ...{ personalize, stepFunctions, publish: events.publish },
    async close() {
      await Promise.all([stepFunctions.close(), personalize.close()]);
      await events.idle();
      await lambda.close();
      await s3.close();
      await folder.remove();
    },
  };
}

function lambdaOf(
  { functions, eventInvokeConfigs }: Stack,
  client: ClientConfig,
  { authorization, faults }: Controls,
  { serviceDir = '.', logsDir }: ServicesOptions,
  nameInStack: (functionArn: string) => string,
): LambdaService {
  return lambdaService(functions, {
    serviceDir,
    logsDir,
    runtimeEnvironment: ({ functionName, roleArn }) => ({
      ...awsEnvironment({
        ...client,
        credentials: authorization.credentialsFor({ roleArn, sessionName: functionName }),
      }),
      AWS_LAMBDA_FUNCTION_NAME: functionName,
    }),
    around: (invoke) => withFunctionFaults(invoke, faults, nameInStack),
    eventInvokeConfig: (functionArn) => eventInvokeConfigs.get(functionArn.split(':').pop() ?? ''),
    authorizeSending: (queueArn, functionArn) => authorization.checkDelivery('sqs:SendMessage', queueArn, functionArn),
    sendToQueue: queueSender(client),
  });
}

function eventsOf(
  { rules }: Stack,
  client: ClientConfig,
  { authorization }: Controls,
  lambda: LambdaService,
  { onBusEvent }: ServicesOptions,
) {
  const events = eventsService({
    ...ACCOUNT,
    invokeAsynchronously: lambda.invokeAsynchronously,
    authorize: authorization.checkDelivery,
    onEvent: onBusEvent,
    sendToDeadLetterQueue: queueSender(client),
  });
  for (const rule of rules) events.putRule(rule);
  return events;
}

function stepFunctionsOf(
  { stateMachines }: Stack,
  { authorization }: Controls,
  lambda: LambdaService,
  { onHistoryEvent, retryIntervalSeconds }: ServicesOptions,
) {
  const stepFunctions = stepFunctionsService({
    invoke: (functionArn, event, roleArn) => {
      mayInvoke(authorization, roleArn, functionArn);
      return lambda.invoke(functionArn, event);
    },
    onHistoryEvent,
    retryIntervalSeconds,
  });
  for (const stateMachine of stateMachines) stepFunctions.deployStateMachine(stateMachine);
  return stepFunctions;
}

function operationsOf(services: readonly JsonService[]): Record<string, string[]> {
  return Object.fromEntries(
    services.map(({ eventSource, operations }) => [eventSource.split('.')[0], Object.keys(operations)]),
  );
}

/** Takes the stack's name off a function's name. */
function nameIn(stackName: string): (functionArn: string) => string {
  return (functionArn) => functionArn.split(':').pop()?.replace(`${stackName}-`, '') ?? '';
}
