import { readFileSync, writeFileSync } from 'node:fs';
import { mock } from 'node:test';
import type { ExportedFiles } from '../src/notify/exported-files.ts';
import { type Notification, notificationOf } from '../src/notify/notification.ts';
import { notificationProperties, notificationSchema } from '../src/notify/notification-schema.ts';
import { subjectFor, textFor } from '../src/notify/notification-text.ts';
import type { Job, NotifyEvent, PlannedExport } from '../src/state.ts';
import { between, fieldsTable } from './generated-docs.ts';

/** The files that `npm run docs` generates from the code. */
export const PAGE = 'docs/notification.md';
export const SCHEMA = 'docs/notification-v1.schema.json';

const NOW = '2026-03-14T09:12:30.000Z';
const STARTED = '2026-03-14T09:00:00.000Z';
const arn = (resource: string) => `arn:aws:personalize:eu-west-1:123456789012:${resource}`;
const stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:personalize-dataset-export-prod';
const datasetExportJobArn = arn('dataset-export-job/items-nightly-0f3c');
const datasetImportJobArn = arn('dataset-import-job/nightly');

const planned: PlannedExport = {
  datasetArn: arn('dataset/shop/ITEMS'),
  datasetType: 'ITEMS',
  datasetGroup: 'shop',
  jobName: 'items-nightly-0f3c',
  roleArn: 'arn:aws:iam::123456789012:role/personalize',
  jobOutput: {
    s3DataDestination: { path: 's3://exports-bucket/exports/shop/ITEMS/dt=2026-03-14/items-nightly-0f3c/' },
  },
  ingestionMode: 'ALL',
  tags: [],
  deadline: '2026-03-14T15:00:00.000Z',
  verify: true,
  origin: { trigger: 'schedule', schedule: 'nightly', scheduledTime: '2026-03-14T09:00:00Z' },
};
const job: Job = { phase: 'pending', datasetExportJobArn, status: 'CREATE IN_PROGRESS', startedAt: STARTED };
const imported = {
  phase: 'failed' as const,
  datasetImportJobArn,
  datasetArn: planned.datasetArn,
  datasetType: planned.datasetType,
  datasetGroup: planned.datasetGroup,
  status: 'CREATE FAILED',
};
const caught = (name: string, message: string) => ({ Error: name, Cause: JSON.stringify({ errorMessage: message }) });

const verification = { phase: 'done' as const, calls: 1, startedAt: NOW, rows: 51_234 };
const manifest = 's3://exports-bucket/manifests/shop/ITEMS/ALL/dt=2026-03-14/items-nightly-0f3c.json';
const active = {
  export: planned,
  job: { ...job, phase: 'succeeded' as const, status: 'ACTIVE', queuedAt: '2026-03-14T08:58:00.000Z', endedAt: NOW },
};

interface Example {
  event: Omit<NotifyEvent, 'executionName'>;
  files?: ExportedFiles;
}

/** One example per outcome. */
export const examples: Record<Notification['outcome'], Example> = {
  ACTIVE: {
    event: {
      ...active,
      verification: { ...verification, result: 'PASSED', manifest, unchanged: true, table: 'exports.shop_items_all' },
    },
    files: { count: 2, bytes: 1_234_567 },
  },
  'CREATE FAILED': {
    event: {
      export: planned,
      job: {
        ...job,
        phase: 'failed',
        status: 'CREATE FAILED',
        failureReason: 'Insufficient privileges for accessing data in S3. Please look at the bucket policy.',
        endedAt: NOW,
      },
    },
  },
  'TIMED OUT': { event: { export: planned, job: { ...job, phase: 'timed-out' } } },
  REJECTED: {
    event: {
      request: { datasetArn: arn('dataset/shop/ITEMS'), ingestionMode: 'bulk' },
      startedAt: STARTED,
      error: caught('InvalidRequestError', 'ingestionMode: "bulk" is not allowed; choose one of BULK, PUT, ALL.'),
    },
  },
  'IMPORT FAILED': {
    event: {
      request: {
        datasetImportJobArn,
        origin: { trigger: 'import started', eventId: '7d2f6c1e-0000-4000-8000-000000000000' },
      },
      import: { ...imported, failureReason: 'The CSV file has a column that the schema does not name: COLOUR.' },
      startedAt: STARTED,
    },
  },
  'NOTHING TO EXPORT': {
    event: {
      request: { datasetGroupArn: arn('dataset-group/news') },
      nothingToExport: {
        reason: `datasetGroupArn: ${arn('dataset-group/news')} has no datasets.`,
        datasetGroup: 'news',
      },
      startedAt: STARTED,
    },
  },
  'STATUS UNKNOWN': {
    event: {
      export: planned,
      job,
      error: caught('AccessDeniedException', 'not authorized to perform: personalize:DescribeDatasetExportJob'),
    },
  },
};

/** One example per result of a verification other than PASSED. The outcome is ACTIVE. */
export const verificationExamples: Record<'FAILED' | 'NOT VERIFIED', Example> = {
  FAILED: {
    event: {
      ...active,
      verification: {
        ...verification,
        result: 'FAILED',
        manifest,
        findings: [{ file: 'part-1.csv', row: 1_204, expected: '7 fields, as in the header, instead of 4' }],
        findingsCount: 1,
      },
    },
    files: { count: 2, bytes: 1_234_567 },
  },
  'NOT VERIFIED': {
    event: {
      ...active,
      verifyError: caught('AccessDenied', 'not authorized to perform: s3:GetObject with an explicit deny'),
    },
    files: { count: 2, bytes: 1_234_567 },
  },
};

/** The document of an example, at a fixed time. */
export function documentOf({ event, files }: Example): Notification {
  mock.timers.enable({ apis: ['Date'], now: Date.parse(NOW) });
  try {
    return notificationOf({ executionName: 'nightly-0f3c', ...event }, { stateMachineArn, stage: 'prod' }, files);
  } finally {
    mock.timers.reset();
  }
}

/** The page with the table of fields and the examples between their markers. */
export function withGenerated(page: string): string {
  return between(between(page, 'fields', fieldsTable(notificationProperties)), 'examples', exampleSections());
}

/** The content of the schema file. */
export function schemaText(): string {
  return `${JSON.stringify(notificationSchema, null, 2)}\n`;
}

function exampleSections(): string {
  const ofVerification = Object.entries(verificationExamples).map(
    ([result, example]) => [`ACTIVE, verification ${result}`, example] as const,
  );
  return [...Object.entries(examples), ...ofVerification]
    .map(([outcome, example]) => {
      const document = documentOf(example);
      const json = ['```json', JSON.stringify(document, null, 2), '```'];
      const mail = ['```text', `Subject: ${subjectFor(document)}`, '', textFor(document), '```'];
      return [`### ${outcome}`, '', ...json, '', ...mail, ''].join('\n');
    })
    .join('\n');
}

if (import.meta.main) {
  writeFileSync(SCHEMA, schemaText());
  writeFileSync(PAGE, withGenerated(readFileSync(PAGE, 'utf8')));
}
