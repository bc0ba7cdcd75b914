import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Interceptor, inOrder } from './api-request.ts';
import { apiCallEvent } from './cloudtrail.ts';
import { type EventBridgeEvent, eventsService } from './events/service.ts';
import { callFaults } from './faults/call-faults.ts';
import { checkFaults } from './faults/check-faults.ts';
import type { Fault } from './faults/fault.ts';
import { createFaults, type Faults } from './faults/faults.ts';
import { faultsApi } from './faults/faults-api.ts';
import { withFunctionFaults } from './faults/function-faults.ts';
import { type Authorization, type Credentials, createAuthorization } from './iam/authorization.ts';
import { lambdaService } from './lambda.ts';
import { jsonServiceOf } from './personalize/json-service.ts';
import { type JobAccess, type JobFault, personalizeService } from './personalize/service.ts';
import { objectCreatedEvent } from './s3-events.ts';
import { s3SnsSqs } from './s3-sns-sqs.ts';
import { schedulesApi } from './schedules.ts';
import { type ApiCall, type JsonService, listen } from './server.ts';
import { type Stack, stackOf } from './stack.ts';
import { TaskError } from './step-functions/lambda-task.ts';
import { type HistoryEvent, stepFunctionsService } from './step-functions/service.ts';
import { readTemplate, resolveTemplate, type StackAddress, type Template } from './template.ts';

