import { expect, it } from 'vitest';
import type { RestorePlan } from '../../../../cli/restore/plan.ts';
import { planLines } from '../../../../cli/restore/plan-text.ts';
import { arn, manifestWith } from './builders.ts';

const plan: RestorePlan = {
  schema: { action: 'create', name: 'copy-items-1' },
  group: { action: 'create', name: 'copy' },
  dataset: { action: 'create', name: 'copy-items' },
  importJob: { action: 'create', dataLocation: 's3://bucket/run/', base: 'copy-items', number: 1 },
  ...{ roleArn: 'arn:aws:iam::123456789012:role/reader', datasetType: 'ITEMS', warnings: [] },
};
const stepsOf = (change: Partial<RestorePlan>) => {
  const lines = planLines(manifestWith(), { ...plan, ...change }, 'eu-west-1');
  return lines.slice(lines.indexOf('Restore into copy/ITEMS in eu-west-1') + 1);
};
const [schemaArn, datasetGroupArn, datasetArn] = [
  arn('schema/s'),
  arn('dataset-group/copy'),
  arn('dataset/copy/ITEMS'),
];
const datasetImportJobArn = arn('dataset-import-job/copy-items');

it('the plan of a restore names the export that is restored', () => {
  const lines = planLines(manifestWith({ rows: 1_204, bytes: 65_536 }), plan, 'eu-west-1');
  expect(lines.slice(0, 2)).toEqual([
    'Export items-nightly-0f3c of shop/ITEMS, created 2026-03-14T09:00:00.000Z, mode ALL',
    '  1 file, 1,204 rows, 65,536 bytes, as the manifest says',
  ]);
});

it.each([
  [1, 1, '1 file, 1 row, '],
  [2, 2, '2 files, 2 rows, '],
])('the plan of a restore counts %i file and %i row', (files, rows, counted) => {
  const [entry] = manifestWith().entries;
  const manifest = manifestWith({ rows }, Array(files).fill(entry));
  expect(planLines(manifest, plan, 'eu-west-1')[1]).toContain(counted);
});

it('the plan of a restore has a line for each resource to create', () => {
  expect(stepsOf({})).toEqual([
    '  create  schema copy-items-1',
    '  create  dataset group copy',
    '  create  dataset copy-items',
    expect.stringMatching(
      /^ {2}import {2}s3:.{2}bucket.run. \(copy-items\S*, FULL, with the role arn:aws:iam::123456789012:role.reader\)$/,
    ),
  ]);
});

it('the plan of a restore has a line for each resource that exists', () => {
  const existing: Partial<RestorePlan> = {
    schema: { action: 'use', schemaArn },
    group: { action: 'use', datasetGroupArn, name: 'copy' },
    dataset: { action: 'use', datasetArn },
    importJob: { action: 'use', datasetImportJobArn, dataLocation: 's3://bucket/run/' },
  };
  expect(stepsOf(existing)).toEqual([
    `  use     schema ${schemaArn}`,
    `  use     dataset group ${datasetGroupArn}`,
    `  use     dataset ${datasetArn}`,
    `  follow  import ${datasetImportJobArn}, which was started before`,
  ]);
});

it.each<[Partial<RestorePlan>, string]>([
  [{ domain: 'ECOMMERCE' }, ' (domain ECOMMERCE)'],
  [{ kmsKeyArn: 'arn:aws:kms:k' }, ' (key arn:aws:kms:k)'],
  [{ domain: 'ECOMMERCE', kmsKeyArn: 'arn:aws:kms:k' }, ' (domain ECOMMERCE, key arn:aws:kms:k)'],
])('the plan of a restore creates the dataset group with %j', (details, shown) => {
  expect(stepsOf(details)).toContain(`  create  dataset group copy${shown}`);
});

it('the plan of a restore says what is copied and why, before the steps, and ends with the notes', () => {
  const copies = { folder: 's3://staging/run/', reasons: ['one', 'two'] } as NonNullable<RestorePlan['copies']>;
  const lines = stepsOf({ copies, warnings: ['take care'] });
  expect(lines.slice(0, 3)).toEqual([
    '  copy    the rows to s3://staging/run/, which is deleted afterwards',
    '          because one',
    '          because two',
  ]);
  expect(lines.at(-1)).toBe('  note    take care');
});
