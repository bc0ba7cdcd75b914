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
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { ImportState, Skipped } from '../state.ts';
import { type ExportRequest, SUBJECTS } from './request.ts';
import { type Dataset, skipDatasets } from './skip-datasets.ts';

const NO_IMPORT: ImportState = { phase: 'none' };

/** What a request's subject stands for: the datasets to export, those to skip, and the import to wait for first. */
export interface ResolvedSubject {
  import: ImportState;
  datasets: Dataset[];
  skipped: Skipped[];
}

/** When the execution started and when it must have ended, ISO 8601. */
interface Times {
  startedAt: string;
  deadline: string;
}

/** Asks Personalize what the subject of a request stands for.
 * @throws InvalidRequestError naming the field when Personalize does not know the subject, or can't export it. */
export async function resolveSubject(
  request: ExportRequest,
  times: Times,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<ResolvedSubject> {
  const { datasetGroupArn, datasetImportJobArn, datasetArn, onlyDatasetGroups } = request;
  try {
    if (datasetGroupArn !== undefined) {
      const datasets = await datasetsOfGroup(datasetGroupArn, client);
      if (datasets.length === 0) return withoutDatasets(datasetGroupArn);
      return { import: NO_IMPORT, ...skipDatasets(datasets, onlyDatasetGroups) };
    }
    if (datasetImportJobArn !== undefined) {
      return await resolveImport({ datasetImportJobArn, onlyDatasetGroups }, times, pollBounds, client);
    }
    const { datasets, skipped } = skipDatasets([await describeDataset(datasetArn, client)], onlyDatasetGroups);
    if (skipped[0]) throw new InvalidRequestError(`datasetArn: ${skipped[0].reason}`);
    return { import: NO_IMPORT, datasets, skipped };
  } catch (error) {
    throw asFaultOfSubject(error as Error, request);
  }
}

async function resolveImport(
  { datasetImportJobArn, onlyDatasetGroups }: { datasetImportJobArn: string; onlyDatasetGroups?: string[] },
  { startedAt, deadline }: Times,
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<ResolvedSubject> {
  const { datasetImportJob } = await client.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }));
  if (!datasetImportJob?.datasetArn) {
    throw new UnexpectedAnswerError(`Personalize described ${datasetImportJobArn} without its dataset.`);
  }
  const dataset = await describeDataset(datasetImportJob.datasetArn, client);
  const { datasets, skipped } = skipDatasets([dataset], onlyDatasetGroups);
  // If its dataset is skipped, the import need not be awaited.
  const imported =
    datasets.length > 0
      ? importPhase(datasetImportJob, { startedAt, deadline, ...dataset, datasetImportJobArn }, pollBounds)
      : NO_IMPORT;
  return { import: imported, datasets, skipped };
}

async function datasetsOfGroup(datasetGroupArn: string, client: PersonalizeClient): Promise<Dataset[]> {
  // ListDatasets is not documented to fail for an unknown group: without this call one would look like an empty group.
  await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
  const datasets: Dataset[] = [];
  for await (const page of paginateListDatasets({ client, pageSize: MAX_PAGE_ENTRIES }, { datasetGroupArn })) {
    if (!page.datasets) throw new UnexpectedAnswerError(`Personalize listed ${datasetGroupArn} without its datasets.`);
    for (const { datasetArn, datasetType } of page.datasets) {
      datasets.push(toDataset(datasetArn, datasetType, datasetGroupArn));
    }
  }
  return datasets;
}

function withoutDatasets(datasetGroupArn: string): ResolvedSubject {
  const reason = `${datasetGroupArn} has no datasets.`;
  return { import: NO_IMPORT, datasets: [], skipped: [{ datasetGroupArn, reason }] };
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
  const datasetGroup = datasetGroupName(datasetGroupArn);
  return { datasetArn, datasetType: datasetType.toUpperCase(), datasetGroup };
}

/** The name in the ARN of a dataset group. */
export function datasetGroupName(datasetGroupArn: string): string {
  return parse(datasetGroupArn).resource.replace(/^dataset-group\//, '');
}

/** If Personalize refuses a call above, the subject of the request is at fault. */
function asFaultOfSubject(error: Error, request: ExportRequest): Error {
  if (error.name !== 'ResourceNotFoundException' && error.name !== 'InvalidInputException') return error;
  const field = SUBJECTS.find((name) => Object.hasOwn(request, name));
  return new InvalidRequestError(`${field}: ${error.message}`, { cause: error });
}
