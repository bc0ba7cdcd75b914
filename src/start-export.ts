import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { sfn } from './clients.ts';
import { logger } from './logger.ts';
import type { EventBridgeEvent } from './state.ts';
import { executionFor } from './ways-in.ts';

/** What an asynchronous invocation answers, for the log and the tests. */
export interface Started {
  executionName: string;
  alreadyStarted: boolean;
}

/** A trigger's event → one execution. A repeated event has the same name, so it starts nothing more.
 * @throws InvalidRequestError for an event of no known way in. */
export async function startExport(
  event: EventBridgeEvent,
  stateMachineArn: string,
  client: SFNClient = sfn,
): Promise<Started> {
  const { name, input } = executionFor(event);
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    logger.info('execution started', { executionName: name });
    return { executionName: name, alreadyStarted: false };
  } catch (error) {
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    logger.info('execution already started', { executionName: name });
    return { executionName: name, alreadyStarted: true };
  }
}
