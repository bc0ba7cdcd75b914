import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { deployed, ended, functionArn, functionError, roleArn, run, start } from './fixture.ts';

const task = (name: string, more: object = {}) => ({ Type: 'Task', Resource: functionArn(name), End: true, ...more });

const map = (work: object, more: object = {}) => ({
  StartAt: 'Each',
  States: {
    Each: { Type: 'Map', ItemProcessor: { StartAt: 'Work', States: { Work: work } }, End: true, ...more },
  },
});

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

describe('a Map', () => {
  it.each([
    ['', {}],
    [', also with Parameters', { Parameters: { 'item.$': '$.item' } }],
  ])(
    'a history has every event of the iterations of a Map, each linked to its own iteration%s',
    async (_, parameters) => {
      const { sfn } = await deployed(
        {
          StartAt: 'Each',
          States: {
            Each: {
              ...map(task('work', { ...parameters, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 99 }] })).States
                .Each,
              ItemsPath: '$.items',
              End: undefined,
              Next: 'Count',
            },
            Count: {
              Type: 'Map',
              ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
              End: true,
            },
          },
        },
        {
          work: async ({ item }: { item: number }) => {
            await sleep(Math.random() * 5);
            if (Math.random() < 0.3) throw functionError('TransientError', 'again');
            return item * 10;
          },
        },
      );
      const items = Array.from({ length: 8 }, (_, item) => ({ item }));
      const { events, execution } = await run(sfn, { items });
      expect(execution.output).toBe(JSON.stringify(items.map(({ item }) => item * 10)));
      for (const [name, expected] of [
        ['Each', 'Work'],
        ['Count', 'One'],
      ] as const) {
        const lines = linesOf(events, name);
        expect(lines).toHaveLength(8);
        for (const [index, line] of lines.entries()) {
          const states = line.flatMap((event) => event.stateEnteredEventDetails ?? event.stateExitedEventDetails ?? []);
          expect(states.map((state) => state.name)).toEqual([expected, expected]);
          expect(line.at(-1)?.mapIterationSucceededEventDetails).toEqual({ name, index });
          if (name === 'Count') continue;
          const inputs = line.flatMap((event) => event.lambdaFunctionScheduledEventDetails?.input ?? []);
          expect(new Set(inputs)).toEqual(new Set([JSON.stringify({ item: index })]));
        }
      }
      const order = events.map(({ type = '' }) => type).filter((type) => type.startsWith('MapState'));
      const whole = ['MapStateEntered', 'MapStateStarted', 'MapStateSucceeded', 'MapStateExited'];
      expect(order).toEqual([...whole, ...whole]);
      expect(events.find(({ type }) => type === 'MapStateStarted')?.mapStateStartedEventDetails?.length).toBe(8);
      expect(events.at(-2)?.type).toBe('MapStateExited');
    },
  );

  it('a Map never runs more iterations at once than MaxConcurrency', async () => {
    const { sfn } = await deployed(map(task('work'), { MaxConcurrency: 2 }), { work: () => undefined });
    const { events } = await run(sfn, [1, 2, 3, 4, 5, 6]);
    let running = 0;
    for (const { type } of events) {
      if (type === 'MapIterationStarted') running += 1;
      if (type === 'MapIterationSucceeded') running -= 1;
      expect(running).toBeLessThanOrEqual(2);
    }
    expect(events.filter(({ type }) => type === 'MapIterationSucceeded')).toHaveLength(6);
  });

  it('a Map that fails aborts the iterations that run, and starts no more', async () => {
    const begun: number[] = [];
    const { sfn } = await deployed(map(task('work'), { MaxConcurrency: 2 }), {
      work: async (item: number) => {
        begun.push(item);
        await sleep(item * 10);
        if (item === 1) throw functionError('InvalidRequestError', 'no');
      },
    });
    const { outline } = await run(sfn, [1, 2, 3, 4]);
    await sleep(30);
    expect(begun).toEqual([1, 2]);
    expect(outline.slice(-5)).toEqual([
      'LambdaFunctionFailed InvalidRequestError',
      'MapIterationFailed Each 0',
      'MapIterationAborted Each 1',
      'MapStateFailed',
      'ExecutionFailed InvalidRequestError',
    ]);
  });

  it('a Catch handles a Map that fails', async () => {
    const { States } = map({ Type: 'Fail', Error: 'Bad' }, { Catch: [{ ErrorEquals: ['Bad'], Next: 'Done' }] });
    const { sfn } = await deployed({ StartAt: 'Each', States: { ...States, Done: { Type: 'Succeed' } } });
    const { outline } = await run(sfn, [1]);
    expect(outline.slice(3)).toEqual([
      'MapIterationStarted Each 0',
      'FailStateEntered Work',
      'MapIterationFailed Each 0',
      'MapStateFailed',
      'MapStateExited Each',
      'SucceedStateEntered Done',
      'SucceedStateExited Done',
      'ExecutionSucceeded',
    ]);
  });
});

it('an execution ends at 25,000 events, even if the machine never pauses', async () => {
  const { sfn } = await deployed({
    StartAt: 'A',
    States: {
      A: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Variable: '$.seconds', NumericEquals: 1, Next: 'C' }], Default: 'A' },
      C: { Type: 'Succeed' },
    },
  });
  const executionArn = await start(sfn, { seconds: 0 });
  const execution = await ended(sfn, executionArn);
  const latest = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 });
  expect((await sfn.send(latest)).events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});

describe('GetExecutionHistory', () => {
  it('GetExecutionHistory returns the latest events first on request, in pages', async () => {
    const { sfn } = await deployed({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
    const { executionArn } = await run(sfn);
    const page = { executionArn, reverseOrder: true, maxResults: 3 };
    const first = await sfn.send(new GetExecutionHistoryCommand(page));
    expect(first.events?.map(({ id }) => id)).toEqual([4, 3, 2]);
    const second = await sfn.send(new GetExecutionHistoryCommand({ ...page, nextToken: first.nextToken }));
    expect(second.events?.map(({ id }) => id)).toEqual([1]);
    expect(second.nextToken).toBeUndefined();
    const other = { ...page, reverseOrder: false, nextToken: first.nextToken };
    await expect(sfn.send(new GetExecutionHistoryCommand(other))).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('GetExecutionHistory leaves out input and output on request', async () => {
    const { sfn } = await deployed({ StartAt: 'A', States: { A: task('work') } }, { work: () => 'secret' });
    const executionArn = await start(sfn, 'secret');
    await sleep(50);
    const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));
    expect(events).toHaveLength(7);
    expect(events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'A' });
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

/** The events of each iteration, followed back from its end by `previousEventId`. */
function linesOf(events: HistoryEvent[], map: string): HistoryEvent[][] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const ends = events.filter(({ mapIterationSucceededEventDetails: end }) => end?.name === map);
  const lines = ends.map((end) => {
    const line = [end];
    while (line[0]?.type !== 'MapIterationStarted') line.unshift(byId.get(line[0]?.previousEventId) as HistoryEvent);
    return line;
  });
  return lines.sort((a, b) => indexOf(a) - indexOf(b));
}

function indexOf(line: HistoryEvent[]): number {
  return line[0]?.mapIterationStartedEventDetails?.index ?? -1;
}
