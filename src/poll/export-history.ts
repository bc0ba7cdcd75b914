import { ListDatasetExportJobsCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import { logger } from '../lambda/logger.ts';

/** Enough to see the spread, few enough for the state of an execution. */
const MOST_RECENT = 10;

/** How long this dataset's latest export jobs took, in seconds, from creation to the last update of those that are ACTIVE;
 * of a dataset that has none yet, how long the account's did. A history that can't be had is none, since the export is
 * under way already. */
export async function pastExportSeconds(datasetArn: string, client: PersonalizeClient): Promise<number[]> {
  try {
    const own = await latestSeconds({ datasetArn }, client);
    return own.length > 0 ? own : await latestSeconds({}, client);
  } catch (error) {
    logger.warn('no history of export jobs', { datasetArn, errorName: (error as Error).name });
    return [];
  }
}

async function latestSeconds(of: { datasetArn?: string }, client: PersonalizeClient): Promise<number[]> {
  const { datasetExportJobs = [] } = await client.send(new ListDatasetExportJobsCommand({ ...of, maxResults: 100 }));
  return datasetExportJobs
    .flatMap(({ status, creationDateTime, lastUpdatedDateTime }) =>
      status === 'ACTIVE' && creationDateTime && lastUpdatedDateTime ? [{ creationDateTime, lastUpdatedDateTime }] : [],
    )
    .sort((a, b) => b.creationDateTime.getTime() - a.creationDateTime.getTime())
    .slice(0, MOST_RECENT)
    .map(
      ({ creationDateTime, lastUpdatedDateTime }) =>
        (lastUpdatedDateTime.getTime() - creationDateTime.getTime()) / 1000,
    );
}
