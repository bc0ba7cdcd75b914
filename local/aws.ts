import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { apiCallEvent } from './cloudtrail.ts';
import { type EventBridgeEvent, eventsService } from './events/service.ts';
import { lambdaService } from './lambda.ts';
import { jsonServiceOf } from './personalize/json-service.ts';
import { type JobFault, personalizeService } from './personalize/service.ts';
import { s3SnsSqs } from './s3-sns-sqs.ts';
import { type ApiCall, type JsonService, listen } from './server.ts';
import { type Stack, stackOf } from './stack.ts';
import { type HistoryEvent, stepFunctionsService } from './step-functions/service.ts';
import { readTemplate, resolveTemplate, type StackAddress, type Template } from './template.ts';

export interface LocalAwsOptions {
  /** What `serverless package --package <folder>` wrote. */
  packageDir: string;
  /** 0 takes a free port. */
  port: number;
  /** How long an emulated Personalize job takes. */
  jobSeconds: number;
  /** One log file a function. */
  logsDir: string;
  jobFault?: (kind: 'export' | 'import') => JobFault | undefined;
  onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  onApiEvent?: (event: EventBridgeEvent) => void;
}

export interface LocalAws {
  /** What a client's environment needs, by the names of the AWS CLI and of the stack's outputs. */
  environment: Record<string, string>;
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

/** Made up; nothing here checks a signature. */
const CREDENTIALS = { accessKeyId: 'LOCALACCESSKEY', secretAccessKey: 'local-secret-key' };

interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: typeof CREDENTIALS;
}

/** AWS on one port of this computer, with the packaged stack deployed into it.
 * @throws Error EADDRINUSE when the port is taken. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { resolved, attribute } = resolveTemplate(await readTemplate(options.packageDir), STACK);
  const stack = stackOf(resolved, (logicalId) => attribute(logicalId, 'Arn'));
  const foreign = await s3SnsSqs(REGION);
  // The services call each other by the port, which is known only once it listens: they come after it.
  const services: JsonService[] = [];
  const { server, port } = await listen(options.port, {
    accountId: ACCOUNT_ID,
    region: REGION,
    services,
    fallback: foreign.read,
    onCall: (call) => started.onCall(call),
  });
  const client: ClientConfig = { endpoint: `http://127.0.0.1:${port}`, region: REGION, credentials: CREDENTIALS };
  const started = await startServices(stack, client, options);
  services.push(...started.services);
  const stop = async () => {
    await started.close();
    server.closeAllConnections();
    await new Promise((fulfil) => server.close(fulfil));
    await foreign.close();
  };
  try {
    const notificationsQueueUrl = await createResources(stack, client);
    return {
      environment: {
        ...awsEnvironment(client),
        ...outputsOf(resolved),
        NOTIFICATIONS_QUEUE_URL: notificationsQueueUrl,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The services that are ours, with the stack's functions, rules and machine in them. */
async function startServices(stack: Stack, client: ClientConfig, options: LocalAwsOptions) {
  const dataDir = await mkdtemp(join(tmpdir(), 'personalize-'));
  await mkdir(options.logsDir, { recursive: true });
  const lambda = lambdaService(stack.functions, {
    logsDir: options.logsDir,
    runtimeEnvironment: ({ functionName }) => ({ ...awsEnvironment(client), AWS_LAMBDA_FUNCTION_NAME: functionName }),
  });
  const events = eventsService({
    accountId: ACCOUNT_ID,
    region: REGION,
    invoke: lambda.invoke,
    sendToDeadLetterQueue: deadLettersBy(client),
  });
  const stepFunctions = stepFunctionsService({ invoke: lambda.invoke, onHistoryEvent: options.onHistoryEvent });
  const personalize = personalizeService({
    s3: new S3Client({ ...client, forcePathStyle: true }),
    dataDir,
    jobSeconds: options.jobSeconds,
    jobFault: options.jobFault,
  });
  for (const stateMachine of stack.stateMachines) stepFunctions.deployStateMachine(stateMachine);
  for (const rule of stack.rules) events.putRule(rule);
  return {
    services: [
      jsonServiceOf(personalize.operations),
      { targetPrefix: 'AWSStepFunctions', eventSource: 'states.amazonaws.com', operations: stepFunctions.operations },
      { targetPrefix: 'AWSEvents', eventSource: 'events.amazonaws.com', operations: events.operations },
    ] satisfies JsonService[],
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

/** The buckets and topics of the stack, and a queue that gets every notification, in SNS's standard envelope. */
async function createResources({ buckets, topicNames }: Stack, client: ClientConfig): Promise<string> {
  const [s3, sns, sqs] = [
    new S3Client({ ...client, forcePathStyle: true }),
    new SNSClient(client),
    new SQSClient(client),
  ];
  for (const Bucket of buckets) await s3.send(new CreateBucketCommand({ Bucket }));
  const QueueName = `${STACK.stackName}-notifications`;
  await sqs.send(new CreateQueueCommand({ QueueName }));
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

/** The stack's outputs by the names that a shell uses: `ExportTopicArn` → `EXPORT_TOPIC_ARN`. */
function outputsOf({ Outputs = {} }: Template): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Outputs).map(([name, { Value }]) => [
      name.replace(/(?<=.)([A-Z])/g, '_$1').toUpperCase(),
      String(Value),
    ]),
  );
}
