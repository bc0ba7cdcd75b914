import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig, type LocalAws, startLocalAws } from 'local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoDatasets } from '../../demo/data.ts';
import { importDatasets } from '../../demo/import-datasets.ts';
import { localStack } from '../../scripts/local-stack.ts';
import { runCommand } from './command-line.ts';

// The commands as processes, with the packaged stack in a local AWS.
const group = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/demo-shop';
const dataset = (type: string) => `arn:aws:personalize:us-east-1:000000000000:dataset/demo-shop/${type}`;

let aws: LocalAws;
let logsDir: string;
let deadLetter: Promise<void>;
let clients: { sfn: SFNClient; sqs: SQSClient; events: EventBridgeClient; lambda: LambdaClient };

beforeAll(async () => {
  logsDir = await mkdtemp(join(tmpdir(), 'logs-'));
  aws = await startLocalAws({ ...localStack, port: 0, jobSeconds: 0.1, logsDir });
  const config = clientConfig(aws.environment);
  clients = {
    sfn: new SFNClient(config),
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
  };
  await importDatasets(aws.environment, demoDatasets(), () => {}, AbortSignal.timeout(30_000));
  deadLetter = failOnEvent();
}, 60_000);

afterAll(async () => {
  await aws?.stop();
  await rm(logsDir, { recursive: true, force: true });
});

async function setFaults(faults: object[]): Promise<void> {
  const url = `${aws.environment.AWS_ENDPOINT_URL}/_local/faults`;
  expect((await fetch(url, { method: 'PUT', body: JSON.stringify(faults) })).status).toBe(200);
}

/** Sends an event that start-export fails on. Resolves when the event is a dead letter, after some seconds of retries. */
async function failOnEvent(): Promise<void> {
  await setFaults([{ service: 'lambda', operation: 'start-export', error: 'Sandbox.Timedout', times: 3 }]);
  const Detail = JSON.stringify({ datasetArn: dataset('USERS') });
  const Entries = [{ Source: 'shop.orders', DetailType: 'Dataset Export Requested', Detail }];
  await clients.events.send(new PutEventsCommand({ Entries }));
  await expect.poll(visible, { timeout: 15_000 }).toBe(1);
}

const queueUrl = () => aws.environment.DEAD_LETTER_QUEUE_URL ?? '';

async function visible(): Promise<number> {
  const request = new GetQueueAttributesCommand({
    QueueUrl: queueUrl(),
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  return Number((await clients.sqs.send(request)).Attributes?.ApproximateNumberOfMessages);
}

async function executionNames(): Promise<string[]> {
  const { STATE_MACHINE_ARN: stateMachineArn } = aws.environment;
  const { executions = [] } = await clients.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }));
  return executions.map(({ name }) => name ?? '');
}

