import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GlueClient } from '@aws-sdk/client-glue';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig, type Fault, type LocalAwsOptions, readTemplate, startLocalAws, type Template } from 'local-aws';
import { schemaFor } from '../demo/data.ts';
import { localStack } from '../scripts/local-stack.ts';
import type { Notification } from '../src/notify/notification.ts';

export const { stackName } = localStack;
export const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
export const roleArn = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
export const datasetGroupArn = (group: string) => arn('personalize', `dataset-group/${group}`);
export const datasetArn = (group: string, type: string) => arn('personalize', `dataset/${group}/${type}`);

export type TemplateChange = (template: Template) => void;

/** The packaged stage `local`, deployed on a local AWS of its own, perhaps with a change to its template; with the clients
 * of the account's administrator. Whoever deploys closes. */
export async function deploy({ change, ...options }: Partial<LocalAwsOptions> & { change?: TemplateChange } = {}) {
  const template = structuredClone(options.template ?? (await readTemplate(localStack.packageDir)));
  change?.(template);
  const logsDir = await mkdtemp(join(tmpdir(), 'logs-'));
  const quick = { jobSeconds: 0.05, retryIntervalSeconds: 0.01, port: 0 };
  const removeLogs = () => rm(logsDir, { recursive: true, force: true });
  const starting = startLocalAws({ ...localStack, logsDir, ...quick, ...options, template });
  const aws = await starting.catch(async (error) => {
    await removeLogs();
    throw error;
  });
  const close = async () => {
    await aws.stop();
    await removeLogs();
  };
  return { aws, logsDir, ...clientsOf(clientConfig(aws.environment)), close };
}

export type Deployment = Awaited<ReturnType<typeof deploy>>;

export function clientsOf(config: ReturnType<typeof clientConfig> & { maxAttempts?: number }) {
  return {
    personalize: new PersonalizeClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sfn: new SFNClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
    glue: new GlueClient(config),
  };
}

/** The deployment, with clients that make ten attempts: for calls of a test that meet the faults of the test. */
export const patient = (deployment: Deployment): Deployment => ({
  ...deployment,
  ...clientsOf({ ...clientConfig(deployment.aws.environment), maxAttempts: 10 }),
});

const COLUMNS = {
  Interactions: ['USER_ID', 'ITEM_ID', 'EVENT_TYPE', 'TIMESTAMP'],
  Items: ['ITEM_ID', 'TITLE'],
  Users: ['USER_ID', 'SEGMENT'],
};

/** A dataset group with an empty dataset of each of these types. */
export async function createDatasets(
  deployment: Deployment,
  group: string,
  types: (keyof typeof COLUMNS)[],
  kmsKeyArn?: string,
): Promise<void> {
  const { personalize } = deployment;
  const owned = kmsKeyArn ? { kmsKeyArn, roleArn: roleArn('group-key') } : {};
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: group, ...owned }));
  await untilActive(
    async () => (await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup?.status,
  );
  const create = async (datasetType: keyof typeof COLUMNS) => {
    const name = `${group}-${datasetType}`;
    const schema = JSON.stringify(schemaFor(datasetType, COLUMNS[datasetType]));
    const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name, schema }));
    const dataset = { name, schemaArn, datasetGroupArn, datasetType };
    const { datasetArn } = await personalize.send(new CreateDatasetCommand(dataset));
    await untilActive(async () => (await personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset?.status);
  };
  await Promise.all(types.map(create));
}

const untilActive = (describe: () => Promise<string | undefined>) => until(describe, (status) => status === 'ACTIVE');

/** Asks until the answer is as wanted, for half a minute at most; `expect.poll` does not know concurrent tests. */
export async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Still ${JSON.stringify(answer)}`);
    await sleep(50);
  }
}

/** One execution, from its start to its end. */
export async function execute({ aws, sfn }: Deployment, input: unknown, name?: string) {
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const start = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
  const { executionArn } = await sfn.send(start);
  return await until(
    () => sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== 'RUNNING',
  );
}

/** The history of an execution that has ended. */
export async function historyOf({ sfn }: Deployment, { executionArn }: { executionArn?: string | undefined }) {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events;
}

/** The names of all executions. */
export async function executionNames({ aws, sfn }: Deployment): Promise<string[]> {
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const names: string[] = [];
  for await (const { executions = [] } of paginateListExecutions({ client: sfn }, { stateMachineArn }))
    names.push(...executions.map(({ name = '' }) => name));
  return names;
}

/** Replaces the faults of the local AWS; without any, nothing fails. */
export async function setFaults({ aws }: Deployment, ...faults: unknown[]): Promise<Fault[]> {
  const url = `${aws.environment.AWS_ENDPOINT_URL}/_local/faults`;
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify(faults) });
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as Fault[];
}

/** How often each fault was hit, in their order. */
export async function hits({ aws }: Deployment): Promise<number[]> {
  const response = await fetch(`${aws.environment.AWS_ENDPOINT_URL}/_local/faults`);
  return ((await response.json()) as { hits: number }[]).map((fault) => fault.hits);
}

/** The next message of a queue, within a few seconds. */
export async function receive(
  { sqs }: Deployment,
  QueueUrl: string | undefined,
  WaitTimeSeconds = 10,
): Promise<Message | undefined> {
  const request = { QueueUrl, WaitTimeSeconds, MessageAttributeNames: ['All'] };
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand(request));
  if (message) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return message;
}

export interface Received {
  notification: Notification;
  attributes: Record<string, string>;
}

/** The next notification that is wanted, within half a minute; those of other tests before it are dropped. */
export async function receiveNotification(
  deployment: Deployment,
  isWanted: (notification: Notification) => boolean = () => true,
): Promise<Received | undefined> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const message = await receive(deployment, deployment.aws.environment.NOTIFICATIONS_QUEUE_URL, 5);
    const received = message && receivedIn(message);
    if (received && isWanted(received.notification)) return received;
  }
  return undefined;
}

function receivedIn({ Body = '' }: Message): Received {
  const { Message: document, MessageAttributes } = JSON.parse(Body) as {
    Message: string;
    MessageAttributes: Record<string, { Value: string }>;
  };
  const attributes = Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value]);
  return { notification: JSON.parse(document), attributes: Object.fromEntries(attributes) };
}

/** Wanted is the notification of this execution. */
export const ofExecution =
  ({ executionArn }: { executionArn?: string | undefined }) =>
  (notification: Notification) =>
    notification.executionArn === executionArn;
