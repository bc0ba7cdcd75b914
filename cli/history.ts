import {
  GetExecutionHistoryCommand,
  type GetExecutionHistoryCommandOutput,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';

/** How long after its start an execution may not be visible yet. */
const SETTLING_MS = 30_000;

export interface HistoryReader {
  /** The events since the last call, oldest first. @throws what the SDK throws */
  next(signal: AbortSignal): Promise<HistoryEvent[]>;
}

/** Reads an execution's history as it grows: from the end back to the last known event, so that only new events are read. */
export function historyReader(sfn: SFNClient, executionArn: string): HistoryReader {
  const start = Date.now();
  let lastId = 0;

  async function page(
    nextToken: string | undefined,
    abortSignal: AbortSignal,
  ): Promise<Pick<GetExecutionHistoryCommandOutput, 'events' | 'nextToken'>> {
    const request = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100, nextToken });
    try {
      return await sfn.send(request, { abortSignal });
    } catch (error) {
      const isYoung = lastId === 0 && Date.now() - start < SETTLING_MS;
      if ((error as Error).name === 'ExecutionDoesNotExist' && isYoung) return { events: [] };
      throw error;
    }
  }

  return {
    async next(signal) {
      const newEvents: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const { events = [], nextToken: following } = await page(nextToken, signal);
        const unseen = events.filter(({ id = 0 }) => id > lastId);
        newEvents.push(...unseen);
        nextToken = unseen.length < events.length ? undefined : following;
      } while (nextToken);
      newEvents.reverse();
      lastId = newEvents.at(-1)?.id ?? lastId;
      return newEvents;
    },
  };
}