describe.concurrent('export', () => {
  it('watches a group until it ends, prints a line per change, and reports where each dataset is', async () => {
    const { exitCode, stdout } = await runCommand('export', ['--group-arn', group, '--watch'], aws.environment);
    expect(stdout).toMatch(/^arn:aws:states:.*:cli-/);
    for (const type of ['INTERACTIONS', 'ITEMS', 'USERS']) {
      expect(stdout).toMatch(new RegExp(`demo-shop/${type}  \\w+: 1 s`));
      expect(stdout).toMatch(new RegExp(`demo-shop/${type}  ACTIVE  s3://`));
    }
    expect(stdout).toMatch(/succeeded after [\d.]+ s\n$/);
    expect(exitCode).toBe(0);
  });

  it('finds the state machine of a stage, and prints one JSON document', async () => {
    const { STATE_MACHINE_ARN: _, ...environment } = aws.environment;
    const args = ['--dataset-arn', dataset('USERS'), '--mode', 'BULK', '--stage', 'local', '--watch', '--json'];
    const { exitCode, stdout, stderr } = await runCommand('export', args, environment);
    expect(JSON.parse(stdout)).toMatchObject({
      executionArn: expect.stringContaining(':personalize-dataset-export-local:cli-'),
      status: 'SUCCEEDED',
      outcomes: [{ outcome: 'ACTIVE', datasetArn: dataset('USERS'), path: expect.stringMatching(/^s3:/) }],
    });
    expect(stderr).toContain('demo-shop/USERS  outcome ACTIVE');
    expect(exitCode).toBe(0);
  });

  it('prints the execution and the command that describes it, without --watch', async () => {
    const args = ['--import-job-arn', 'arn:aws:personalize:us-east-1:000000000000:dataset-import-job/demo-users'];
    const { exitCode, stdout, stderr } = await runCommand('export', args, aws.environment);
    expect(await executionNames()).toContain(stdout.trim().split(':').pop());
    expect(stderr).toContain(`describe-execution --execution-arn ${stdout.trim()}`);
    expect(exitCode).toBe(0);
  });

  it('reports why an execution was rejected', async () => {
    const stdin = JSON.stringify({ datasetArn: dataset('USERS'), colour: 'red' });
    const { exitCode, stdout } = await runCommand('export', ['--request', '-', '--watch'], aws.environment, { stdin });
    expect(stdout).toMatch(/failed after [\d.]+ s: REJECTED\n {2}.*colour: is not a known field/);
    expect(exitCode).toBe(1);
  });

  const anywhere = ['--group-arn', group];
  it.each<[what: string, args: string[], environment: Record<string, string | undefined>, says: RegExp]>([
    ['missing credentials', anywhere, { AWS_ACCESS_KEY_ID: undefined }, /^No AWS credentials found.*aws sso login/],
    [
      'a stage that is not deployed',
      [...anywhere, '--stage', 'prod'],
      {},
      /no state machine .*-prod in us-east-1.* stages: local\./,
    ],
    [
      'a missing region',
      anywhere,
      { STATE_MACHINE_ARN: undefined, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined },
      /^No region is set\. Use --region/,
    ],
    [
      'an endpoint that refuses connections',
      anywhere,
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      /^http:\/\/127\.0\.0\.1:9 can't be reached \(ECONNREFUSED\)/,
    ],
    ['two things to export', [...anywhere, '--request', '-'], {}, /^Give exactly one of .*, not 2\./],
    ['an ARN of the wrong kind', ['--group-arn', dataset('ITEMS')], {}, /Give the ARN of a dataset group/],
    ['a file that is not JSON', ['--request', 'README.md'], {}, /^README\.md is not JSON/],
  ])('explains what to do about %s', async (_, args, environment, says) => {
    const { exitCode, stdout, stderr } = await runCommand('export', args, { ...aws.environment, ...environment });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});

describe('export during a fault', () => {
  it('starts one execution although the response is lost', async () => {
    await deadLetter;
    await setFaults([{ service: 'states', operation: 'StartExecution', cut: 'after', times: 1 }]);
    const before = (await executionNames()).length;
    const { exitCode } = await runCommand('export', ['--dataset-arn', dataset('ITEMS')], aws.environment);
    expect(await executionNames()).toHaveLength(before + 1);
    expect(exitCode).toBe(0);
  });

  it('does not stop the execution when it is interrupted', async () => {
    const args = ['--dataset-arn', dataset('USERS'), '--watch', '--json'];
    const { exitCode, stdout, stderr } = await runCommand('export', args, aws.environment, {
      interruptAt: ' 0.0 s ',
    });
    expect(stderr).toContain('The execution continues: arn:aws:states:');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'RUNNING', executionArn: expect.any(String) });
    expect(exitCode).toBe(130);
  });

  it('names the missing IAM action', async () => {
    await setFaults([{ service: 'states', operation: 'ListStateMachines', error: 'AccessDeniedException' }]);
    const args = ['--group-arn', group, '--stage', 'local'];
    const { exitCode, stderr } = await runCommand('export', args, aws.environment);
    await setFaults([]);
    expect(stderr).toMatch(/need the action states:ListStateMachines/);
    expect(exitCode).toBe(2);
  });

  it('continues to watch after a service failed for a while', async () => {
    await setFaults([{ service: 'states', operation: 'GetExecutionHistory', status: 500, times: 3 }]);
    const { exitCode, stdout } = await runCommand('export', ['--request', '-', '--watch'], aws.environment, {
      stdin: '{}',
    });
    expect(stdout).toMatch(/states:GetExecutionHistory failed: .* Retrying\.\n/);
    expect(stdout).toMatch(/: REJECTED\n/);
    expect(exitCode).toBe(1);
  });

  it('reports that the execution continues when it may not be watched', async () => {
    await setFaults([{ service: 'states', operation: 'GetExecutionHistory', error: 'AccessDeniedException' }]);
    const { exitCode, stderr } = await runCommand('export', ['--request', '-', '--watch'], aws.environment, {
      stdin: '{}',
    });
    await setFaults([]);
    expect(stderr).toMatch(/need the action states:GetExecutionHistory.*\nThe execution continues: arn:/);
    expect(exitCode).toBe(2);
  });
});

