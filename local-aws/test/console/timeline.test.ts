import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../src/console/sources.ts';
import { timelineOf } from '../../src/console/timeline.ts';
import { deployed, ended, functionArn, functionError, start } from '../step-functions/fixture.ts';

const task = (name: string, more: object = {}) => ({ Type: 'Task', Resource: functionArn(name), ...more });

/** Runs a definition and reads its history. The labels of iterations are their inputs. */
async function timelineOfRun(States: Record<string, object>, functions: Record<string, () => unknown>, input = {}) {
  const [StartAt] = Object.keys(States);
  const { service, sfn } = await deployed({ StartAt, States }, functions);
  await ended(sfn, await start(sfn, input));
  const [execution] = service.executions();
  return timelineOf(execution?.events ?? [], new Map(Object.entries(States)) as never, (text) => text);
}

const outline = ({ spans }: ReturnType<typeof timelineOf>) =>
  spans.map(({ lane, name, status }) => `${lane} ${name} ${status}`);

describe('the timeline of an execution', () => {
  it('the timeline has a bar for each state, with its times', async () => {
    const timeline = await timelineOfRun({ First: { Type: 'Pass', Next: 'Second' }, Second: { Type: 'Succeed' } }, {});
    expect(outline(timeline)).toEqual(['0 First succeeded', '0 Second succeeded']);
    for (const { start: from, end = 0 } of timeline.spans) expect(end).toBeGreaterThanOrEqual(from);
  });

  it('the timeline has a lane for each iteration of a Map, named after its input', async () => {
    const ItemProcessor = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } };
    const timeline = await timelineOfRun(
      { Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor, Next: 'After' }, After: { Type: 'Pass', End: true } },
      {},
      { items: ['a', 'b'] },
    );
    expect(timeline.lanes.map(({ label }) => label)).toEqual(['Execution', '"a"', '"b"']);
    expect(outline(timeline).sort()).toEqual([
      '0 After succeeded',
      '0 Each succeeded',
      '1 Inner succeeded',
      '2 Inner succeeded',
    ]);
  });

  it('the timeline has each attempt of a task with its error', async () => {
    let calls = 0;
    const flaky = () => {
      calls += 1;
      if (calls < 3) throw functionError('Busy', `call ${calls}`);
      return {};
    };
    const Retry = [{ ErrorEquals: ['Busy'], MaxAttempts: 5 }];
    const timeline = await timelineOfRun({ Try: task('flaky', { Retry, End: true }) }, { flaky });
    expect(outline(timeline)).toEqual(['0 Try succeeded']);
    expect(timeline.spans[0]?.attempts.map(({ error }) => error)).toEqual(['Busy', 'Busy', undefined]);
  });

  it('the timeline tells a caught error from one that fails the execution', async () => {
    const failing = () => {
      throw functionError('Broken', 'always');
    };
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Last' }];
    const timeline = await timelineOfRun(
      { Try: task('failing', { Catch, End: true }), Last: task('failing', { End: true }) },
      { failing },
    );
    expect(outline(timeline)).toEqual(['0 Try caught', '0 Last failed']);
  });

  it.each<[what: string, state: object, input: object, seconds: number | undefined]>([
    ['Seconds', { Seconds: 5 }, {}, 5],
    ['SecondsPath', { SecondsPath: '$.job.wait' }, { job: { wait: 7 } }, 7],
    ['a Timestamp', { Timestamp: '1970-01-01T00:00:11Z' }, {}, 10],
    ['a path to nothing', { SecondsPath: '$.missing' }, {}, undefined],
    ['a path with an index', { SecondsPath: '$.list[0]' }, { list: [3] }, undefined],
  ])('the timeline says when a Wait with %s ends', (_, state, input, seconds) => {
    const stateEnteredEventDetails = { name: 'Pause', input: JSON.stringify(input) };
    const entered = { type: 'WaitStateEntered', id: 1, previousEventId: 0, timestamp: 1, stateEnteredEventDetails };
    const { spans } = timelineOf([entered as ExecutionEvent], new Map([['Pause', { Type: 'Wait', ...state }]]));
    expect(spans).toMatchObject([{ status: 'waiting' }]);
    expect(spans[0]?.until).toBe(seconds === undefined ? undefined : 1000 + seconds * 1000);
  });
});
