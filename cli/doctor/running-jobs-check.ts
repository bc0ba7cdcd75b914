import {
  type DatasetExportJobSummary,
  type PersonalizeClient,
  paginateListDatasetExportJobs,
} from '@aws-sdk/client-personalize';
import { MAX_PAGE_ENTRIES } from '../../src/lambda/limits.ts';
import { type Check, ok, warn } from './check.ts';
import { present } from './unknown.ts';

/** Pages that are read at most: Personalize keeps jobs for good. */
const MOST_PAGES = 10;

/** Jobs that run at the same time. AWS documents this for import jobs; for export jobs it is not documented. */
const QUOTA = 5;

const ENDED = ['ACTIVE', 'CREATE FAILED'];

export const runningJobsCheck: Check = {
  name: 'running-jobs',
  checks: `How many export jobs run in the account and region, against the quota of ${QUOTA} (assumed: AWS documents it for import jobs only).`,
  why: 'While the quota is full, exports wait for a free place, until their deadline.',
  actions: ['personalize:ListDatasetExportJobs'],
  needsStack: false,
  run: async ({ clients: { personalize } }) => {
    const { jobs, isComplete } = await listJobs(personalize);
    const running = jobs.filter(({ status = '' }) => !ENDED.includes(status));
    const read = isComplete ? '' : ` (of the first ${jobs.length} jobs)`;
    const seen = `${running.length} of ${QUOTA} export jobs run${read}.`;
    if (running.length < QUOTA) return [ok(seen)];
    const names = running.map(({ jobName, status }) => `${jobName} (${status})`).join(', ');
    return [warn(`${seen} ${names}`, 'Wait for the jobs, or ask AWS Support for a higher quota.')];
  },
};

async function listJobs(client: PersonalizeClient) {
  const jobs: DatasetExportJobSummary[] = [];
  let pages = 0;
  for await (const page of paginateListDatasetExportJobs({ client, pageSize: MAX_PAGE_ENTRIES }, {})) {
    jobs.push(...present(page.datasetExportJobs, 'personalize:ListDatasetExportJobs', 'datasetExportJobs'));
    pages += 1;
    if (pages === MOST_PAGES && page.nextToken) return { jobs, isComplete: false };
  }
  return { jobs, isComplete: true };
}
