import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
} from '@aws-sdk/client-personalize';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { demoDatasets, schemaFor } from '../../demo/data.ts';
import type { Manifest } from '../../src/verify/manifest.ts';
import { type Deployment, execute, roleArn, until } from '../deployment.ts';

// Datasets that were imported and exported by the pipeline, for the tests of `npm run restore`.

export const SOURCE_BUCKET = 'source-data';
export const importRole = roleArn('import');

type DatasetType = 'Interactions' | 'Items' | 'Users';

/** Rows for a dataset: 1,200 interactions, and values that CSV must quote. */
export function rowsFor(type: DatasetType): string[][] {
  if (type === 'Interactions') {
    return [
      ['USER_ID', 'ITEM_ID', 'TIMESTAMP', 'EVENT_TYPE'],
      ...Array.from({ length: 1_200 }, (_, row) => [`u${row % 40}`, `i"${row % 7}`, `${1_700_000_000 + row}`, 'a, b']),
    ];
  }
  const [, users, items] = demoDatasets();
  return parse((type === 'Users' ? users : items)?.csv ?? '');
}

const activeWhen = (ask: () => Promise<string | undefined>) => until(ask, (status) => status === 'ACTIVE');

/** Makes a dataset group with a dataset, imports the rows, and exports them by the pipeline.
 * @returns where the manifest is */
export async function exported(
  deployment: Deployment,
  group: string,
  type: DatasetType,
  rows = rowsFor(type),
  ofGroup: { domain?: 'ECOMMERCE'; kmsKeyArn?: string; roleArn?: string } = {},
): Promise<string> {
  const { personalize, s3 } = deployment;
  await s3.send(new CreateBucketCommand({ Bucket: SOURCE_BUCKET })).catch(() => {});
  const Key = `${group}.csv`;
  await s3.send(new PutObjectCommand({ Bucket: SOURCE_BUCKET, Key, Body: stringify(rows) }));
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: group, ...ofGroup }));
  await activeWhen(
    async () => (await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup?.status,
  );
  const schema = JSON.stringify(schemaFor(type, rows[0] ?? []));
  const { schemaArn } = await personalize.send(
    new CreateSchemaCommand({ name: `${group}-schema`, schema, domain: ofGroup.domain }),
  );
  const dataset = { name: `${group}-data`, schemaArn, datasetGroupArn, datasetType: type };
  const { datasetArn } = await personalize.send(new CreateDatasetCommand(dataset));
  await activeWhen(async () => (await personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset?.status);
  const job = { jobName: `${group}-import`, datasetArn, roleArn: importRole, importMode: 'FULL' as const };
  const dataSource = { dataLocation: `s3://${SOURCE_BUCKET}/${Key}` };
  const { datasetImportJobArn } = await personalize.send(new CreateDatasetImportJobCommand({ ...job, dataSource }));
  await activeWhen(
    async () =>
      (await personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))).datasetImportJob?.status,
  );
  return await manifestOf(deployment, datasetArn);
}

/** Exports a dataset by the pipeline, and gives where its manifest is. */
export async function manifestOf(deployment: Deployment, datasetArn: string | undefined): Promise<string> {
  const { output = '', cause } = await execute(deployment, { datasetArn });
  const { manifest } = JSON.parse(output || '{}').outcomes?.[0] ?? {};
  if (!manifest) throw new Error(`There is no manifest: ${output} ${cause}`);
  return manifest;
}

export async function textAt({ s3 }: Deployment, url: string): Promise<string> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

/** The rows of an export, as objects by the names of their columns, in one order. */
export async function rowsIn(deployment: Deployment, manifest: string): Promise<string[]> {
  const { entries } = JSON.parse(await textAt(deployment, manifest)) as Manifest;
  const files = await Promise.all(entries.map(({ url }) => textAt(deployment, url)));
  const records = files.flatMap((text) => parse(text, { columns: true }) as Record<string, string>[]);
  return records.map((record) => JSON.stringify(Object.entries(record).sort())).sort();
}
