import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  type PersonalizeClient,
  paginateListSchemas,
} from '@aws-sdk/client-personalize';
import { UsageError } from '../usage-error.ts';
import { importName } from './existing-dataset.ts';
import { describeGroup, describeImportJob, findDataset, groupArnOf, isEqual } from './found.ts';
import { patiently, untilCreated, type Waiting } from './patience.ts';
import type { RestorePlan } from './plan.ts';
import type { RestoredSchema } from './restored-schema.ts';

/** The ARNs of what a restore has made or uses, as far as it has got. */
export interface Made {
  schemaArn?: string;
  datasetGroupArn?: string;
  datasetArn?: string;
  datasetImportJobArn?: string;
}

export interface Making extends Waiting {
  personalize: PersonalizeClient;
  /** Shows what is being made, and its status. */
  show(what: string, status: string): void;
}

/** Makes schema, group and dataset, or finds them. Whatever exists by now is used, if it is as planned: an answer may have been
 * lost, or the same command may have run before.
 * @param made receives each ARN as soon as it is known
 * @throws UsageError when a creation failed; what the SDK throws */
export async function makeDataset(
  plan: RestorePlan,
  schema: RestoredSchema,
  made: Made,
  making: Making,
): Promise<string> {
  made.schemaArn = await makeSchema(plan, schema, making);
  made.datasetGroupArn = await makeGroup(plan, making);
  await groupActive(made.datasetGroupArn, making);
  made.datasetArn = await makeDatasetOf(plan, schema, made.datasetGroupArn, made.schemaArn, making);
  await datasetActive(made.datasetArn, making);
  return made.datasetArn;
}

async function makeSchema({ schema }: RestorePlan, restored: RestoredSchema, making: Making): Promise<string> {
  if (schema.action === 'use') return schema.schemaArn;
  making.show(`schema ${schema.name}`, 'creating');
  const { personalize } = making;
  const domain = restored.domain as 'ECOMMERCE' | undefined;
  const create = new CreateSchemaCommand({ name: schema.name, schema: restored.schema, domain });
  return await createdOrFound(
    async () => (await personalize.send(create)).schemaArn,
    async () => {
      const schemaArn = await schemaArnOf(schema.name, personalize);
      if (schemaArn && (await isEqual(schemaArn, restored, personalize))) return schemaArn;
      throw new UsageError(`There is another schema with the name ${schema.name}. Delete it, or choose another group.`);
    },
    making,
  );
}

async function schemaArnOf(name: string, client: PersonalizeClient): Promise<string | undefined> {
  for await (const { schemas = [] } of paginateListSchemas({ client }, {})) {
    const schema = schemas.find((one) => one.name === name);
    if (schema) return schema.schemaArn;
  }
  return undefined;
}

async function makeGroup({ group, domain, kmsKeyArn, roleArn }: RestorePlan, making: Making): Promise<string> {
  if (group.action === 'use') return group.datasetGroupArn;
  making.show(`dataset group ${group.name}`, 'creating');
  const { personalize } = making;
  const create = new CreateDatasetGroupCommand({
    name: group.name,
    ...(domain && { domain: domain as 'ECOMMERCE' }),
    ...(kmsKeyArn && { kmsKeyArn, roleArn }),
  });
  return await createdOrFound(
    async () => (await personalize.send(create)).datasetGroupArn,
    () => groupArnOf(group.name, personalize),
    making,
  );
}

async function groupActive(datasetGroupArn: string, making: Making): Promise<void> {
  const show = (status: string) => making.show('dataset group', status);
  const { status, failureReason } = await untilCreated(
    () => describeGroup(datasetGroupArn, making.personalize),
    making,
    show,
  );
  if (status !== 'ACTIVE') throw new UsageError(failed(datasetGroupArn, failureReason));
}

async function makeDatasetOf(
  { dataset, datasetType }: RestorePlan,
  restored: RestoredSchema,
  datasetGroupArn: string,
  schemaArn: string,
  making: Making,
): Promise<string> {
  if (dataset.action === 'use') return dataset.datasetArn;
  making.show(`dataset ${dataset.name}`, 'creating');
  const { personalize } = making;
  const create = new CreateDatasetCommand({ name: dataset.name, schemaArn, datasetGroupArn, datasetType });
  return await createdOrFound(
    async () => (await personalize.send(create)).datasetArn,
    async () => {
      const found = await findDataset(datasetGroupArn, datasetType, restored, personalize);
      if (!found || found.schemaArn === schemaArn) return found?.datasetArn;
      throw new UsageError(
        `${found.datasetArn} was created by someone else in the meantime. Choose another dataset group.`,
      );
    },
    making,
  );
}

