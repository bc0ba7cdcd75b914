import {
  GetExecutionHistoryCommand,
  type GetExecutionHistoryCommandOutput,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';

/** How long after its start an execution may not be known yet to whoever reads it. */
const SETTLING_MS = 30_000;

export interface HistoryReader {
  /** The events since the last call, oldest first. @throws what the SDK throws */
  next(signal: AbortSignal): Promise<HistoryEvent[]>;
}

/** Reads an execution's history as it grows: from its end back to the last event that was seen, so that a long one costs
 * no more than its news. */
export function historyReader(sfn: SFNClient, executionArn: string): HistoryReader {
  const start = Date.now();
  let lastSeen = 0;

  async function page(
    nextToken: string | undefined,
    abortSignal: AbortSignal,
  ): Promise<Pick<GetExecutionHistoryCommandOutput, 'events' | 'nextToken'>> {
    const request = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100, nextToken });
    try {
      return await sfn.send(request, { abortSignal });
    } catch (error) {
      const isYoung = lastSeen === 0 && Date.now() - start < SETTLING_MS;
      if ((error as Error).name === 'ExecutionDoesNotExist' && isYoung) return { events: [] };
      throw error;
    }
  }

  return {
    async next(signal) {
      const news: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const { events = [], nextToken: following } = await page(nextToken, signal);
        const unseen = events.filter(({ id = 0 }) => id > lastSeen);
        news.push(...unseen);
        nextToken = unseen.length < events.length ? undefined : following;
      } while (nextToken);
      news.reverse();
      lastSeen = news.at(-1)?.id ?? lastSeen;
      return news;
    },
  };
}
