import {
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  DescribeSchemaCommand,
  type PersonalizeClient,
  paginateListDatasetGroups,
  paginateListDatasetImportJobs,
  paginateListDatasets,
  paginateListEventTrackers,
  paginateListSchemas,
} from '@aws-sdk/client-personalize';
import type { Manifest } from '../../src/verify/manifest.ts';
import { isTransient } from '../explain.ts';
import { isEqualSchema, type RestoredSchema } from './restored-schema.ts';

/** A dataset group and what of it matters here. */
export interface FoundGroup {
  datasetGroupArn: string;
  status: string;
  domain?: string;
  failureReason?: string;
}

export interface FoundDataset {
  datasetArn: string;
  status: string;
  /** Whether its schema is the one to restore, with the fields in the same order. */
  hasEqualSchema: boolean;
  schemaArn: string;
  /** Epoch milliseconds. */
  createdAt: number;
  /** Its import jobs, the newest first. */
  importJobs: FoundImportJob[];
  /** Its group has an event tracker, which may have added interactions. */
  hasEventTracker: boolean;
}

export interface FoundImportJob {
  datasetImportJobArn: string;
  jobName: string;
  status: string;
  createdAt: number;
}

/** What exists already. */
export interface Found {
  /** An equal schema, or one with the name that the restored one would get. */
  schema?: { schemaArn: string; isEqual: boolean };
  group?: FoundGroup;
  dataset?: FoundDataset;
  /** Whether the group that was exported has a key of its own; unknown if it can't be described. */
  sourceGroupHasKey: boolean | 'unknown';
}

interface Target {
  group?: string | undefined;
  datasetGroupArn?: string | undefined;
  schemaName: string;
}

/** Asks Personalize what exists of what is to be restored.
 * @throws what the SDK throws */
export async function find(
  { export: data }: Manifest,
  schema: RestoredSchema,
  target: Target,
  client: PersonalizeClient,
): Promise<Found> {
  const datasetGroupArn = target.datasetGroupArn ?? (await groupArnOf(target.group ?? '', client));
  const [group, sourceGroupHasKey, known] = await Promise.all([
    datasetGroupArn === undefined ? undefined : describeGroup(datasetGroupArn, client),
    datasetGroupArn === undefined ? hasKey(data.datasetArn, client) : false,
    findSchema(data.schemaArn, target.schemaName, schema, client),
  ]);
  const dataset = group && (await findDataset(group.datasetGroupArn, data.datasetType, schema, client));
  return { sourceGroupHasKey, ...(known && { schema: known }), ...(group && { group }), ...(dataset && { dataset }) };
}

/** The ARN of the dataset group with this name, or undefined. */
export async function groupArnOf(name: string, client: PersonalizeClient): Promise<string | undefined> {
  for await (const { datasetGroups = [] } of paginateListDatasetGroups({ client }, {})) {
    const group = datasetGroups.find((one) => one.name === name);
    if (group) return group.datasetGroupArn;
  }
  return undefined;
}

export async function describeGroup(datasetGroupArn: string, client: PersonalizeClient): Promise<FoundGroup> {
  const { datasetGroup = {} } = await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
  const { status = '', domain, failureReason } = datasetGroup;
  return { datasetGroupArn, status, ...(domain && { domain }), ...(failureReason && { failureReason }) };
}

/** A group that is gone, or another account's, can't be asked. */
async function hasKey(datasetArn: string, client: PersonalizeClient): Promise<Found['sourceGroupHasKey']> {
  const datasetGroupArn = datasetArn.replace(/:dataset\/([^/]+)\/.*$/, ':dataset-group/$1');
  try {
    const { datasetGroup } = await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
    return datasetGroup?.kmsKeyArn !== undefined;
  } catch (error) {
    if (isTransient(error)) throw error;
    return 'unknown';
  }
}

/** Looks at the exported dataset's own schema and at one with the restored one's name. */
async function findSchema(
  schemaArn: string,
  name: string,
  restored: RestoredSchema,
  client: PersonalizeClient,
): Promise<Found['schema']> {
  const candidates: string[] = [];
  for await (const { schemas = [] } of paginateListSchemas({ client }, {})) {
    const those = schemas.filter((one) => one.schemaArn === schemaArn || one.name === name);
    candidates.push(...those.flatMap((one) => one.schemaArn ?? []));
  }
  let taken: Found['schema'];
  for (const candidate of candidates.sort((one) => (one === schemaArn ? -1 : 1))) {
    if (await isEqual(candidate, restored, client)) return { schemaArn: candidate, isEqual: true };
    if (candidate.endsWith(`/${name}`)) taken = { schemaArn: candidate, isEqual: false };
  }
  return taken;
}

export async function isEqual(
  schemaArn: string,
  restored: RestoredSchema,
  client: PersonalizeClient,
): Promise<boolean> {
  const { schema = {} } = await client.send(new DescribeSchemaCommand({ schemaArn }));
  return isEqualSchema(schema, restored);
}

/** The dataset of a group that has this type. */
export async function findDataset(
  datasetGroupArn: string,
  datasetType: string,
  schema: RestoredSchema,
  client: PersonalizeClient,
): Promise<FoundDataset | undefined> {
  for await (const { datasets = [] } of paginateListDatasets({ client }, { datasetGroupArn })) {
    const { datasetArn } = datasets.find((one) => one.datasetType?.toUpperCase() === datasetType) ?? {};
    if (datasetArn) return await describeDataset(datasetArn, datasetGroupArn, schema, client);
  }
  return undefined;
}

async function describeDataset(
  datasetArn: string,
  datasetGroupArn: string,
  schema: RestoredSchema,
  client: PersonalizeClient,
): Promise<FoundDataset> {
  const { dataset = {} } = await client.send(new DescribeDatasetCommand({ datasetArn }));
  const { status = '', schemaArn = '', creationDateTime } = dataset;
  const [hasEqualSchema, importJobs, hasEventTracker] = await Promise.all([
    isEqual(schemaArn, schema, client),
    importJobsOf(datasetArn, client),
    isTracked(datasetGroupArn, client),
  ]);
  const createdAt = creationDateTime?.getTime() ?? 0;
  return { datasetArn, status, schemaArn, hasEqualSchema, createdAt, importJobs, hasEventTracker };
}

async function importJobsOf(datasetArn: string, client: PersonalizeClient): Promise<FoundImportJob[]> {
  const jobs: FoundImportJob[] = [];
  for await (const { datasetImportJobs = [] } of paginateListDatasetImportJobs({ client }, { datasetArn })) {
    for (const { datasetImportJobArn = '', jobName = '', status = '', creationDateTime } of datasetImportJobs) {
      jobs.push({ datasetImportJobArn, jobName, status, createdAt: creationDateTime?.getTime() ?? 0 });
    }
  }
  return jobs.sort((one, other) => other.createdAt - one.createdAt);
}

async function isTracked(datasetGroupArn: string, client: PersonalizeClient): Promise<boolean> {
  for await (const { eventTrackers = [] } of paginateListEventTrackers({ client }, { datasetGroupArn })) {
    if (eventTrackers.length > 0) return true;
  }
  return false;
}

export async function describeImportJob(datasetImportJobArn: string, client: PersonalizeClient) {
  const { datasetImportJob = {} } = await client.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }));
  const { status = '', failureReason, datasetArn, creationDateTime } = datasetImportJob;
  const createdAt = creationDateTime?.getTime() ?? 0;
  return { status, datasetArn, createdAt, ...(failureReason && { failureReason }) };
}
