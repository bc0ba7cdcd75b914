import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { sfn } from '../lambda/clients.ts';
import { executionFor, type TriggerContext } from './event-to-execution.ts';
import type { ReadRequestFile } from './request-file.ts';
import type { StartExportEvent } from './start-export-event.ts';
import { type StartedExecution, startOnce } from './start-once.ts';

export interface TriggerSettings extends Pick<TriggerContext, 'importDatasetGroups'> {
  stateMachineArn: string;
}

/** Starts one execution for a trigger's event. A duplicate of the event starts nothing.
 * @throws the SDK's error when Step Functions or S3 fails, or ExecutionNameTakenError: Lambda then retries. */
export async function startExport(
  event: StartExportEvent,
  { stateMachineArn, importDatasetGroups }: TriggerSettings,
  clients: { sfn: SFNClient; s3?: S3Client } = { sfn },
): Promise<StartedExecution> {
  const context = { importDatasetGroups, readRequestFile: lazyFileReader(clients.s3) };
  return await startOnce(await executionFor(event, context), stateMachineArn, clients.sfn);
}

/** Loads S3's client only when there is a file to read: most events need no file, and the client is large. */
function lazyFileReader(client: S3Client | undefined): ReadRequestFile {
  return async (object) => {
    const { requestFileReader } = await import('./request-file.ts');
    return await requestFileReader(client)(object);
  };
}
