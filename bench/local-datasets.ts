import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
} from '@aws-sdk/client-personalize';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { MeasuredAws } from './local-aws.ts';

const CHUNK_CHARACTERS = 64 * 1024;
const SOURCE_BUCKET = 'bench-data';
const ROLE_ARN = 'arn:aws:iam::000000000000:role/bench-import';
const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Interactions',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'ITEM_ID', type: 'string' },
    { name: 'EVENT_TYPE', type: 'string' },
    { name: 'TIMESTAMP', type: 'long' },
  ],
  version: '1.0',
});

/** Waits until the resource is ACTIVE.
 * @throws Error with the reason when its creation has failed. */
export async function untilActive(describe: () => Promise<{ status?: string; failureReason?: string } | undefined>) {
  for (;;) {
    const { status, failureReason } = (await describe()) ?? {};
    if (status === 'ACTIVE') return;
    if (status === 'CREATE FAILED') throw new Error(failureReason);
    await sleep(20);
  }
}

/** Creates an empty dataset of interactions, in a dataset group of its own.
 * @returns the ARN of the dataset */
export async function createInteractions({ personalize }: MeasuredAws, name: string): Promise<string> {
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name }));
  await untilActive(
    async () => (await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup,
  );
  const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name, schema: SCHEMA }));
  const { datasetArn = '' } = await personalize.send(
    new CreateDatasetCommand({ name, schemaArn, datasetGroupArn, datasetType: 'Interactions' }),
  );
  await untilActive(async () => (await personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset);
  return datasetArn;
}

/** Imports this many interactions into the dataset. */
export async function importInteractions(aws: MeasuredAws, name: string, datasetArn: string, rows: number) {
  const { s3, personalize } = aws;
  await s3.send(new CreateBucketCommand({ Bucket: SOURCE_BUCKET })).catch(() => undefined);
  const Key = `${name}.csv`;
  await new Upload({
    client: s3,
    params: { Bucket: SOURCE_BUCKET, Key, Body: Readable.from(csv(rows), { objectMode: false }) },
  }).done();
  const { datasetImportJobArn } = await personalize.send(
    new CreateDatasetImportJobCommand({
      jobName: name,
      datasetArn,
      dataSource: { dataLocation: `s3://${SOURCE_BUCKET}/${Key}` },
      roleArn: ROLE_ARN,
    }),
  );
  await untilActive(
    async () => (await personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))).datasetImportJob,
  );
}

/** Generates the rows while they are uploaded. Generating a million rows first would take longer than the local AWS keeps
 * an idle connection open. */
function* csv(rows: number): Generator<Buffer> {
  let lines = 'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\n';
  for (let n = 0; n < rows; n++) {
    lines += `user-${n % 9973},item-${n % 4999},${n % 7 === 0 ? 'purchase' : 'view'},${1_700_000_000 + n}\n`;
    if (lines.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(lines);
    lines = '';
  }
  yield Buffer.from(lines);
}
