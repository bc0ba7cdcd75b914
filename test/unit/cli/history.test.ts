import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { historyReader } from '../../../cli/history.ts';
import { mocked } from '../../mocked.ts';

const sfn = mocked(SFNClient);
const client = new SFNClient({ region: 'eu-west-1' });
const { signal } = new AbortController();

const events = (...ids: number[]) => ids.map((id) => ({ id, type: 'TaskStateEntered' as const, timestamp: undefined }));

describe('historyReader', () => {
  it('historyReader reads back to the last event that it has returned, and returns new ones oldest first', async () => {
    sfn
      .on(GetExecutionHistoryCommand)
      .resolvesOnce({ events: events(3, 2), nextToken: 'a' })
      .resolvesOnce({ events: events(1) })
      .resolvesOnce({ events: events(5, 4, 3), nextToken: 'b' })
      .resolvesOnce({ events: events(5, 4), nextToken: 'c' });
    const reader = historyReader(client, 'arn');
    const next = async () => (await reader.next(signal)).map(({ id }) => id);
    expect([await next(), await next(), await next()]).toEqual([[1, 2, 3], [4, 5], []]);
  });

  it('historyReader returns no event of an execution that has only just started and is not known yet', async () => {
    sfn.on(GetExecutionHistoryCommand).rejects(Object.assign(new Error('no'), { name: 'ExecutionDoesNotExist' }));
    expect(await historyReader(client, 'arn').next(signal)).toEqual([]);
  });
});
