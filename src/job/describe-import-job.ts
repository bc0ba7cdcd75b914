import { DescribeDatasetImportJobCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import { personalize } from '../lambda/clients.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { DescribeImportJobEvent, ImportState } from '../state.ts';
import { importPhase } from './import-phase.ts';

/** The status of the import that the export waits for, as the next value of `$.import`. */
export async function describeImportJob(
  event: DescribeImportJobEvent,
  pollBounds: PollBounds,
  client: PersonalizeClient = personalize,
): Promise<ImportState> {
  const { datasetImportJobArn } = event.import;
  const { datasetImportJob } = await client.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }));
  return importPhase(datasetImportJob, event.import, pollBounds);
}