export interface LocalAwsOptions {
  /** What `serverless package --package <folder>` wrote. */
  packageDir: string;
  /** Instead of the one in `packageDir`. */
  template?: Template;
  /** 0 takes a free port. */
  port: number;
  /** How long an emulated Personalize job takes. */
  jobSeconds: number;
  /** One log file a function. */
  logsDir: string;
  jobFault?: (kind: 'export' | 'import') => JobFault | undefined;
  /** As over `/_local/faults`; they begin when the stack is deployed. */
  faults?: Fault[];
  /** Instead of what each Retry of the definition says: the seconds between two attempts. */
  retryIntervalSeconds?: number;
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

/** The emulator of S3, SNS and SQS has this account, so all the others have it too. */
const ACCOUNT_ID = '000000000000';
const REGION = 'us-east-1';
const STACK: StackAddress = {
  stackName: 'personalize-dataset-export-local',
  accountId: ACCOUNT_ID,
  region: REGION,
  partition: 'aws',
};

/** Of the account's administrator, as are all others but those that a role's session has. Nothing checks a signature. */
const CREDENTIALS: Credentials = { accessKeyId: 'LOCALACCESSKEY', secretAccessKey: 'local-secret-key' };

interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

/** AWS on one port of this computer, with the packaged stack deployed into it.
 * @throws Error EADDRINUSE when the port is taken. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const template = options.template ?? (await readTemplate(options.packageDir));
  const { resolved, attribute } = resolveTemplate(template, STACK);
  const arnOf = (logicalId: string) =>
    attribute(logicalId, template.Resources[logicalId]?.Type === 'AWS::SNS::Topic' ? 'TopicArn' : 'Arn');
  const stack = stackOf(resolved, arnOf);
  const authorization = authorizationOf(resolved, stack, arnOf);
  const faults = createFaults();
  const foreign = await s3SnsSqs(REGION);
  const controlFaults = faultsApi(faults, () => operationsOf(services, stack));
  // The services call each other by the port, which is known only once it listens: they come after it.
  const services: JsonService[] = [];
  const { server, port } = await listen(options.port, {
    accountId: ACCOUNT_ID,
    region: REGION,
    services,
    fallback: foreign.read,
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
    const notificationsQueueUrl = await createResources(stack, client);
    faults.replace(checkFaults(options.faults ?? [], operationsOf(services, stack)));
    return {
      environment: {
        ...awsEnvironment(client),
        ...outputsOf(resolved, client),
        NOTIFICATIONS_QUEUE_URL: notificationsQueueUrl,
      },
      authorization,
      updatePolicies: (changed) => authorization.replacePolicies(resolveTemplate(changed, STACK).resolved),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The template's policies, once each role is seen to trust the service that takes it on.
 * @throws Error with what Lambda and Step Functions say where it does not. */
function authorizationOf(template: Template, stack: Stack, arnOf: (logicalId: string) => string): Authorization {
  const roleOf = (functionArn: string) => stack.functions.find((spec) => spec.functionArn === functionArn)?.roleArn;
  const authorization = createAuthorization(template, { address: STACK, arnOf, roleOf });
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
  return authorization;
}

function authorized(authorization: Authorization): Interceptor {
  return async (request, act) => {
    authorization.checkCall(request);
    await act('send');
  };
}

/** The services that are ours, with the stack's functions, rules and machine in them. */
async function startServices(
  stack: Stack,
  client: ClientConfig,
  { authorization, faults }: { authorization: Authorization; faults: Faults },
  options: LocalAwsOptions,
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'personalize-'));
  const s3 = new S3Client({ ...client, forcePathStyle: true });
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
  const invoke = withFunctionFaults(lambda.invoke, faults, nameInStack);
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
function operationsOf(services: JsonService[], stack: Stack): Record<string, string[]> {
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
function nameInStack(functionArn: string): string {
  return functionArn.split(':').pop()?.replace(`${STACK.stackName}-`, '') ?? '';
}

/** @throws TaskError with what Step Functions says of a function that the machine's role may not invoke. */
function mayInvoke(authorization: Authorization, roleArn: string, functionArn: string): void {
  try {
    authorization.checkInvocation(roleArn, functionArn);
  } catch (error) {
    const details = `Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: ${randomUUID()}; Proxy: null`;
    throw new TaskError('Lambda.AWSLambdaException', `${(error as Error).message} (${details})`);
  }
}

/** S3 as Personalize meets it: with the job's role, where it has one that it may take on. */
function s3InTheNameOf(authorization: Authorization, client: ClientConfig) {
  const asAdministrator = new S3Client({ ...client, forcePathStyle: true });
  return ({ roleArn, jobArn, ...access }: JobAccess): S3Client => {
    if (roleArn === undefined) return asAdministrator;
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

/** The buckets, topics and queues of the stack, and a queue that gets every notification, in SNS's standard envelope. */
async function createResources({ buckets, topicNames, queueNames }: Stack, client: ClientConfig): Promise<string> {
  const [s3, sns, sqs] = [
    new S3Client({ ...client, forcePathStyle: true }),
    new SNSClient(client),
    new SQSClient(client),
  ];
  for (const Bucket of buckets) await s3.send(new CreateBucketCommand({ Bucket }));
  const QueueName = `${STACK.stackName}-notifications`;
  for (const one of [...queueNames, QueueName]) await sqs.send(new CreateQueueCommand({ QueueName: one }));
  const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${QueueName}`;
  for (const Name of topicNames) {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  }
  return queueUrlOf(QueueName, client);
}

/** By address: the emulator's own URLs have a host below `localhost`, which not every resolver knows. */
function queueUrlOf(queueName: string, { endpoint }: ClientConfig): string {
  return `${endpoint}/${ACCOUNT_ID}/${queueName}`;
}

function deadLettersBy(client: ClientConfig) {
  const sqs = new SQSClient(client);
  return async (queueArn: string, MessageBody: string, attributes: Record<string, string>) => {
    const QueueUrl = queueUrlOf(queueArn.split(':').pop() ?? '', client);
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
  };
}

function awsEnvironment({ endpoint, region, credentials }: ClientConfig): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}

/** The stack's outputs by the names that a shell uses: `ExportTopicArn` → `EXPORT_TOPIC_ARN`; a queue's URL as it is here. */
function outputsOf({ Outputs = {} }: Template, { endpoint }: ClientConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Outputs).map(([name, { Value }]) => [
      name.replace(/(?<=.)([A-Z])/g, '_$1').toUpperCase(),
      String(Value).replace(/^https:\/\/sqs\.[^/]+/, endpoint),
    ]),
  );
}
