import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { watch } from '../../../cli/watch.ts';
import { mocked } from '../../mocked.ts';
import { executionArn, sdkError } from '../builders.ts';

const sfn = mocked(SFNClient);
const client = new SFNClient({ region: 'eu-west-1', maxAttempts: 1 });

const event = (id: number, type: HistoryEvent['type']): HistoryEvent => ({ id, type, timestamp: new Date() });
const started = event(1, 'ExecutionStarted');
const ended = event(9, 'ExecutionSucceeded');

let written = '';
beforeEach(() => {
  written = '';
});
const stream = { write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream;

/** Watches an execution whose history is read with these answers; gives the pauses between two reads. */
async function pausesWith(...answers: (HistoryEvent[] | Error)[]): Promise<number[]> {
  const history = sfn.on(GetExecutionHistoryCommand);
  for (const answer of answers) {
    if (answer instanceof Error) history.rejectsOnce(answer);
    else history.resolvesOnce({ events: answer });
  }
  const pauses: number[] = [];
  const pauseFor = async <T>(milliseconds = 0) => void pauses.push(milliseconds) as T;
  await watch(client, { executionArn, startDate: new Date() }, stream, new AbortController().signal, pauseFor);
  return pauses;
}

describe('watch', () => {
  it('watch returns how the execution ended', async () => {
    sfn.on(GetExecutionHistoryCommand).resolves({ events: [ended, started] });
    const ending = watch(client, { executionArn, startDate: new Date() }, stream, new AbortController().signal);
    expect(await ending).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('watch pauses longer and longer while nothing happens, at most 10 seconds', async () => {
    const pauses = await pausesWith([started], ...Array(9).fill([started]), [ended, started]);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses[0]).toBe(1_000);
    expect(pauses.at(-1)).toBe(10_000);
  });

  it('watch pauses for a short time again once something happens', async () => {
    const news = event(2, 'PassStateEntered');
    const pauses = await pausesWith([started], [started], [started], [news, started], [ended, news, started]);
    expect(pauses.at(-2)).toBeGreaterThan(1_000);
    expect(pauses.at(-1)).toBe(1_000);
  });

  it('watch goes on after a transient error, and says so', async () => {
    await pausesWith([started], sdkError('ServiceUnavailable', { status: 503 }), [ended, started]);
    expect(written).toContain('Retrying.');
  });

  it('watch throws a final error', async () => {
    const error = sdkError('AccessDeniedException', { status: 400 });
    await expect(pausesWith([started], error)).rejects.toBe(error);
  });
});
