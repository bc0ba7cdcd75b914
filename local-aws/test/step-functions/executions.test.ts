import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { stepFunctionsService } from '../../src/step-functions/service.ts';
import { deployed, ended, functionArn, historyOf, outline, run, start, stateMachineArn } from './fixture.ts';

const pass = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
const wait = { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 60, End: true } } };
const executionArn = stateMachineArn.replace(':stateMachine:', ':execution:');

describe('StartExecution', () => {
  it('StartExecution returns the running execution with the same name and input', async () => {
    const { sfn } = await deployed(wait);
    const request = { stateMachineArn, name: 'import-1', input: '{"a":1}' };
    const [first, second] = await Promise.all([1, 2].map(() => sfn.send(new StartExecutionCommand(request))));
    expect(first?.executionArn).toBe(`${executionArn}:import-1`);
    expect({ ...second, $metadata: undefined }).toEqual({ ...first, $metadata: undefined });
    const other = new StartExecutionCommand({ ...request, input: '{"a":2}' });
    await expect(sfn.send(other)).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('StartExecution refuses the name of an execution that has ended, whatever the input', async () => {
    const { sfn } = await deployed(pass);
    await ended(sfn, await start(sfn, {}, 'import-1'));
    await expect(start(sfn, {}, 'import-1')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn}:import-1'`,
    });
  });

  it('StartExecution makes up a name, and takes {} as the input, if they are not given', async () => {
    const { sfn } = await deployed(pass);
    const { execution } = await run(sfn);
    expect(execution.name).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    expect(execution).toMatchObject({ input: '{}', output: '{}', outputDetails: { included: true } });
  });

  it.each([
    ['InvalidName', { name: 'a b' }],
    ['InvalidName', { name: '' }],
    ['InvalidName', { name: 'a\u0007' }],
    ['InvalidName', { name: 'x'.repeat(81) }],
    ['InvalidExecutionInput', { input: '{' }],
    ['InvalidExecutionInput', { input: JSON.stringify('é'.repeat(131_072)) }],
    ['StateMachineDoesNotExist', { stateMachineArn: `${stateMachineArn}2` }],
    ['InvalidArn', { stateMachineArn: 'exports' }],
    ['InvalidArn', { stateMachineArn: `${executionArn}:a` }],
    ['ValidationException', { stateMachineArn: undefined }],
  ])('StartExecution answers %s to %o', async (name, wrong) => {
    const { sfn } = await deployed(pass);
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn, ...wrong }))).rejects.toMatchObject({ name });
  });

  it('StartExecution accepts a name of 80 characters and an input of 262,144 bytes', async () => {
    const { sfn } = await deployed(pass);
    const longest = { name: 'x'.repeat(80), input: JSON.stringify('é'.repeat(131_071)) };
    expect(await sfn.send(new StartExecutionCommand({ stateMachineArn, ...longest }))).toHaveProperty('executionArn');
  });

  it('a thousand executions run at once', async () => {
    const { service, sfn } = await deployed(
      { StartAt: 'A', States: { A: { Type: 'Task', Resource: functionArn('work'), End: true } } },
      { work: ({ n }: { n: number }) => n * 2 },
    );
    for (let n = 0; n < 1000; n++) {
      service.operations.StartExecution?.(
        { stateMachineArn, name: `n-${n}`, input: JSON.stringify({ n }) },
        { accessKeyId: '', accountId: '', region: '' },
      );
    }
    const last = await ended(sfn, `${executionArn}:n-999`);
    expect(last.output).toBe('1998');
    const list = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: 1000 });
    await expect.poll(async () => (await sfn.send(list)).executions?.length).toBe(1000);
  });
});

describe('StopExecution', () => {
  it('StopExecution aborts an execution at once, and ignores what a running function answers later', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const States = {
      A: {
        Type: 'Task',
        Resource: functionArn('work'),
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 99_999_999 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }],
        Next: 'B',
      },
      B: { Type: 'Pass', End: true },
    };
    const { sfn } = await deployed({ StartAt: 'A', States }, { work: () => promise });
    const arn = await start(sfn);
    await expect.poll(() => historyOf(sfn, arn)).toHaveLength(4);
    const stop = new StopExecutionCommand({ executionArn: arn, error: 'Operator', cause: 'enough' });
    const { stopDate } = await sfn.send(stop);
    resolve();
    const execution = await ended(sfn, arn);
    expect(execution).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'enough', stopDate });
    expect(outline(await historyOf(sfn, arn)).slice(3)).toEqual(['LambdaFunctionStarted', 'ExecutionAborted Operator']);
    expect((await sfn.send(stop)).stopDate).toEqual(stopDate);
  });

  it.each([
    ['ExecutionDoesNotExist', `${executionArn}:none`],
    ['InvalidArn', stateMachineArn],
  ])('StopExecution answers %s to %s', async (name, arn) => {
    const { sfn } = await deployed(pass);
    await expect(sfn.send(new StopExecutionCommand({ executionArn: arn }))).rejects.toMatchObject({ name });
  });
});

