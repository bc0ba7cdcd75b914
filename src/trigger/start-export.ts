import type { S3Client } from '@aws-sdk/client-s3';
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { sfn } from '../lambda/clients.ts';
import { logger } from '../lambda/logger.ts';
import type { StartExportEvent } from '../state.ts';
import { executionFor, type TriggerContext } from './event-to-execution.ts';
import type { ReadRequestFile } from './request-file.ts';

export interface TriggerSettings extends Pick<TriggerContext, 'importDatasetGroups'> {
  stateMachineArn: string;
}

/** The function's result. Its invocation is asynchronous, so only logs and tests see it. */
export interface StartedExecution {
  executionName: string;
  alreadyStarted: boolean;
}

/** Starts one execution for a trigger's event. A duplicate of the event has the same execution name and starts nothing.
 * @throws the SDK's error when Step Functions or S3 fails: Lambda then retries. */
export async function startExport(
  event: StartExportEvent,
  { stateMachineArn, importDatasetGroups }: TriggerSettings,
  clients: { sfn: SFNClient; s3?: S3Client } = { sfn },
): Promise<StartedExecution> {
  const context = { importDatasetGroups, readRequestFile: lazyFileReader(clients.s3) };
  const { name, input } = await executionFor(event, context);
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

/** Loads S3's client only when there is a file to read: most events need no file, and the client is large. */
function lazyFileReader(client: S3Client | undefined): ReadRequestFile {
  return async (object) => {
    const { requestFileReader } = await import('./request-file.ts');
    return await requestFileReader(client)(object);
  };
}
