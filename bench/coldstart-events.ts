import { bucket, datasetArn, datasetExportJobArn, datasetImportJobArn, roleArn } from './sample-arns.ts';

const startedAt = new Date().toISOString();
const deadline = new Date(Date.now() + 6 * 3_600_000).toISOString();
const planned = {
  datasetArn,
  datasetType: 'INTERACTIONS',
  datasetGroup: 'shop',
  jobName: 'interactions-run-1',
  roleArn,
  jobOutput: { s3DataDestination: { path: `s3://${bucket}/exports/shop/INTERACTIONS/run-1/` } },
  ingestionMode: 'ALL',
  tags: [],
  deadline,
};
const job = { phase: 'pending', datasetExportJobArn, startedAt, pastSeconds: [], polls: 0 };

/** A valid event for each function, by the name of its handler: the event that runs the most of its code. */
export const events: Record<string, object> = {
  'create-export-job': { export: planned },
  'start-export': {
    trigger: 'import-started',
    event: { id: 'event-1', source: 'aws.personalize', detail: { responseElements: { datasetImportJobArn } } },
  },
  'plan-exports': { request: { datasetArn }, executionName: 'run-1', startedAt },
  notify: { executionName: 'run-1', export: planned, job: { ...job, phase: 'succeeded', status: 'ACTIVE' } },
  'describe-export-job': { export: planned, job },
  'describe-import-job': { import: { phase: 'pending', datasetImportJobArn, startedAt, deadline } },
};
