import { readFile } from 'node:fs/promises';
import type { FromSchema } from 'json-schema-to-ts';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  documentOf,
  examples,
  PAGE,
  SCHEMA,
  schemaText,
  verificationExamples,
  withGenerated,
} from '../../../scripts/notification-docs.ts';
import type { Notification } from '../../../src/notify/notification.ts';
import { type notificationProperties, notificationSchema } from '../../../src/notify/notification-schema.ts';
import { executionFor } from '../../../src/trigger/event-to-execution.ts';
import type { StartExportEvent } from '../../../src/trigger/start-export-event.ts';
import {
  datasetArn,
  datasetGroupArn,
  datasetImportJobArn,
  importStarted,
  pendingJob,
  plannedExport,
  triggered,
} from '../builders.ts';
import { type Ending, publishing } from './publishing.ts';

const { published, expectValid, validators } = publishing();

/** An ending by each outcome, of a request with this origin. */
const endings: Record<Notification['outcome'], (origin?: Record<string, string>) => Ending> = {
  ACTIVE: (origin) => ({ export: planned(origin), job: pendingJob({ phase: 'succeeded', status: 'ACTIVE' }) }),
  'CREATE FAILED': (origin) => ({
    export: planned(origin),
    job: { phase: 'absent' },
    createError: { Error: 'InvalidInputException', Cause: 'wrong' },
  }),
  'TIMED OUT': (origin) => ({ export: planned(origin), job: pendingJob({ phase: 'timed-out' }) }),
  REJECTED: (origin) => ({ request: { datasetArn, origin }, error: { Error: 'InvalidRequestError' }, startedAt }),
  'IMPORT FAILED': (origin) => ({
    request: { datasetImportJobArn, origin },
    import: { phase: 'failed', datasetImportJobArn, status: 'CREATE FAILED' },
    startedAt,
  }),
  'NOTHING TO EXPORT': (origin) => ({
    request: { datasetGroupArn, origin },
    nothingToExport: { reason: 'no datasets', datasetGroup: 'shop' },
    startedAt,
  }),
  'STATUS UNKNOWN': (origin) => ({ export: planned(origin), job: pendingJob(), error: { Error: 'States.Timeout' } }),
};
const startedAt = '2026-03-14T09:00:00.123Z';
const planned = (origin?: Record<string, string>) => plannedExport(origin && { origin });

const triggers: Record<string, StartExportEvent | undefined> = {
  'an import that is started': importStarted(),
  'the solution': triggered('solution-import-active', { Arn: datasetImportJobArn }),
  'a request file': triggered('request-dropped', {
    bucket: { name: 'exports-bucket' },
    object: { key: 'requests/é +\u202e.json', etag: 'e1' },
  }),
  'an event of another service': triggered('export-requested', { datasetArn }),
  'a schedule': triggered('schedule', { schedule: 'nightly', scheduledTime: startedAt, request: {} }),
  'a person': undefined,
};

async function originBy(event: StartExportEvent | undefined): Promise<Record<string, string> | undefined> {
  const readRequestFile = async () => ({ request: { datasetArn } });
  const execution = event && (await executionFor(event, { importDatasetGroups: [], readRequestFile }));
  return execution?.input.origin as Record<string, string> | undefined;
}

describe.each(Object.entries(triggers))('an export started by %s', (_, event) => {
  it.each(Object.entries(endings))('publishes a valid document for %s', async (outcome, ending) => {
    const origin = await originBy(event);
    const { document, attributes } = await published(ending(origin));
    expect(document.outcome).toBe(outcome);
    expect(document.origin).toEqual(origin);
    expect(
      Object.fromEntries(Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue])),
    ).toEqual(
      JSON.parse(JSON.stringify({ outcome, datasetType: document.datasetType, datasetGroup: document.datasetGroup })),
    );
  });
});

