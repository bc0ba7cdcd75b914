import type { S3Client } from '@aws-sdk/client-s3';
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { sfn } from '../lambda/clients.ts';
import { logger } from '../lambda/logger.ts';
import type { EventBridgeEvent } from '../state.ts';
import { executionFor } from './event-to-execution.ts';
import type { ReadRequestFile } from './request-file.ts';

/** What an asynchronous invocation answers, for the log and the tests. */
export interface Started {
  executionName: string;
  alreadyStarted: boolean;
}

/** A trigger's event → one execution. A repeated event has the same name, so it starts nothing more.
 * @throws the SDK's error where Step Functions or S3 fails: Lambda then tries again. */
export async function startExport(
  event: EventBridgeEvent,
  stateMachineArn: string,
  clients: { sfn: SFNClient; s3?: S3Client } = { sfn },
): Promise<Started> {
  const { name, input } = await executionFor(event, readingBy(clients.s3));
  try {
    await clients.sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    logger.info('execution started', { executionName: name });
    return { executionName: name, alreadyStarted: false };
  } catch (error) {
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    logger.info('execution already started', { executionName: name });
    return { executionName: name, alreadyStarted: true };
  }
}

/** S3's client is loaded for an event that tells of a file, and for no other. */
function readingBy(client: S3Client | undefined): ReadRequestFile {
  return async (object) => {
    const { requestFileReader } = await import('./request-file.ts');
    return await requestFileReader(client)(object);
  };
}
