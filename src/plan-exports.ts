import {
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  type PersonalizeClient,
  paginateListDatasets,
} from '@aws-sdk/client-personalize';
import { parse } from '@aws-sdk/util-arn-parser';
import * as validators from '#validators';
import { personalize } from './clients.ts';
import { InvalidRequestError, UnexpectedAnswerError } from './errors.ts';
import { importPhase } from './import-phase.ts';
import { logger } from './logger.ts';
import { nameWithHash } from './names.ts';
import { defaultOutputPath, requestedOutputPath } from './output-path.ts';
import type { PollBounds } from './polling.ts';
import type { ExportRequest } from './request.ts';
import type { ImportState, Plan, PlanExportsEvent, PlannedExport, SkippedDataset } from './state.ts';
import { check, SUBJECTS } from './validation-message.ts';

/** What the deployment fills in where a request is silent. */
export interface ExportDefaults {
  stateMachineArn: string;
  roleArn: string;
  bucket: string;
  keyPrefix: string;
  kmsKeyArn: string | undefined;
  ingestionMode: PlannedExport['ingestionMode'];
  tags: PlannedExport['tags'];
  deadlineMinutes: number;
  pollBounds: PollBounds;
}

interface Dataset {
  datasetArn: string;
  datasetType: string;
  datasetGroup: string;
}

/** The types that CreateDatasetExportJob takes; Actions and Action_Interactions can't be exported.
 * Source: Amazon Personalize developer guide, "Exporting the training data in a dataset to Amazon S3". */
const EXPORTABLE = ['INTERACTIONS', 'ITEMS', 'USERS'];

/** From a request to one complete CreateDatasetExportJob request a dataset.
 * @throws InvalidRequestError naming every field at fault, also where the service knows no such dataset. */
export async function planExports(
  event: PlanExportsEvent,
  defaults: ExportDefaults,
  client: PersonalizeClient = personalize,
): Promise<Plan> {
  refuseFaultyOrigin(event.request);
  const request = check<ExportRequest>(validators.request, event.request);
  refuseRepeatedTagKeys(request);
  const startedAt = event.startedAt;
  const deadlineMinutes = request.deadlineMinutes ?? defaults.deadlineMinutes;
  const deadline = new Date(Date.parse(startedAt) + deadlineMinutes * 60_000).toISOString();
  const subject = await resolveSubject(request, { startedAt, deadline }, defaults.pollBounds, client).catch(
    namingTheField(request),
  );
  const exports = subject.datasets.map((dataset) =>
    planOne(dataset, request, { ...event, deadline }, defaults, subject.isGroup),
  );
  logger.info('exports planned', {
    exports: exports.length,
    skipped: subject.skipped.length,
    importPhase: subject.import.phase,
  });
  return { import: subject.import, exports, skipped: subject.skipped, startedAt };
}

interface Subject {
  import: ImportState;
  datasets: Dataset[];
  skipped: SkippedDataset[];
  isGroup: boolean;
}

async function resolveSubject(
  request: ExportRequest,
  times: { startedAt: string; deadline: string },
  pollBounds: PollBounds,
  client: PersonalizeClient,
): Promise<Subject> {
  if (request.datasetGroupArn !== undefined) {
    return { import: { phase: 'none' }, ...(await datasetsOfGroup(request.datasetGroupArn, client)), isGroup: true };
  }
  if (request.datasetImportJobArn !== undefined) {
    const { datasetImportJob } = await client.send(
      new DescribeDatasetImportJobCommand({ datasetImportJobArn: request.datasetImportJobArn }),
    );
    if (!datasetImportJob?.datasetArn) {
      throw new UnexpectedAnswerError(`Personalize described ${request.datasetImportJobArn} without its dataset.`);
    }
    const dataset = await describeDataset(datasetImportJob.datasetArn, client);
    // An import whose dataset can't be exported is not worth waiting for.
    const importState: ImportState = isExportable(dataset)
      ? importPhase(datasetImportJob, request.datasetImportJobArn, times, pollBounds)
      : { phase: 'none' };
    return { import: importState, ...split([dataset]), isGroup: false };
  }
  const dataset = await describeDataset(request.datasetArn, client);
  if (!isExportable(dataset)) throw new InvalidRequestError(`datasetArn: ${notExportable(dataset)}`);
  return { import: { phase: 'none' }, datasets: [dataset], skipped: [], isGroup: false };
}

async function datasetsOfGroup(datasetGroupArn: string, client: PersonalizeClient) {
  // ListDatasets promises no ResourceNotFoundException: a group that isn't there would look like an empty one.
  await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
  const datasets: Dataset[] = [];
  for await (const page of paginateListDatasets({ client, pageSize: 100 }, { datasetGroupArn })) {
    for (const { datasetArn, datasetType } of page.datasets ?? []) {
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
  if (!datasetArn || !datasetType || !datasetGroupArn) {
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

function planOne(
  dataset: Dataset,
  request: ExportRequest,
  { executionName, startedAt, deadline }: PlanExportsEvent & { deadline: string },
  defaults: ExportDefaults,
  isGroup: boolean,
): PlannedExport {
  // The state machine's ARN keeps two deployments that follow the same import from asking for one name.
  const hashed = [defaults.stateMachineArn, executionName, dataset.datasetArn];
  const jobName = request.jobName ?? nameWithHash([dataset.datasetType.toLowerCase(), executionName], hashed, 63);
  const destination = request.jobOutput?.s3DataDestination;
  return {
    ...dataset,
    jobName,
    roleArn: request.roleArn ?? defaults.roleArn,
    jobOutput: {
      s3DataDestination: destination
        ? {
            ...destination,
            path: requestedOutputPath(destination.path, defaults.bucket, isGroup ? dataset.datasetType : undefined),
          }
        : {
            path: defaultOutputPath(defaults, { ...dataset, jobName, startedAt }),
            ...(defaults.kmsKeyArn && { kmsKeyArn: defaults.kmsKeyArn }),
          },
    },
    ingestionMode: request.ingestionMode ?? defaults.ingestionMode,
    tags: request.tags ?? defaults.tags,
    deadline,
    ...(request.origin && { origin: request.origin }),
  };
}

/** A way in found that its event can never become a request, and says so here, where it ends in a notification. */
function refuseFaultyOrigin(request: unknown): void {
  const { fault } = Object(Object(request).origin) as { fault?: unknown };
  if (typeof fault === 'string') throw new InvalidRequestError(fault);
}

function refuseRepeatedTagKeys({ tags = [] }: ExportRequest): void {
  const keys = tags.map(({ tagKey }) => tagKey);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined)
    throw new InvalidRequestError(`tags: the tagKey ${repeated} is given twice; once is allowed.`);
}

/** What the service refuses here is the subject that the request names. */
function namingTheField(request: ExportRequest): (error: Error) => never {
  return (error) => {
    if (error.name !== 'ResourceNotFoundException' && error.name !== 'InvalidInputException') throw error;
    const field = SUBJECTS.find((name) => Object.hasOwn(request, name));
    throw new InvalidRequestError(`${field}: ${error.message}`, { cause: error });
  };
}
