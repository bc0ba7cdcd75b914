import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from 'local-aws';
import { type DemoDataset, demoDatasets } from '../data.ts';

export const SAMPLE_GROUP = 'sample-shop';
const BUCKET = 'sample-data';
const ACCOUNT = '000000000000';
const arnOf = (resource: string) => `arn:aws:personalize:us-east-1:${ACCOUNT}:${resource}`;

interface Clients {
  personalize: PersonalizeClient;
  s3: S3Client;
}

/** Imports the datasets of a made-up shop. What exists already is kept; the rows are imported again.
 * @param onlyIfMissing imports nothing if the items are there, and waits until they are imported if not
 * @throws Error of the SDK when a call is refused */
export async function importSample(
  environment: Record<string, string>,
  { onlyIfMissing = false }: { onlyIfMissing?: boolean } = {},
): Promise<void> {
  const config = clientConfig(environment);
  const clients = { personalize: new PersonalizeClient(config), s3: new S3Client(config) };
  if (onlyIfMissing && (await hasItems(clients))) return;
  await unlessExists(clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET })));
  await unlessExists(clients.personalize.send(new CreateDatasetGroupCommand({ name: SAMPLE_GROUP })));
  const datasetGroupArn = arnOf(`dataset-group/${SAMPLE_GROUP}`);
  await until('ACTIVE', async () => {
    const answer = await clients.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
    return answer.datasetGroup?.status;
  });
  const jobs = await Promise.all(demoDatasets().map((dataset) => startImport(dataset, datasetGroupArn, clients)));
  if (!onlyIfMissing) return;
  for (const datasetImportJobArn of jobs) {
    await until('ACTIVE', async () => {
      const answer = await clients.personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }));
      return answer.datasetImportJob?.status;
    });
  }
}

async function startImport(dataset: DemoDataset, datasetGroupArn: string, { personalize, s3 }: Clients) {
  const { datasetType, csv, schema } = dataset;
  const name = `sample-${datasetType.toLowerCase()}`;
  const Key = `${datasetType.toLowerCase()}.csv`;
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: csv }));
  await unlessExists(personalize.send(new CreateSchemaCommand({ name, schema: JSON.stringify(schema) })));
  const schemaArn = arnOf(`schema/${name}`);
  await unlessExists(personalize.send(new CreateDatasetCommand({ name, schemaArn, datasetGroupArn, datasetType })));
  const datasetArn = arnOf(`dataset/${SAMPLE_GROUP}/${datasetType.toUpperCase()}`);
  await until('ACTIVE', async () => {
    return (await personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset?.status;
  });
  const { datasetImportJobArn } = await personalize.send(
    new CreateDatasetImportJobCommand({
      jobName: `${name}-${Date.now().toString(36)}`,
      datasetArn,
      dataSource: { dataLocation: `s3://${BUCKET}/${Key}` },
      roleArn: `arn:aws:iam::${ACCOUNT}:role/sample-import`,
      importMode: 'FULL',
    }),
  );
  return datasetImportJobArn;
}

async function hasItems({ personalize }: Clients): Promise<boolean> {
  const datasetArn = arnOf(`dataset/${SAMPLE_GROUP}/ITEMS`);
  const isMissing = (error: Error) => error.name === 'ResourceNotFoundException';
  return await personalize.send(new DescribeDatasetCommand({ datasetArn })).then(
    () => true,
    (error) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

async function unlessExists(call: Promise<unknown>): Promise<void> {
  await call.catch((error: Error) => {
    const exists = ['ResourceAlreadyExistsException', 'BucketAlreadyOwnedByYou'].includes(error.name);
    if (!exists) throw error;
  });
}

const FAILED = /FAILED/;
const MOST_SECONDS = 120;

async function until(wanted: string, status: () => Promise<string | undefined>): Promise<void> {
  const end = Date.now() + MOST_SECONDS * 1000;
  for (;;) {
    const now = await status();
    if (now === wanted) return;
    if (FAILED.test(now ?? '')) throw new Error(`The status is ${now}. Clear the faults, and try again.`);
    if (Date.now() > end)
      throw new Error(`The status is ${now} after ${MOST_SECONDS} seconds. Clear the faults, and try again.`);
    await sleep(50);
  }
}
