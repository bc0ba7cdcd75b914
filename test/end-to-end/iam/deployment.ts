import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  clientConfig,
  type LocalAws,
  type LocalAwsOptions,
  readTemplate,
  startLocalAws,
  type Template,
} from 'local-aws';
import { schemaFor } from '../../../demo/data.ts';
import { localStack } from '../../../scripts/local-stack.ts';
import type { Notification } from '../../../src/notify/notification.ts';

const { packageDir } = localStack;
export const stackName = 'personalize-dataset-export-local';
export const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
export const roleArn = (name: string) => `arn:aws:iam::000000000000:role/${name}`;

export type TemplateChange = (template: Template) => void;

/** A packaged stack, deployed with changes to its template, and clients of the account's administrator. */
export async function deploy(change: TemplateChange = () => {}, options: Partial<LocalAwsOptions> = {}) {
  const template = structuredClone(await readTemplate(packageDir));
  change(template);
  const logsDir = await mkdtemp(join(tmpdir(), 'logs-'));
  const quick = { jobSeconds: 0.05, retryIntervalSeconds: 0.01, port: 0 };
  const aws = await startLocalAws({ ...localStack, template, logsDir, ...quick, ...options });
  const close = async () => {
    await aws.stop();
    await rm(logsDir, { recursive: true, force: true });
  };
  return { aws, ...clientsOf(clientConfig(aws.environment)), close };
}

export type Deployment = Awaited<ReturnType<typeof deploy>>;

/** Deployments with the dataset `shop/USERS`, for one use after another: to start one costs a second of computing. */
export function deployments() {
  const all: Deployment[] = [];
  const idle: { deployment: Deployment; datasetArn: string }[] = [];
  const start = async () => {
    const deployment = await deploy();
    all.push(deployment);
    return { deployment, datasetArn: await createDataset(deployment, 'shop') };
  };
  return {
    /** Runs `use` in one that has the change, and gives it back without. */
    async with<T>(change: TemplateChange, use: (deployment: Deployment, datasetArn: string) => Promise<T>): Promise<T> {
      const one = idle.pop() ?? (await start());
      const template = await readTemplate(packageDir);
      const changed = structuredClone(template);
      change(changed);
      one.deployment.aws.updatePolicies(changed);
      const result = await use(one.deployment, one.datasetArn);
      one.deployment.aws.updatePolicies(template);
      idle.push(one);
      return result;
    },
    close: () => Promise.all(all.map(({ close }) => close())),
  };
}

export function clientsOf(config: ReturnType<typeof clientConfig>) {
  return {
    personalize: new PersonalizeClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sfn: new SFNClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    events: new EventBridgeClient(config),
  };
}

/** The clients of a function, by its name and its role's logical id. */
export function clientsOfRole({ environment, authorization }: LocalAws, logicalId: string) {
  const session = { roleArn: roleArn(`${stackName}-${logicalId}`), sessionName: `test-${logicalId}` };
  return clientsOf({ ...clientConfig(environment), credentials: authorization.credentialsFor(session) });
}

/** A dataset group of this name with an empty Users dataset; the dataset's ARN. */
export async function createDataset({ personalize }: Deployment, group: string, kmsKeyArn?: string) {
  const owned = kmsKeyArn ? { kmsKeyArn, roleArn: roleArn('group-key') } : {};
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: group, ...owned }));
  await until(
    async () => (await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup?.status,
    (status) => status === 'ACTIVE',
  );
  const schema = JSON.stringify(schemaFor('Users', ['USER_ID', 'SEGMENT']));
  const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name: group, schema }));
  const dataset = { name: group, schemaArn, datasetGroupArn, datasetType: 'Users' };
  const { datasetArn } = await personalize.send(new CreateDatasetCommand(dataset));
  await until(
    async () => (await personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset?.status,
    (status) => status === 'ACTIVE',
  );
  return String(datasetArn);
}

/** One execution, from its start to its end. */
export async function run({ aws, sfn }: Deployment, input: unknown) {
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  const describe = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
  return await until(describe, ({ status }) => status !== 'RUNNING');
}

/** Asks until the answer is as wanted; `expect.poll` does not know concurrent tests. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Still ${JSON.stringify(answer)}`);
    await sleep(100);
  }
}

/** The next message of a queue, within a few seconds. */
export async function receive({ sqs }: Deployment, QueueUrl: string | undefined, WaitTimeSeconds = 10) {
  const request = { QueueUrl, WaitTimeSeconds, MessageAttributeNames: ['All'] };
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand(request));
  if (message) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return message as Message | undefined;
}

/** The next notification; with an execution, the next of it: one deployment serves one test after another. */
export async function receiveNotification(
  deployment: Deployment,
  execution?: { executionArn?: string },
): Promise<Notification | undefined> {
  const message = await receive(deployment, deployment.aws.environment.NOTIFICATIONS_QUEUE_URL);
  const notification = message && (JSON.parse(JSON.parse(message.Body ?? '').Message) as Notification);
  const isAnother = notification && execution && notification.executionArn !== execution.executionArn;
  return isAnother ? await receiveNotification(deployment, execution) : notification;
}

interface StatementDocument {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

/** Takes an action out of every statement of a policy's holder that allows it; or only the resource that fits. */
export function withoutPermission(holder: string, action: string, resource?: RegExp): TemplateChange {
  return ({ Resources }) => {
    const { Properties } = Resources[holder] ?? { Properties: {} };
    let found = false;
    for (const document of documentsOf(Properties)) {
      document.Statement = document.Statement.flatMap((statement) => {
        const actions = [statement.Action].flat();
        if (statement.Effect !== 'Allow' || !actions.includes(action)) return [statement];
        found = true;
        const others = actions.filter((one) => one !== action);
        const resources = [statement.Resource].flat().filter((one) => resource && !resource.test(JSON.stringify(one)));
        return [
          ...(others.length > 0 ? [{ ...statement, Action: others }] : []),
          ...(resources.length > 0 ? [{ ...statement, Action: action, Resource: resources }] : []),
        ];
      });
    }
    if (!found) throw new Error(`${holder} does not allow ${action}.`);
  };
}

function documentsOf(properties: Record<string, unknown>): { Statement: StatementDocument[] }[] {
  const policies = (properties.Policies ?? []) as { PolicyDocument: never }[];
  return [
    ...policies.map(({ PolicyDocument }) => PolicyDocument),
    properties.PolicyDocument,
    properties.KeyPolicy,
  ].filter((document) => document !== undefined) as { Statement: StatementDocument[] }[];
}
