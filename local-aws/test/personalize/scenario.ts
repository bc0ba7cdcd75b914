import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDatasetCommand,
  CreateDatasetExportJobCommand,
  type CreateDatasetExportJobCommandInput,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  type CreateDatasetImportJobCommandInput,
  CreateEventTrackerCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  DescribeEventTrackerCommand,
} from '@aws-sdk/client-personalize';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { bucket, type Personalize, roleArn } from './server.ts';

let lastName = 0;
/** A name that no other test of the file uses. */
export function uniqueName(prefix = 'name'): string {
  lastName += 1;
  return `${prefix}-${lastName}`;
}

export type DatasetType = 'Interactions' | 'Items' | 'Users' | 'Actions' | 'Action_Interactions';

const string = 'string';
const nullable = (type: string) => ['null', type];
export const schemas: Record<DatasetType, object[]> = {
  Interactions: [
    { name: 'USER_ID', type: string },
    { name: 'ITEM_ID', type: string },
    { name: 'EVENT_TYPE', type: nullable(string) },
    { name: 'EVENT_VALUE', type: nullable('float') },
    { name: 'TIMESTAMP', type: 'long' },
  ],
  Items: [
    { name: 'ITEM_ID', type: string },
    { name: 'TITLE', type: nullable(string), textual: true },
    { name: 'NUMBER_OF_RATINGS', type: nullable('int') },
  ],
  Users: [
    { name: 'USER_ID', type: string },
    { name: 'GENDER', type: nullable(string), categorical: true },
  ],
  Actions: [
    { name: 'ACTION_ID', type: string },
    { name: 'MEMBERSHIP_LEVEL', type: string, categorical: true },
  ],
  Action_Interactions: [
    { name: 'USER_ID', type: string },
    { name: 'ACTION_ID', type: string },
    { name: 'EVENT_TYPE', type: string },
    { name: 'TIMESTAMP', type: 'long' },
  ],
};

export function avro(name: string, fields: object[]): string {
  const namespace = 'com.amazonaws.personalize.schema';
  return JSON.stringify({ type: 'record', name, namespace, fields, version: '1.0' });
}

/** Asks until `status` is none of the passing ones. */
export async function settled<T extends { status?: string | undefined } | undefined>(
  describe: () => Promise<T>,
): Promise<NonNullable<T>> {
  for (;;) {
    const resource = await describe();
    if (resource?.status !== 'CREATE PENDING' && resource?.status !== 'CREATE IN_PROGRESS') {
      return resource as NonNullable<T>;
    }
    await sleep(5);
  }
}

export async function activeGroup({ personalize }: Personalize, name = uniqueName('group')): Promise<string> {
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name }));
  await settled(async () => {
    return (await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup;
  });
  return datasetGroupArn as string;
}

export async function activeDataset(
  server: Personalize,
  datasetType: DatasetType,
  { fields = schemas[datasetType], datasetGroupArn }: { fields?: object[]; datasetGroupArn?: string } = {},
): Promise<string> {
  const { personalize } = server;
  const name = uniqueName('dataset');
  const schema = avro(datasetType, fields);
  const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name, schema }));
  const group = datasetGroupArn ?? (await activeGroup(server));
  const { datasetArn } = await personalize.send(
    new CreateDatasetCommand({ name, schemaArn, datasetGroupArn: group, datasetType }),
  );
  await settled(async () => (await personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset);
  return datasetArn as string;
}

/** The tracking id of a new tracker of the dataset group that a dataset belongs to. */
export async function activeTracker({ personalize }: Personalize, datasetArn: string): Promise<string> {
  const { dataset } = await personalize.send(new DescribeDatasetCommand({ datasetArn }));
  const { eventTrackerArn, trackingId } = await personalize.send(
    new CreateEventTrackerCommand({ name: uniqueName('tracker'), datasetGroupArn: dataset?.datasetGroupArn }),
  );
  await settled(async () => {
    return (await personalize.send(new DescribeEventTrackerCommand({ eventTrackerArn }))).eventTracker;
  });
  return trackingId as string;
}

/** Imports a file, or with `at` what lies there already, and waits for the end. */
export async function importCsv(
  { personalize, s3 }: Personalize,
  datasetArn: string,
  csv: string | Buffer | { at: string },
  options: Partial<CreateDatasetImportJobCommandInput> = {},
) {
  const jobName = uniqueName('import');
  let dataLocation = `s3://${bucket}/in/${jobName}.csv`;
  if (typeof csv === 'object' && !Buffer.isBuffer(csv)) dataLocation = csv.at;
  else await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `in/${jobName}.csv`, Body: Buffer.from(csv) }));
  const input = { jobName, datasetArn, dataSource: { dataLocation }, roleArn, ...options };
  const { datasetImportJobArn } = await personalize.send(new CreateDatasetImportJobCommand(input));
  return settled(async () => {
    return (await personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))).datasetImportJob;
  });
}

export function exportJobInput(
  datasetArn: string,
  options: Partial<CreateDatasetExportJobCommandInput> = {},
): CreateDatasetExportJobCommandInput {
  const jobName = uniqueName('export');
  const path = `s3://${bucket}/out/${jobName}/`;
  return { jobName, datasetArn, roleArn, jobOutput: { s3DataDestination: { path } }, ...options };
}

export async function exportJob(
  { personalize }: Personalize,
  datasetArn: string,
  options: Partial<CreateDatasetExportJobCommandInput> = {},
) {
  const input = exportJobInput(datasetArn, options);
  const { datasetExportJobArn } = await personalize.send(new CreateDatasetExportJobCommand(input));
  return settled(async () => {
    return (await personalize.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }))).datasetExportJob;
  });
}

export async function objectsBelow({ s3 }: Personalize, prefix: string): Promise<Record<string, string>> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  const entries = Contents.map(async ({ Key = '' }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return [Key, (await Body?.transformToString()) ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What an export wrote: the header and the rows of all files, parsed, in an order of their own. */
export async function exported(
  server: Personalize,
  datasetArn: string,
  ingestionMode?: 'BULK' | 'PUT' | 'ALL',
): Promise<{ header: string[]; rows: string[][] }> {
  const job = await exportJob(server, datasetArn, ingestionMode && { ingestionMode });
  if (job.status !== 'ACTIVE') throw new Error(`${job.status}: ${job.failureReason}`);
  const files = Object.values(await objectsBelow(server, `out/${job.jobName}/`));
  const tables = files.map((file) => parse(file) as string[][]);
  const rows = tables.flatMap(([, ...rest]) => rest);
  return { header: tables[0]?.[0] ?? [], rows: rows.sort((a, b) => (a.join() < b.join() ? -1 : 1)) };
}
