import { CallError, callService, send } from './api.ts';
import { quoted } from './format.ts';

/** What to import, and where to. */
export interface CsvImport {
  group: string;
  datasetType: string;
  file: File;
  /** Avro, as JSON text. */
  schema: string;
  /** Makes the names of the schema and the job new. */
  suffix: string;
}

const BUCKET = 'uploads';
const REGION = 'us-east-1:000000000000';
const groupArn = (group: string) => `arn:aws:personalize:${REGION}:dataset-group/${group}`;
const datasetArnOf = ({ group, datasetType }: CsvImport) =>
  `arn:aws:personalize:${REGION}:dataset/${group}/${datasetType.toUpperCase()}`;
const nameOf = ({ group, datasetType, suffix }: CsvImport) => `${group}-${datasetType.toLowerCase()}-${suffix}`;
const keyOf = (csv: CsvImport) => `${nameOf(csv)}.csv`;
const ROLE = 'arn:aws:iam::000000000000:role/upload';

/** The first bytes of a file, which hold its header. */
export const HEADER_BYTES = 60_000;

/** Proposes a schema for the columns of a file, as JSON text. @throws CallError if it has no header */
export async function proposeSchema(datasetType: string, file: File): Promise<string> {
  const head = await file.slice(0, HEADER_BYTES).text();
  const { schema } = (await send(`/_local/console/schema/${datasetType}`, head)) as { schema: object };
  return JSON.stringify(schema, undefined, 2);
}

/** Uploads the file, creates what is missing of schema, group and dataset, and starts the import. @throws CallError */
export async function importCsv(csv: CsvImport): Promise<void> {
  const { group, datasetType, file, schema } = csv;
  const name = nameOf(csv);
  await unlessExists(put(`/${BUCKET}`));
  await put(`/${BUCKET}/${encodeURIComponent(keyOf(csv))}`, file);
  const datasetGroupArn = groupArn(group);
  const datasetArn = datasetArnOf(csv);
  await unlessExists(callService('AmazonPersonalize.CreateDatasetGroup', { name: group }));
  await untilActive('DatasetGroup', { datasetGroupArn });
  const exists = await callService('AmazonPersonalize.DescribeDataset', { datasetArn }).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const { schemaArn } = await callService('AmazonPersonalize.CreateSchema', { name, schema });
    await callService('AmazonPersonalize.CreateDataset', { name, schemaArn, datasetGroupArn, datasetType });
  }
  await untilActive('Dataset', { datasetArn });
  const dataSource = { dataLocation: `s3://${BUCKET}/${keyOf(csv)}` };
  await callService('AmazonPersonalize.CreateDatasetImportJob', {
    ...{ jobName: name, datasetArn, dataSource, roleArn: ROLE, importMode: 'FULL' },
  });
}

/** The same as commands of the AWS CLI. */
export function importCommands(csv: CsvImport): string {
  const { group, datasetType, file, schema } = csv;
  const name = nameOf(csv);
  const source = `dataLocation=s3://${BUCKET}/${keyOf(csv)}`;
  return [
    `aws s3 mb s3://${BUCKET}`,
    `aws s3 cp ${quoted(file.name)} s3://${BUCKET}/${keyOf(csv)}`,
    `aws personalize create-schema --name ${name} --schema ${quoted(schema)}`,
    `aws personalize create-dataset-group --name ${quoted(group)}`,
    `aws personalize create-dataset --name ${name} --dataset-type ${datasetType} --dataset-group-arn ${groupArn(group)} --schema-arn arn:aws:personalize:${REGION}:schema/${name}`,
    `aws personalize create-dataset-import-job --job-name ${name} --dataset-arn ${datasetArnOf(csv)} --data-source ${source} --role-arn ${ROLE} --import-mode FULL`,
  ].join('\n');
}

async function put(path: string, body?: File): Promise<void> {
  const response = await fetch(path, { method: 'PUT', ...(body && { body }) });
  if (!response.ok) throw new CallError(await response.text());
}

async function unlessExists(call: Promise<unknown>): Promise<void> {
  await call.catch((error: Error) => {
    if (!/AlreadyExists|AlreadyOwnedByYou/.test(error.message)) throw error;
  });
}

async function untilActive(resource: 'DatasetGroup' | 'Dataset', arn: object): Promise<void> {
  const member = resource === 'Dataset' ? 'dataset' : 'datasetGroup';
  for (;;) {
    const answer = await callService<Record<string, { status: string }>>(`AmazonPersonalize.Describe${resource}`, arn);
    const status = answer[member]?.status;
    if (status === 'ACTIVE') return;
    if (status === 'CREATE FAILED') throw new CallError(`The ${member} is CREATE FAILED.`);
    await new Promise((fulfil) => setTimeout(fulfil, 100));
  }
}