describe('the schema of the notification', () => {
  it.each<[string, Notification['outcome'], object]>([
    ['a document without its execution', 'ACTIVE', { executionArn: undefined }],
    ['an unknown outcome', 'ACTIVE', { outcome: 'DONE' }],
    ['another version', 'ACTIVE', { version: '2' }],
    ['a success with a reason', 'ACTIVE', { reason: 'why' }],
    ['a failure without a remedy', 'REJECTED', { remedy: undefined }],
    ['a failure with files', 'TIMED OUT', { files: { count: 0, bytes: 0 } }],
    ['a malformed time', 'ACTIVE', { endedAt: 'yesterday' }],
    ['a verification of an export that failed', 'TIMED OUT', { verification: 'PASSED' }],
    ['rows without a verification', 'ACTIVE', { verification: undefined }],
    ['a verification that passed without rows', 'ACTIVE', { rows: undefined }],
    ['findings of a verification that passed', 'ACTIVE', { findings: [{ expected: 'x' }] }],
    ['a reason without a table', 'ACTIVE', { table: undefined, tableReason: 'why', tableRemedy: 'what' }],
    ['a reason for a table without a remedy', 'ACTIVE', { tableReason: 'why' }],
    ['a remedy for a table without a reason', 'ACTIVE', { tableRemedy: 'what' }],
  ])('the schema of the notification refuses %s', (_, outcome, wrong) => {
    const document = { ...documentOf(examples[outcome]), ...wrong };
    expect(validators.published(JSON.parse(JSON.stringify(document)))).toBe(false);
  });

  it.each<[string, keyof typeof verificationExamples, object]>([
    ['a failed verification without findings', 'FAILED', { findings: undefined }],
    ['an unverified export with rows', 'NOT VERIFIED', { rows: 5 }],
    ['a table of an export that failed verification', 'FAILED', { table: 'exports.shop_items_all' }],
  ])('the schema of the notification refuses %s', (_, result, wrong) => {
    const document = { ...documentOf(verificationExamples[result]), ...wrong };
    expect(validators.published(JSON.parse(JSON.stringify(document)))).toBe(false);
  });

  it('the schema of the notification allows a property that a later deployment adds', () => {
    expect(validators.published({ ...documentOf(examples.ACTIVE), added: 5 })).toBe(true);
  });

  it('the schema of the notification refuses an undocumented property in its strict form, which only tests use', () => {
    expect(validators.strict({ ...documentOf(examples.ACTIVE), added: 5 })).toBe(false);
  });
});

it('the type Notification is that of the schema', () => {
  expectTypeOf<FromSchema<typeof notificationProperties>>().toEqualTypeOf<Notification>();
});

it.each(Object.entries(notificationSchema.properties))(
  'the schema describes %s in a sentence',
  (_, { description }) => {
    expect(description).toMatch(/\.$/);
  },
);

it('the published schema and page are up to date (if not: npm run docs)', async () => {
  expect(JSON.parse(await readFile(SCHEMA, 'utf8'))).toEqual(JSON.parse(schemaText()));
  const page = await readFile(PAGE, 'utf8');
  expect(page).toContain('### STATUS UNKNOWN');
  expect(withGenerated(page)).toBe(page);
});

it.each(Object.entries(verificationExamples))(
  'the documented example of the verification %s is valid',
  (result, example) => {
    expect(documentOf(example)).toMatchObject({ outcome: 'ACTIVE', verification: result });
    expectValid(documentOf(example));
  },
);

it.each(Object.entries(examples))('the documented example of %s is valid', (outcome, example) => {
  expect(documentOf(example).outcome).toBe(outcome);
  expectValid(documentOf(example));
});

it('a notification with the longest findings and warnings stays within the limit of SNS', async () => {
  const finding = { file: '漢'.repeat(341), row: 2 ** 40, column: '"'.repeat(256), expected: 'x'.repeat(200) };
  const { document } = await published({
    export: planned(),
    job: pendingJob({ phase: 'succeeded', status: 'ACTIVE' }),
    verification: {
      ...{ phase: 'done', calls: 6, startedAt, result: 'FAILED', rows: 2 ** 40, manifest: 's3://b/m' },
      ...{ findings: Array(20).fill(finding), findingsCount: 2 ** 40 },
      warnings: Array(20).fill({ ...finding, count: 2 ** 40 }),
    },
  });
  expect(document.findings).toHaveLength(20);
});
