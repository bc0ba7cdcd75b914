import {
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  type PersonalizeClient,
  paginateListDatasets,
} from '@aws-sdk/client-personalize';
import { parse, validate } from '@aws-sdk/util-arn-parser';
import { importPhase } from '../job/import-phase.ts';
import { InvalidRequestError, UnexpectedAnswerError } from '../lambda/errors.ts';
import { MAX_PAGE_ENTRIES } from '../lambda/limits.ts';
import { SUBJECTS } from '../lambda/validation-message.ts';
import type { PollBounds } from '../poll/polling.ts';
import type { ImportState, SkippedDataset } from '../state.ts';
import type { ExportRequest } from './request.ts';

export interface Dataset {
  datasetArn: string;
  datasetType: string;
  datasetGroup: string;
}

/** The types that CreateDatasetExportJob takes; Actions and Action_Interactions can't be exported.
 * Source: Amazon Personalize developer guide, "Exporting the training data in a dataset to Amazon S3". */
const EXPORTABLE = ['INTERACTIONS', 'ITEMS', 'USERS'];

const NO_IMPORT: ImportState = { phase: 'none' };

/** What a request means: the datasets to export, those that are not, and the import to wait for first. */
export interface Subject {
  import: ImportState;
  datasets: Dataset[];
  skipped: SkippedDataset[];
  isGroup: boolean;
}

/** The deployment's settings that a subject is resolved by. `importDatasetGroups`: whose imports are followed by an
 * export of their own accord; empty for all. */
export interface SubjectSettings {
  pollBounds: PollBounds;
  importDatasetGroups: string[];
}

/** Asks Personalize what the subject of a request is.
 * @throws InvalidRequestError naming the field where the service knows no such subject, or it can't be exported. */
export async function resolveSubject(
  request: ExportRequest,
  times: { startedAt: string; deadline: string },
  settings: SubjectSettings,
  client: PersonalizeClient,
): Promise<Subject> {
  return await subjectOf(request, times, settings, client).catch(namingTheField(request));
}

async function subjectOf(
  request: ExportRequest,
  times: { startedAt: string; deadline: string },
  settings: SubjectSettings,
  client: PersonalizeClient,
): Promise<Subject> {
  if (request.datasetGroupArn !== undefined) {
    return { import: NO_IMPORT, ...(await datasetsOfGroup(request.datasetGroupArn, client)), isGroup: true };
  }
  if (request.datasetImportJobArn !== undefined) {
    return {
      ...(await datasetOfImport(request, request.datasetImportJobArn, times, settings, client)),
      isGroup: false,
    };
  }
  const dataset = await describeDataset(request.datasetArn, client);
  if (!isExportable(dataset)) throw new InvalidRequestError(`datasetArn: ${notExportable(dataset)}`);
  return { import: NO_IMPORT, datasets: [dataset], skipped: [], isGroup: false };
}

async function datasetOfImport(
  { origin }: ExportRequest,
  datasetImportJobArn: string,
  times: { startedAt: string; deadline: string },
  { pollBounds, importDatasetGroups }: SubjectSettings,
  client: PersonalizeClient,
) {
  const { datasetImportJob } = await client.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }));
  if (!datasetImportJob?.datasetArn) {
    throw new UnexpectedAnswerError(`Personalize described ${datasetImportJobArn} without its dataset.`);
  }
  const dataset = await describeDataset(datasetImportJob.datasetArn, client);
  // The solution's event does not say whose import it was, so its rule can't tell; the rule of CloudTrail's event can.
  const unasked = origin?.way === 'solution' && importDatasetGroups.length > 0;
  if (unasked && !importDatasetGroups.includes(dataset.datasetGroup)) {
    const reason = `${dataset.datasetGroup} is not among the setting importDatasetGroups: ${importDatasetGroups.join(', ')}.`;
    return { import: NO_IMPORT, datasets: [], skipped: [{ datasetArn: dataset.datasetArn, reason }] };
  }
  // An import whose dataset can't be exported is not worth waiting for.
  const imported = isExportable(dataset)
    ? importPhase(datasetImportJob, { ...times, ...dataset, datasetImportJobArn }, pollBounds)
    : NO_IMPORT;
  return { import: imported, ...split([dataset]) };
}

async function datasetsOfGroup(datasetGroupArn: string, client: PersonalizeClient) {
  // ListDatasets promises no ResourceNotFoundException: a group that isn't there would look like an empty one.
  await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
  const datasets: Dataset[] = [];
  for await (const page of paginateListDatasets({ client, pageSize: MAX_PAGE_ENTRIES }, { datasetGroupArn })) {
    if (!page.datasets) throw new UnexpectedAnswerError(`Personalize listed ${datasetGroupArn} without its datasets.`);
    for (const { datasetArn, datasetType } of page.datasets) {
      datasets.push(toDataset(datasetArn, datasetType, datasetGroupArn));
    }
  }
  return split(datasets);
}

async function describeDataset(datasetArn: string | undefined, client: PersonalizeClient): Promise<Dataset> {
  const { dataset } = await client.send(new DescribeDatasetCommand({ datasetArn }));
  return toDataset(dataset?.datasetArn, dataset?.datasetType, dataset?.datasetGroupArn);
}

function toDataset(datasetArn?: string, datasetType?: string, datasetGroupArn?: string): Dataset {
  if (!datasetArn || !validate(datasetArn) || !datasetType || !datasetGroupArn) {
    throw new UnexpectedAnswerError(
      `Personalize described ${datasetArn ?? 'a dataset'} without its ARN, type or group.`,
    );
  }
  const datasetGroup = parse(datasetGroupArn).resource.replace(/^dataset-group\//, '');
  return { datasetArn, datasetType: datasetType.toUpperCase(), datasetGroup };
}

function split(datasets: Dataset[]): { datasets: Dataset[]; skipped: SkippedDataset[] } {
  return {
    datasets: datasets.filter(isExportable),
    skipped: datasets
      .filter((dataset) => !isExportable(dataset))
      .map((dataset) => ({ datasetArn: dataset.datasetArn, reason: notExportable(dataset) })),
  };
}

function isExportable({ datasetType }: Dataset): boolean {
  return EXPORTABLE.includes(datasetType);
}

function notExportable({ datasetArn, datasetType }: Dataset): string {
  return `${datasetArn} is of type ${datasetType}, which Personalize can't export; only ${EXPORTABLE.join(', ')} can be.`;
}

/** What the service refuses here is the subject that the request names. */
function namingTheField(request: ExportRequest): (error: Error) => never {
  return (error) => {
    if (error.name !== 'ResourceNotFoundException' && error.name !== 'InvalidInputException') throw error;
    const field = SUBJECTS.find((name) => Object.hasOwn(request, name));
    throw new InvalidRequestError(`${field}: ${error.message}`, { cause: error });
  };
}
