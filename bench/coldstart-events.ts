const datasetArn = 'arn:aws:personalize:us-east-1:123456789012:dataset/shop/INTERACTIONS';
const datasetImportJobArn = 'arn:aws:personalize:us-east-1:123456789012:dataset-import-job/nightly';
const datasetExportJobArn = 'arn:aws:personalize:us-east-1:123456789012:dataset-export-job/interactions-run-1';
const roleArn = 'arn:aws:iam::123456789012:role/exports';
const startedAt = new Date().toISOString();
const deadline = new Date(Date.now() + 6 * 3_600_000).toISOString();
const planned = {
  datasetArn,
  datasetType: 'INTERACTIONS',
  datasetGroup: 'shop',
  jobName: 'interactions-run-1',
  roleArn,
  jobOutput: { s3DataDestination: { path: 's3://exports-bucket/exports/shop/INTERACTIONS/run-1/' } },
  ingestionMode: 'ALL',
  tags: [],
  deadline,
};
const job = { phase: 'pending', datasetExportJobArn, startedAt, pastSeconds: [], polls: 0 };

/** A valid event of each function, by the handler's name: the one that leads through the most of it. */
export const events: Record<string, object> = {
  'create-export-job': { export: planned },
  'start-export': {
    id: 'event-1',
    source: 'aws.personalize',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { responseElements: { datasetImportJobArn } },
  },
  'plan-exports': { request: { datasetArn }, executionName: 'run-1', startedAt },
  notify: { executionName: 'run-1', export: planned, job: { ...job, phase: 'succeeded', status: 'ACTIVE' } },
  'describe-export-job': { export: planned, job },
  'describe-import-job': { import: { phase: 'pending', datasetImportJobArn, startedAt, deadline } },
};
