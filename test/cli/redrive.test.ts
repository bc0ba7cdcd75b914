import { GetQueueAttributesCommand, PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  createDatasets,
  type Deployment,
  datasetArn,
  deploy,
  executionNames,
  setFaults,
  stackName,
} from '../deployment.ts';
import { runCommand } from './command-line.ts';

// `npm run redrive` as a process, against the packaged stack.
let deployment: Deployment;
let environment: Record<string, string>;

beforeAll(async () => {
  deployment = await deploy();
  environment = deployment.aws.environment;
  await createDatasets(deployment, 'shop', ['Items', 'Users']);
}, 60_000);
afterAll(() => deployment?.close());

const queueUrl = () => environment.DEAD_LETTER_QUEUE_URL;
beforeEach(async () => {
  await setFaults(deployment);
  await deployment.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl() }));
});

const send = (body: unknown, attributes: Record<string, string> = {}) =>
  deployment.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl(),
      MessageBody: JSON.stringify(body),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  );

async function visibleMessages(): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await deployment.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl(), AttributeNames }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
}

const event = (id: string, type = 'USERS') => ({
  id,
  source: 'shop.orders',
  'detail-type': 'Dataset Export Requested',
  detail: { datasetArn: datasetArn('shop', type) },
});

/** What a rule sends to the queue when it could not invoke start-export. */
const sendOfRule = (id: string, type?: string, rule = `${stackName}-export-requested`) =>
  send(event(id, type), {
    RULE_ARN: `arn:aws:events:us-east-1:000000000000:rule/${rule}`,
    ERROR_CODE: 'NO_PERMISSIONS',
  });

/** What Lambda sends to the queue when start-export has failed on an event three times. */
const failed = (id: string) => ({
  requestContext: { condition: 'RetriesExhausted' },
  requestPayload: { trigger: 'export-requested', event: event(id) },
  responsePayload: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' },
});

it('npm run redrive starts the export of a dead letter, and deletes the message', async () => {
  await send(failed('starts'));
  const before = (await executionNames(deployment)).length;
  const { exitCode, stdout } = await runCommand('redrive', ['--stage', 'local'], environment);
  expect(stdout).toMatch(
    /by the function \(Sandbox\.Timedout.*: started event-shop-orders-.*\n1 sent again, 0 stay in/,
  );
  expect(exitCode).toBe(0);
  expect(await executionNames(deployment)).toHaveLength(before + 1);
  expect(await visibleMessages()).toBe(0);
});

it('npm run redrive keeps the message when start-export fails again', async () => {
  await send(failed('fails again'));
  await setFaults(deployment, { service: 'lambda', operation: 'start-export', error: 'Sandbox.Timedout' });
  const { exitCode, stdout } = await runCommand('redrive', ['--stage', 'local'], environment);
  expect(stdout).toMatch(/stays: start-export failed again/);
  expect(exitCode).toBe(1);
  expect(await visibleMessages()).toBe(1);
});

it('npm run redrive says that the queue is empty', async () => {
  const { exitCode, stdout } = await runCommand('redrive', [], environment);
  expect(stdout).toMatch(/ is empty\.\n$/);
  expect(exitCode).toBe(0);
});

it('npm run redrive sends no more than --max messages', async () => {
  await Promise.all([send(failed('max 1')), send(failed('max 2'))]);
  const { stdout } = await runCommand('redrive', ['--max', '1'], environment);
  expect(stdout).toMatch(/1 sent again, 0 stay in/);
  expect(await visibleMessages()).toBe(1);
});

it('npm run redrive keeps a message that is not an event, and sends the others', async () => {
  await send('not an event');
  await sendOfRule('first');
  await sendOfRule('second', 'ITEMS');
  const { exitCode, stdout } = await runCommand('redrive', [], environment);
  expect(stdout).toMatch(/stays: the body/);
  expect(stdout).toMatch(/2 sent again, 1 stays in/);
  expect(exitCode).toBe(1);
  expect(await visibleMessages()).toBe(1);
});

it('npm run redrive --discard deletes a message that holds no event, after printing it, and sends the others', async () => {
  await send('\u001b[31mnot an event');
  await sendOfRule('of another deployment', 'USERS', 'personalize-dataset-export-prod-export-requested');
  await sendOfRule('kept');
  const { exitCode, stdout } = await runCommand('redrive', ['--discard'], environment);
  expect(stdout).toContain(String.raw`discarded: the body is not a JSON object: "\"\\u001b[31mnot an event\""`);
  expect(stdout).toMatch(/discarded: the rule .* is not a trigger of .*: started event-shop-orders-/s);
  expect(stdout).toMatch(/1 sent again, 2 discarded, 0 stay in/);
  expect(exitCode).toBe(0);
  expect(await visibleMessages()).toBe(0);
});

it('npm run redrive --discard keeps an event that start-export fails on again', async () => {
  await send(failed('not discarded'));
  await setFaults(deployment, { service: 'lambda', operation: 'start-export', error: 'Sandbox.Timedout' });
  const { exitCode } = await runCommand('redrive', ['--discard'], environment);
  expect(exitCode).toBe(1);
  expect(await visibleMessages()).toBe(1);
});

it('npm run redrive --discard --dry-run deletes nothing', async () => {
  await send('not an event');
  const { stdout } = await runCommand('redrive', ['--discard', '--dry-run'], environment);
  expect(stdout).toMatch(/would be discarded: .*\n0 would be sent again, 1 would be discarded, 0 stay in/);
  expect(await visibleMessages()).toBe(1);
});

it('npm run redrive --dry-run shows the messages, and sends none', async () => {
  await sendOfRule('shown');
  const before = await executionNames(deployment);
  const { stdout } = await runCommand('redrive', ['--dry-run'], environment);
  expect(stdout).toMatch(/1 would be sent again, 0 stay in/);
  expect(await visibleMessages()).toBe(1);
  expect(await executionNames(deployment)).toHaveLength(before.length);
});

it('npm run redrive says what to do about a stage that is not deployed', async () => {
  const { exitCode, stderr } = await runCommand('redrive', ['--stage', 'prod'], environment);
  expect(stderr).toMatch(/no such dead-letter queue/);
  expect(exitCode).toBe(2);
});
