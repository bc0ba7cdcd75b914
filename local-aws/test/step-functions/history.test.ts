import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { deployed, functionArn, functionError, roleArn, run, task } from './fixture.ts';

it('a history has each step of an execution, with input and output as JSON text', async () => {
  const { sfn } = await deployed(
    {
      StartAt: 'Work',
      States: {
        Work: { ...task('work', { ResultPath: '$.work', Next: 'Ready?' }), End: undefined },
        'Ready?': { Type: 'Choice', Choices: [{ Variable: '$.work.ready', BooleanEquals: true, Next: 'Rest' }] },
        Rest: { Type: 'Wait', Seconds: 0, Next: 'Done' },
        Done: { Type: 'Succeed' },
      },
    },
    { work: () => ({ ready: true }) },
  );
  const { outline, events, execution } = await run(sfn, { a: 1 });
  expect(outline).toEqual([
    'ExecutionStarted',
    'TaskStateEntered Work',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited Work',
    'ChoiceStateEntered Ready?',
    'ChoiceStateExited Ready?',
    'WaitStateEntered Rest',
    'WaitStateExited Rest',
    'SucceedStateEntered Done',
    'SucceedStateExited Done',
    'ExecutionSucceeded',
  ]);
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  expect(events.map(({ previousEventId }) => previousEventId)).toEqual([0, 0, ...events.slice(2).map((_, i) => i + 2)]);
  expect(events[0]?.executionStartedEventDetails).toMatchObject({ input: '{"a":1}', roleArn });
  expect(events[1]?.stateEnteredEventDetails).toMatchObject({ name: 'Work', input: '{"a":1}' });
  expect(events[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({
    resource: functionArn('work'),
    input: '{"a":1}',
  });
  expect(events[4]?.lambdaFunctionSucceededEventDetails?.output).toBe('{"ready":true}');
  expect(events[5]?.stateExitedEventDetails?.output).toBe('{"a":1,"work":{"ready":true}}');
  expect(events.at(-1)?.executionSucceededEventDetails?.output).toBe(execution.output);
});

it('a history has every attempt of a retried function, and Catch gets the error that Lambda returns', async () => {
  let calls = 0;
  const { sfn } = await deployed(
    {
      StartAt: 'Work',
      States: {
        Work: task('work', {
          Retry: [{ ErrorEquals: ['TransientError'], MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ['InvalidRequestError'], ResultPath: '$.error', Next: 'Rejected' }],
        }),
        Rejected: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
      },
    },
    {
      work: () => {
        calls += 1;
        throw functionError(calls < 3 ? 'TransientError' : 'InvalidRequestError', `call ${calls}`);
      },
    },
  );
  const { outline, execution } = await run(sfn, {});
  const attempt = (error: string) => [
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    `LambdaFunctionFailed ${error}`,
  ];
  expect(outline).toEqual([
    'ExecutionStarted',
    'TaskStateEntered Work',
    ...attempt('TransientError'),
    ...attempt('TransientError'),
    ...attempt('InvalidRequestError'),
    'TaskStateExited Work',
    'FailStateEntered Rejected',
    'ExecutionFailed InvalidRequestError',
  ]);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'InvalidRequestError' });
  expect(JSON.parse(execution.cause ?? '')).toEqual({
    errorType: 'InvalidRequestError',
    errorMessage: 'call 3',
    trace: [],
  });
});

const retriable = ['Sandbox.Timedout', 'Lambda.TooManyRequestsException', 'Lambda.Unknown'];

describe('what a function fails with', () => {
  it.each([
    ['Sandbox.Timedout', functionError('Sandbox.Timedout', 'Task timed out after 3.00 seconds')],
    ['Lambda.TooManyRequestsException', functionError('Lambda.TooManyRequestsException', 'Rate Exceeded.')],
    ['Lambda.Unknown', new Error('the bundle is missing')],
  ])('Retry finds the error %s by its name', async (name, thrown) => {
    let calls = 0;
    const work = () => {
      calls += 1;
      if (calls === 1) throw thrown;
      return 'done';
    };
    const { sfn } = await deployed(
      { StartAt: 'Work', States: { Work: task('work', { Retry: [{ ErrorEquals: retriable }] }) } },
      { work },
    );
    const { outline, execution } = await run(sfn);
    expect(outline).toContain(`LambdaFunctionFailed ${name}`);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '"done"' });
  });

  it('a cause that is too long is cut, but not within a character', async () => {
    const message = '😀'.repeat(20_000);
    const work = () => {
      throw functionError('Odd', message);
    };
    const { sfn } = await deployed({ StartAt: 'Work', States: { Work: task('work') } }, { work });
    const { execution } = await run(sfn);
    expect(execution.cause?.length).toBe(32_767);
    expect(execution.cause?.isWellFormed()).toBe(true);
  });

  it('a result that is too large for a state ends the execution without a Catch', async () => {
    const { sfn } = await deployed(
      {
        StartAt: 'Work',
        States: {
          Work: task('work', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
          Caught: { Type: 'Succeed' },
        },
      },
      { work: () => 'é'.repeat(131_072) },
    );
    const { execution } = await run(sfn);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

it('a history has the timeout of a function, and not its late answer', async () => {
  const { sfn } = await deployed(
    {
      StartAt: 'Work',
      States: {
        Work: task('work', { TimeoutSeconds: 1, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Rest' }] }),
        Rest: task('rest'),
      },
    },
    { work: () => sleep(1050), rest: () => sleep(150) },
  );
  const { outline } = await run(sfn);
  expect(outline.slice(2)).toEqual([
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionTimedOut States.Timeout',
    'TaskStateExited Work',
    'TaskStateEntered Rest',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited Rest',
    'ExecutionSucceeded',
  ]);
});
