import { describe, expect, it } from 'vitest';
import { planRestore } from '../../../../cli/restore/plan.ts';
import { arn, datasetWith, type Given, inputsWith, job, manifestOfFiles, manifestWith } from './builders.ts';

const { names } = inputsWith();
const group = { datasetGroupArn: arn('dataset-group/copy'), status: 'ACTIVE' };
const STAGING = 's3://staging-bucket/tmp/';

function planOf(given: Given = {}) {
  const planned = planRestore(inputsWith(given));
  if ('faults' in planned) throw new Error(planned.faults.join('\n'));
  return planned.plan;
}

function faultsOf(given: Given): string[] {
  const planned = planRestore(inputsWith(given));
  return 'faults' in planned ? planned.faults : [];
}

describe('planRestore', () => {
  it('planRestore creates everything for a new group', () => {
    expect(planOf()).toEqual({
      schema: { action: 'create', name: names.schema },
      group: { action: 'create', name: 'copy' },
      dataset: { action: 'create', name: 'copy-items' },
      importJob: {
        ...{ action: 'create', base: names.importJob, number: 1 },
        dataLocation: 's3://exports-bucket/exports/shop/ITEMS/dt=2026-03-14/items-nightly-0f3c/part-00000.csv',
      },
      roleArn: 'arn:aws:iam::123456789012:role/reader',
      datasetType: 'ITEMS',
      warnings: [],
    });
  });

  it.each<[what: string, given: Given, part: object]>([
    [
      'uses an equal schema',
      { found: { schema: { schemaArn: arn('schema/shop-items'), isEqual: true } } },
      { schema: { action: 'use', schemaArn: arn('schema/shop-items') } },
    ],
    [
      'uses the group and the dataset that exist',
      { found: { group, dataset: datasetWith() } },
      {
        group: { action: 'use', datasetGroupArn: arn('dataset-group/copy'), name: 'copy' },
        dataset: { action: 'use', datasetArn: arn('dataset/copy/ITEMS') },
        schema: { action: 'use', schemaArn: arn('schema/equal') },
      },
    ],
    [
      'follows the import of an earlier run',
      { found: { group, dataset: datasetWith({ importJobs: [job(names.importJob, { status: 'CREATE PENDING' })] }) } },
      { importJob: { action: 'use', datasetImportJobArn: arn(`dataset-import-job/${names.importJob}`) } },
    ],
    [
      'counts on after an import that failed',
      {
        found: {
          group,
          dataset: datasetWith({
            importJobs: [
              job(`${names.importJob}-2`, { status: 'CREATE FAILED' }),
              job(names.importJob, { status: 'CREATE FAILED' }),
            ],
          }),
        },
      },
      { importJob: { action: 'create', base: names.importJob, number: 3 } },
    ],
    [
      'does not follow an import of a deleted dataset with the same ARN',
      { found: { group, dataset: datasetWith({ importJobs: [job(names.importJob, { createdAt: 999 })] }) } },
      { importJob: { action: 'create', base: names.importJob, number: 2 } },
    ],
    [
      'imports again over the import of somebody else with --into-existing',
      {
        options: { intoExisting: true },
        found: {
          group,
          dataset: datasetWith({ importJobs: [job('nightly', { createdAt: 3_000 }), job(names.importJob)] }),
        },
      },
      {
        importJob: { action: 'create', base: names.importJob, number: 2 },
        warnings: [expect.stringMatching(/replaced/)],
      },
    ],
    [
      'reads several files by their folder',
      { manifest: manifestOfFiles(['a.csv', 'b.csv']) },
      { importJob: { dataLocation: 's3://exports-bucket/exports/shop/ITEMS/dt=2026-03-14/items-nightly-0f3c/' } },
    ],
    [
      'reads a file by its folder when its location is too long for an import',
      { manifest: manifestOfFiles([`${'n'.repeat(200)}.csv`]) },
      { importJob: { dataLocation: 's3://exports-bucket/exports/shop/ITEMS/dt=2026-03-14/items-nightly-0f3c/' } },
    ],
    [
      'copies the rows where the folder has other objects',
      {
        options: { staging: STAGING },
        manifest: manifestOfFiles(['a.csv', 'b.csv']),
        files: { strangers: ['s3://exports-bucket/exports/_CHECK'] },
      },
      {
        copies: { reasons: ['the folder has other objects, such as s3://exports-bucket/exports/_CHECK'] },
        importJob: {
          dataLocation: expect.stringMatching(/^s3:\/\/staging-bucket\/tmp\/restore-items-\w+\/data\.csv$/),
        },
      },
    ],
    [
      'keeps the domain and takes the key for the new group',
      {
        manifest: manifestWith({ domain: 'ECOMMERCE' }),
        options: { kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1' },
        found: { sourceGroupHasKey: true },
      },
      { domain: 'ECOMMERCE', kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1' },
    ],
  ])('planRestore %s', (_, given, part) => {
    expect(planOf(given)).toMatchObject(part);
  });

  it.each<[what: string, given: Given, says: RegExp]>([
    ['a failed verification', { manifest: manifestWith({ verification: 'FAILED' }) }, /verification FAILED/],
    ['another dataset type', { manifest: manifestWith({ datasetType: 'ACTIONS' }) }, /"ACTIONS"; one of INTERACTIONS/],
    ['no rows', { manifest: manifestWith({ rows: 0 }) }, /no rows/],
    [
      'fewer than 1,000 interactions',
      { manifest: manifestWith({ datasetType: 'INTERACTIONS', rows: 999 }) },
      /There are 999 interactions\. .* no fewer than 1,000/,
    ],
    ['more than a terabyte', { manifest: manifestWith({ bytes: 1.2e12 }) }, /1,200,000,000,000 bytes/],
    [
      'booleans in another spelling',
      {
        manifest: manifestWith({
          warnings: [{ file: 'a.csv', row: 7, column: 'ADULT', expected: 'true or false', count: 3 }],
        }),
      },
      /column ADULT has 3 values that an import refuses, first in row 7 of a\.csv\. Expected: true or false/,
    ],
    ['a file that differs', { files: { faults: ['s3://a/b does not exist.'] } }, /s3:\/\/a\/b does not exist/],
    ['no role', { roleArn: undefined }, /--role-arn.*restoreRole/],
    [
      'a group of another domain',
      { found: { group: { ...group, domain: 'ECOMMERCE' } } },
      /domain ECOMMERCE, and the export has none/,
    ],
    ['a group that failed', { found: { group: { ...group, status: 'CREATE FAILED' } } }, /is CREATE FAILED/],
    ['a group with a key', { found: { sourceGroupHasKey: true } }, /has a KMS key of its own\. Give --kms-key-arn/],
    ['a group that can not be described', { found: { sourceGroupHasKey: 'unknown' } }, /can't be described/],
    [
      'a schema with its name that is not equal',
      { found: { schema: { schemaArn: arn(`schema/${names.schema}`), isEqual: false } } },
      /another schema with the name copy-items-/,
    ],
    [
      'a dataset with another schema',
      { found: { group, dataset: datasetWith({ hasEqualSchema: false }) } },
      /needed in this order: ITEM_ID, GENRES, PRICE, CREATION_TIMESTAMP/,
    ],
    [
      'a dataset that was imported into',
      { found: { group, dataset: datasetWith({ importJobs: [job('nightly')] }) } },
      /not empty: the import nightly is ACTIVE\. .* --into-existing/,
    ],
    [
      'a dataset that somebody has imported into after the restore',
      {
        found: {
          group,
          dataset: datasetWith({ importJobs: [job('nightly', { createdAt: 3_000 }), job(names.importJob)] }),
        },
      },
      /the import nightly is ACTIVE/,
    ],
    [
      'interactions with an event tracker',
      {
        manifest: manifestWith({ datasetType: 'INTERACTIONS', rows: 1_000 }),
        found: { group, dataset: datasetWith({ datasetArn: arn('dataset/copy/INTERACTIONS'), hasEventTracker: true }) },
      },
      /event tracker/,
    ],
    [
      'files that need copies without --staging',
      { manifest: manifestOfFiles(['a.csv', 'b.csv'], [['ITEM_ID'], ['GENRES']]) },
      /the columns of a\.csv are not those of the schema.*Give --staging/,
    ],
    [
      'copies inside the export',
      {
        manifest: manifestOfFiles(['a', 'b']),
        options: { staging: 's3://exports-bucket/exports/shop/ITEMS/dt=2026-03-14/items-nightly-0f3c/tmp/' },
      },
      /is inside the export/,
    ],
    [
      'a location of copies that is too long',
      { manifest: manifestOfFiles(['a', 'b']), options: { staging: `s3://bucket/${'s'.repeat(220)}/` } },
      /--staging is too long/,
    ],
    ['excluded users of items', { options: { excludeUsers: 'users.txt', staging: STAGING } }, /The export has items/],
  ])('planRestore refuses %s', (_, given, says) => {
    expect(faultsOf(given).join('\n')).toMatch(says);
  });

  it('planRestore gives every reason at once', () => {
    const given = { manifest: manifestWith({ rows: 0, verification: 'FAILED' as const }), roleArn: undefined };
    expect(faultsOf(given)).toHaveLength(3);
  });

  it.each([
    ['line breaks inside values', manifestWith({ rowsWithLineBreaks: 2 }), /2 rows have a line break/],
    ['more than the quota of an import', manifestWith({ bytes: 2e11 }), /raised quota/],
    ['the ingestion mode PUT', manifestWith({ ingestionMode: 'PUT' }), /mode PUT/],
    ['users that were deleted since', manifestWith({ datasetType: 'USERS' }), /deleted since then come back/],
  ])('planRestore notes %s', (_, manifest, says) => {
    expect(planOf({ manifest }).warnings.join('\n')).toMatch(says);
  });
});
