import {
  type DatasetExportJobSummary,
  type PersonalizeClient,
  paginateListDatasetExportJobs,
} from '@aws-sdk/client-personalize';
import { MAX_PAGE_ENTRIES } from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';

/** Enough to see the spread, few enough for the state of an execution. */
const MOST_RECENT = 10;

/** A thousand jobs: those of a dataset that was exported every night for almost three years. */
const MAX_PAGES = 10;

/** How long the dataset's latest export jobs took, in seconds and at least 1: from the creation of each ACTIVE job to its last
 * update. For a dataset without such a job, the latest jobs of the account count. If the history can't be read, it is empty:
 * the export runs already and must not fail for this. */
export async function pastExportSeconds(datasetArn: string, client: PersonalizeClient): Promise<number[]> {
  try {
    const own = latestSeconds(await listJobs({ datasetArn }, client));
    return own.length > 0 ? own : latestSeconds(await listJobs({}, client));
  } catch (error) {
    logger.warn('no history of export jobs', { datasetArn, errorName: (error as Error).name });
    return [];
  }
}

/** The jobs of at most `MAX_PAGES` pages. The list has no documented order, so the latest job may be on the last page. */
async function listJobs(of: { datasetArn?: string }, client: PersonalizeClient): Promise<DatasetExportJobSummary[]> {
  const jobs: DatasetExportJobSummary[] = [];
  let pages = 0;
  for await (const page of paginateListDatasetExportJobs({ client, pageSize: MAX_PAGE_ENTRIES }, of)) {
    jobs.push(...(page.datasetExportJobs ?? []));
    pages += 1;
    if (pages >= MAX_PAGES) break;
  }
  return jobs;
}

function latestSeconds(jobs: DatasetExportJobSummary[]): number[] {
  return jobs
    .flatMap(({ status, creationDateTime, lastUpdatedDateTime }) =>
      status === 'ACTIVE' && creationDateTime && lastUpdatedDateTime ? [{ creationDateTime, lastUpdatedDateTime }] : [],
    )
    .sort((a, b) => b.creationDateTime.getTime() - a.creationDateTime.getTime())
    .slice(0, MOST_RECENT)
    .map(({ creationDateTime, lastUpdatedDateTime }) =>
      Math.max(1, (lastUpdatedDateTime.getTime() - creationDateTime.getTime()) / 1000),
    );
}
