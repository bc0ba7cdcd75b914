import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { clientConfig } from 'local-aws';
import { type DemoDataset, open } from './data.ts';
import { labelOf } from './own-files.ts';

export const GROUP = 'demo-shop';
const SOURCE_BUCKET = 'demo-data';

/** A role of the user for imports. The role of the deployment may write exports only. */
const IMPORT_ROLE_ARN = 'arn:aws:iam::000000000000:role/demo-import';

/** Imports datasets as a user would, with the SDK's clients. The imports have been started when it returns.
 * @param environment the environment variables of a client of the local AWS
 * @param log receives what happens, a line at a time
 * @param signal stops it
 * @throws Error when a schema is refused; for a file of the user it names the option and the file */
export async function importDatasets(
  environment: Record<string, string>,
  datasets: DemoDataset[],
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const config = clientConfig(environment);
  const [personalize, s3] = [new PersonalizeClient(config), new S3Client(config)];
  signal.throwIfAborted();
  await s3.send(new CreateBucketCommand({ Bucket: SOURCE_BUCKET }));
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: GROUP }));
  await untilActive(
    async () => (await personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup?.status,
    signal,
  );
  log(`dataset group ${GROUP} is ACTIVE; importing ${datasets.map(({ datasetType }) => datasetType).join(', ')}`);
  await Promise.all(
    datasets.map((dataset) =>
      importDataset(dataset, { personalize, s3, datasetGroupArn, roleArn: IMPORT_ROLE_ARN, signal }),
    ),
  );
}

interface ImportContext {
  personalize: PersonalizeClient;
  s3: S3Client;
  datasetGroupArn: string | undefined;
  roleArn: string;
  signal: AbortSignal;
}

/** The name of a dataset's import job. */
export function jobNameOf({ datasetType }: DemoDataset): string {
  return `demo-${datasetType.toLowerCase()}`;
}

async function importDataset(dataset: DemoDataset, context: ImportContext): Promise<void> {
  const { personalize, s3, datasetGroupArn, roleArn, signal } = context;
  const { datasetType } = dataset;
  const name = jobNameOf(dataset);
  const Key = `${datasetType.toLowerCase()}.csv`;
  await new Upload({ client: s3, params: { Bucket: SOURCE_BUCKET, Key, Body: open(dataset) } }).done();
  const schema = new CreateSchemaCommand({ name, schema: JSON.stringify(dataset.schema) });
  const { schemaArn } = await personalize.send(schema).catch((error: Error) => {
    throw dataset.file === undefined ? error : new Error(`${labelOf(dataset)}: ${error.message}`, { cause: error });
  });
  const { datasetArn } = await personalize.send(
    new CreateDatasetCommand({ name, schemaArn, datasetGroupArn, datasetType }),
  );
  await untilActive(
    async () => (await personalize.send(new DescribeDatasetCommand({ datasetArn }))).dataset?.status,
    signal,
  );
  const dataSource = { dataLocation: `s3://${SOURCE_BUCKET}/${Key}` };
  await personalize.send(
    new CreateDatasetImportJobCommand({ jobName: name, datasetArn, dataSource, roleArn, importMode: 'FULL' }),
  );
}

async function untilActive(describe: () => Promise<string | undefined>, signal: AbortSignal): Promise<void> {
  while ((await describe()) !== 'ACTIVE') await sleep(20, undefined, { signal });
}