it.each<[what: string, caught: string, expected: object]>([
  ['ends an execution without a cause', 'Other', { status: 'FAILED', error: 'States.Timeout' }],
  [
    'is caught with an empty cause',
    'States.Timeout',
    { status: 'SUCCEEDED', output: JSON.stringify({ Error: 'States.Timeout', Cause: '' }) },
  ],
])('the timeout of a Task %s', async (_, caught, expected) => {
  const Catch = [{ ErrorEquals: [caught], Next: 'Caught' }];
  const { sfn } = await deployed(
    {
      StartAt: 'Slow',
      States: {
        Slow: { Type: 'Task', Resource: functionArn('slow'), TimeoutSeconds: 1, Catch, End: true },
        Caught: { Type: 'Succeed' },
      },
    },
    { slow: () => new Promise(() => {}) },
  );
  const { status, error, cause, output } = (await run(sfn)).execution;
  expect({ status, error, cause, output }).toEqual(expected);
});

it("an execution ends as TIMED_OUT after the machine's own TimeoutSeconds", async () => {
  const { sfn } = await deployed({
    ...{ StartAt: 'Each', TimeoutSeconds: 1 },
    States: { Each: { Type: 'Map', ItemProcessor: wait, End: true } },
  });
  const { execution, outline } = await run(sfn, [1, 2]);
  expect(execution.status).toBe('TIMED_OUT');
  expect(outline.slice(-2)).toEqual(['WaitStateEntered A', 'ExecutionTimedOut']);
});

it('ListExecutions lists executions by status, newest first, in pages', async () => {
  const { sfn } = await deployed(wait);
  for (const name of ['a', 'b', 'c']) await start(sfn, {}, name);
  await sfn.send(new StopExecutionCommand({ executionArn: `${executionArn}:b` }));
  const names = async (request: object) => {
    const { executions, nextToken } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, ...request }));
    return { names: executions?.map(({ name }) => name), nextToken };
  };
  expect(await names({ statusFilter: 'RUNNING' })).toMatchObject({ names: ['c', 'a'] });
  const first = await names({ maxResults: 2 });
  expect(first.names).toEqual(['c', 'b']);
  await start(sfn, {}, 'd');
  expect(await names({ maxResults: 2, nextToken: first.nextToken })).toEqual({ names: ['a'], nextToken: undefined });
  await expect(names({ nextToken: 'made up' })).rejects.toMatchObject({ name: 'InvalidToken' });
  await expect(names({ maxResults: -1 })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(names({ maxResults: 1001 })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(names({ statusFilter: 'DONE' })).rejects.toMatchObject({ name: 'ValidationException' });
});

it('DescribeExecution leaves out input and output for METADATA_ONLY', async () => {
  const { sfn } = await deployed(pass);
  const { executionArn } = await run(sfn, { secret: 1 });
  const describe = new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' });
  const { input, inputDetails, output, outputDetails, status } = await sfn.send(describe);
  expect({ input, inputDetails, output, outputDetails, status }).toEqual({
    ...{ inputDetails: { included: false }, outputDetails: { included: false }, status: 'SUCCEEDED' },
  });
});

it('DescribeStateMachine and ListStateMachines describe state machines', async () => {
  const { sfn } = await deployed(pass);
  const machine = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(machine).toMatchObject({
    name: 'exports',
    status: 'ACTIVE',
    type: 'STANDARD',
    definition: JSON.stringify(pass),
  });
  const { stateMachines } = await sfn.send(new ListStateMachinesCommand({}));
  expect(stateMachines).toMatchObject([{ stateMachineArn, name: 'exports', creationDate: machine.creationDate }]);
});

it('onHistoryEvent and onExecutionEnd are called as events happen', async () => {
  const heard: string[] = [];
  const { sfn } = await deployed(
    pass,
    {},
    {
      onHistoryEvent: (arn, event) => heard.push(`${arn.split(':').at(-1)} ${event.type}`),
      onExecutionEnd: ({ name, status }) => heard.push(`${name} ${status}`),
    },
  );
  await ended(sfn, await start(sfn, {}, 'one'));
  expect(heard).toEqual([
    'one ExecutionStarted',
    'one PassStateEntered',
    'one PassStateExited',
    'one ExecutionSucceeded',
    'one SUCCEEDED',
  ]);
});

it('closing Step Functions aborts the executions that run', async () => {
  const statuses: string[] = [];
  const service = stepFunctionsService({
    invoke: async () => undefined,
    onExecutionEnd: ({ status }) => statuses.push(status),
  });
  const spec = { stateMachineArn, name: 'exports', roleArn: '', definition: JSON.stringify(wait) };
  service.deployStateMachine(spec);
  service.operations.StartExecution?.({ stateMachineArn }, { accessKeyId: '', accountId: '', region: '' });
  await service.close();
  expect(statuses).toEqual(['ABORTED']);
});