describe('redrive', () => {
  const send = (MessageBody: string) => clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody }));
  const event = (id: string) => ({ id, source: 'shop.orders', 'detail-type': 'Dataset Export Requested' });

  it('starts the execution of a dead letter once, and deletes the message', async () => {
    await deadLetter;
    const before = (await executionNames()).length;
    await setFaults([{ service: 'lambda', operation: 'start-export', error: 'Sandbox.Timedout' }]);
    const failing = await runCommand('redrive', ['--stage', 'local', '--max', '1'], aws.environment);
    expect(failing.stdout).toMatch(/by the function \(Sandbox\.Timedout.*stays: start-export failed again/);
    expect(failing.exitCode).toBe(1);
    expect(await visible()).toBe(1);

    await setFaults([]);
    const working = await runCommand('redrive', ['--stage', 'local', '--max', '1'], aws.environment);
    expect(working.stdout).toMatch(/shop\.orders.*: started event-shop-orders-.*\n1 sent again, 0 stay in/);
    expect(working.exitCode).toBe(0);
    expect(await executionNames()).toHaveLength(before + 1);

    const again = await runCommand('redrive', [], aws.environment);
    expect(again.stdout).toMatch(/ is empty\.\n$/);
    expect(again.exitCode).toBe(0);
    expect(await executionNames()).toHaveLength(before + 1);
  });

  it('skips a message without an event, leaves it in the queue, and redrives the others', async () => {
    await send('no event');
    await send(JSON.stringify({ ...event('first'), detail: { datasetArn: dataset('USERS') } }));
    await send(JSON.stringify({ ...event('second'), detail: { datasetArn: dataset('ITEMS') } }));
    const shown = await runCommand('redrive', ['--dry-run'], aws.environment);
    expect(shown.stdout).toMatch(/2 would be sent again, 1 stays in/);
    expect(await visible()).toBe(3);
    const { exitCode, stdout } = await runCommand('redrive', [], aws.environment);
    expect(stdout).toMatch(/stays: the body is not a JSON object/);
    expect(stdout).toMatch(/2 sent again, 1 stays in/);
    expect(exitCode).toBe(1);
    expect(await visible()).toBe(1);
    await clients.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl() }));
  });

  it('explains what to do about a stage that is not deployed', async () => {
    const { exitCode, stderr } = await runCommand('redrive', ['--stage', 'prod'], aws.environment);
    expect(stderr).toMatch(/^There is no such dead-letter queue in this region/);
    expect(exitCode).toBe(2);
  });
});

describe('the Invoke operation of the local AWS', () => {
  const FunctionName = 'personalize-dataset-export-local-start-export';
  const invoke = (Payload: string, more: object = {}) =>
    clients.lambda.send(new InvokeCommand({ FunctionName, Payload, ...more }));
  const requested = JSON.stringify({
    id: 'invoked',
    source: 'shop.orders',
    'detail-type': 'Dataset Export Requested',
    detail: { datasetArn: dataset('USERS') },
  });

  it('returns the result of the function', async () => {
    const { StatusCode, FunctionError, ExecutedVersion, Payload } = await invoke(requested);
    expect({ StatusCode, FunctionError, ExecutedVersion }).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ executionName: expect.any(String) });
  });

  it.each([
    '000000000000:function:personalize-dataset-export-local-start-export:$LATEST',
    'arn:aws:lambda:us-east-1:000000000000:function:personalize-dataset-export-local-start-export',
  ])('accepts the function name %s', async (name) => {
    expect((await invoke(requested, { FunctionName: name })).FunctionError).toBeUndefined();
  });

  it('returns the error of the function', async () => {
    const { StatusCode, FunctionError, Payload } = await invoke('{"id": 1}');
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ errorType: expect.any(String) });
  });

  it('invokes the function asynchronously for Event, and does not invoke it for DryRun', async () => {
    const later = JSON.stringify({ ...JSON.parse(requested), id: 'later' });
    const before = (await executionNames()).length;
    expect((await invoke(later, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect((await invoke(later, { InvocationType: 'Event' })).StatusCode).toBe(202);
    await expect.poll(async () => (await executionNames()).length).toBe(before + 1);
  });

  it.each([
    ['ResourceNotFoundException', '{}', { FunctionName: 'nobody' }, 404],
    ['ResourceNotFoundException', '{}', { Qualifier: 'live' }, 404],
    ['InvalidRequestContentException', '{"id"', {}, 400],
    ['InvalidParameterValueException', '{}', { InvocationType: 'Later' }, 400],
    ['RequestTooLargeException', JSON.stringify('x'.repeat(6 * 1024 * 1024)), {}, 413],
  ])('rejects an invalid call with %s', async (name, payload, more, httpStatusCode) => {
    await expect(invoke(payload, more)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('is throttled by a fault', async () => {
    const error = 'Lambda.TooManyRequestsException';
    await setFaults([{ service: 'lambda', operation: 'start-export', error, times: 1 }]);
    const impatient = new LambdaClient({ ...clientConfig(aws.environment), maxAttempts: 1 });
    await expect(impatient.send(new InvokeCommand({ FunctionName, Payload: requested }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
    expect((await invoke(requested)).StatusCode).toBe(200);
  });
});