async function datasetActive(datasetArn: string, making: Making): Promise<void> {
  const describe = async () => {
    const { dataset } = await making.personalize.send(new DescribeDatasetCommand({ datasetArn }));
    return { status: dataset?.status ?? '' };
  };
  const { status } = await untilCreated(describe, making, (text) => making.show('dataset', text));
  if (status !== 'ACTIVE') throw new UsageError(failed(datasetArn));
}

/** How many names of import jobs are tried. */
const MOST_NAMES = 100;

/** Starts the import, or finds it.
 * @returns its ARN */
export async function makeImport(plan: RestorePlan, datasetArn: string, making: Making): Promise<string> {
  const { importJob } = plan;
  if (importJob.action === 'use') return importJob.datasetImportJobArn;
  for (let number = importJob.number; number < importJob.number + MOST_NAMES; number++) {
    const datasetImportJobArn = await startImport(plan, importName(importJob.base, number), datasetArn, making);
    if (datasetImportJobArn) return datasetImportJobArn;
  }
  throw new UsageError(`Each name from ${importName(importJob.base, importJob.number)} on is taken by another import.`);
}

/** @returns undefined if the name is taken by an import of before the dataset was made: its data is not in the dataset */
async function startImport(
  { importJob, roleArn }: RestorePlan,
  jobName: string,
  datasetArn: string,
  making: Making,
): Promise<string | undefined> {
  const { personalize } = making;
  making.show(`import ${jobName}`, 'creating');
  const dataSource = { dataLocation: importJob.dataLocation };
  const create = new CreateDatasetImportJobCommand({ jobName, datasetArn, roleArn, importMode: 'FULL', dataSource });
  const find = async () => {
    const datasetImportJobArn = datasetArn.replace(/:dataset\/.*$/, `:dataset-import-job/${jobName}`);
    const [job, { dataset }] = await Promise.all([
      describeImportJob(datasetImportJobArn, personalize),
      personalize.send(new DescribeDatasetCommand({ datasetArn })),
    ]);
    const isOurs = job.datasetArn === datasetArn && job.createdAt >= (dataset?.creationDateTime?.getTime() ?? 0);
    return isOurs ? datasetImportJobArn : '';
  };
  const started = await createdOrFound(
    async () => (await personalize.send(create)).datasetImportJobArn,
    find,
    making,
    ({ name }) => ['LimitExceededException', 'ResourceInUseException'].includes(name),
  );
  return started || undefined;
}

/** Polls the import until it has ended.
 * @throws ImportFailedError */
export async function importActive(datasetImportJobArn: string, making: Making): Promise<void> {
  const show = (status: string) => making.show('import', status);
  const { status, failureReason } = await untilCreated(
    () => describeImportJob(datasetImportJobArn, making.personalize),
    making,
    show,
  );
  if (status !== 'ACTIVE') throw new ImportFailedError(failed(datasetImportJobArn, failureReason));
}

/** The import has failed: the exit status is 1. */
export class ImportFailedError extends Error {
  override readonly name = 'ImportFailedError' as const;
}

function failed(arn: string, reason?: string): string {
  return `${arn} is CREATE FAILED${reason ? `: ${reason}` : '.'}`;
}

/** Creates something. If it exists already, finds it. */
async function createdOrFound(
  create: () => Promise<string | undefined>,
  find: () => Promise<string | undefined>,
  making: Making,
  mayWait?: (error: Error) => boolean,
): Promise<string> {
  const attempt = async () => {
    try {
      return await create();
    } catch (error) {
      if ((error as Error).name !== 'ResourceAlreadyExistsException') throw error;
      return await find();
    }
  };
  const arn = await patiently(attempt, making, mayWait);
  if (arn === undefined) throw new UsageError('Personalize did not return an ARN. The same command continues.');
  return arn;
}
