import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { deployed, functionError, run, task } from './fixture.ts';

const map = (work: object, more: object = {}) => ({
  StartAt: 'Each',
  States: {
    Each: { Type: 'Map', ItemProcessor: { StartAt: 'Work', States: { Work: work } }, End: true, ...more },
  },
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
