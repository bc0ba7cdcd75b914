import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { deployed, ended, run, start, task } from './fixture.ts';

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
