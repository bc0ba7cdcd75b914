import { ListDatasetExportJobsCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import { MAX_PAGE_ENTRIES } from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';

/** Enough to see the spread, few enough for the state of an execution. */
const MOST_RECENT = 10;

/** How long the dataset's latest export jobs took, in seconds and at least 1: from the creation of each ACTIVE job to its last
 * update. For a dataset without such a job, the latest jobs of the account count. If the history can't be read, it is empty:
 * the export runs already and must not fail for this. */
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
  const { datasetExportJobs = [] } = await client.send(
    new ListDatasetExportJobsCommand({ ...of, maxResults: MAX_PAGE_ENTRIES }),
  );
  return datasetExportJobs
    .flatMap(({ status, creationDateTime, lastUpdatedDateTime }) =>
      status === 'ACTIVE' && creationDateTime && lastUpdatedDateTime ? [{ creationDateTime, lastUpdatedDateTime }] : [],
    )
    .sort((a, b) => b.creationDateTime.getTime() - a.creationDateTime.getTime())
    .slice(0, MOST_RECENT)
    .map(({ creationDateTime, lastUpdatedDateTime }) =>
      Math.max(1, (lastUpdatedDateTime.getTime() - creationDateTime.getTime()) / 1000),
    );
}
