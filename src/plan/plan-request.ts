import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { S3Client } from '@aws-sdk/client-s3';
import { InvalidRequestError } from '../lambda/errors.ts';
import { MAX_RESOURCE_NAME_CHARACTERS } from '../lambda/limits.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { Plan, PlanExportsEvent, PlannedExport, Skipped } from '../state.ts';
import { nameWithHash } from './names.ts';
import { defaultOutputPath, isBelowPrefix, keyInBucket, requestedFolder, requestedOutputPath } from './output-path.ts';
import { type ExportRequest, SUBJECTS } from './request.ts';
import { datasetGroupName, resolveSubject } from './resolve-subject.ts';
import type { Dataset } from './skip-datasets.ts';

/** Settings of the deployment: the values for fields that a request leaves out, and the bounds for polling an import. */
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
  verifyExports: boolean;
}

/** S3's client is loaded only if it is needed: it is as large as the rest of the function. */
export interface PlanClients {
  personalize: PersonalizeClient;
  s3?: S3Client;
}

/** What one request contributes to the plan of its execution. */
export type RequestPlan = Pick<Plan, 'import' | 'exports' | 'skipped' | 'nothingToExport'>;

/** The execution that a request is planned in. Times are ISO 8601. */
type Execution = Pick<PlanExportsEvent, 'executionName' | 'startedAt'> & { deadline: string };

/** Plans the exports of one valid request.
 * @throws InvalidRequestError naming the field at fault. */
export async function planRequest(
  request: ExportRequest,
  { executionName, startedAt }: PlanExportsEvent,
  defaults: ExportDefaults,
  { personalize, s3 }: PlanClients,
): Promise<RequestPlan> {
  refuseRepeatedTagKeys(request);
  const deadlineMinutes = request.deadlineMinutes ?? defaults.deadlineMinutes;
  const deadline = new Date(Date.parse(startedAt) + deadlineMinutes * 60_000).toISOString();
  const execution = { executionName, startedAt, deadline };
  const subject = await resolveSubject(request, execution, defaults.pollBounds, personalize);
  const { import: imported, datasets, skipped } = subject;
  const exports = datasets.map((dataset) => planExport(dataset, request, execution, defaults));
  if (request.jobOutput) await refuseFoldersInUse(exports, defaults, s3);
  return { import: imported, exports, skipped, ...nothingToExport(request, skipped, exports) };
}

/** The reason why a request leads to no export; nothing for a request that must end quietly. */
function nothingToExport(request: ExportRequest, skipped: Skipped[], exports: PlannedExport[]) {
  if (exports.length > 0 || request.quietIfNothing) return {};
  const field = SUBJECTS.find((name) => Object.hasOwn(request, name));
  const reason = skipped.map((one) => `${field}: ${one.reason}`).join('\n');
  const { datasetGroupArn } = request;
  return { nothingToExport: { reason, ...(datasetGroupArn && { datasetGroup: datasetGroupName(datasetGroupArn) }) } };
}

/** In the deployment's bucket, the folder of an export must be empty. */
async function refuseFoldersInUse(exports: PlannedExport[], { bucket }: ExportDefaults, s3?: S3Client): Promise<void> {
  const paths = exports.map(({ jobOutput }) => jobOutput.s3DataDestination.path);
  for (const path of paths.filter((one) => keyInBucket(one, bucket) !== undefined)) {
    const { refuseFolderInUse } = await import('./empty-folder.ts');
    await refuseFolderInUse(path, bucket, s3);
  }
}

function refuseRepeatedTagKeys({ tags = [] }: ExportRequest): void {
  const keys = tags.map(({ tagKey }) => tagKey);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated === undefined) return;
  throw new InvalidRequestError(`tags: the tagKey ${repeated} is given more than once. Give each tagKey once.`);
}

function planExport(
  dataset: Dataset,
  request: ExportRequest,
  { executionName, startedAt, deadline }: Execution,
  defaults: ExportDefaults,
): PlannedExport {
  const destination = requestedDestination(request, dataset.datasetType);
  const { roleArn, ingestionMode, tags } = defaults;
  const settled = { roleArn, ingestionMode, tags, ...fieldsToCarryOver(request), deadline };
  // Two deployments may export after the same import: the state machine's ARN keeps their job names apart.
  const hashed = [defaults.stateMachineArn, executionName, dataset.datasetArn, JSON.stringify([settled, destination])];
  const jobName =
    request.jobName ??
    nameWithHash([dataset.datasetType.toLowerCase(), executionName], hashed, MAX_RESOURCE_NAME_CHARACTERS);
  const newExport = { ...dataset, jobName, startedAt };
  const s3DataDestination = destination
    ? { ...destination, path: requestedOutputPath(destination.path, defaults, newExport) }
    : {
        path: defaultOutputPath(defaults, newExport),
        ...(defaults.kmsKeyArn && { kmsKeyArn: defaults.kmsKeyArn }),
      };
  return {
    ...dataset,
    jobName,
    ...settled,
    jobOutput: { s3DataDestination },
    ...(destination && destination.path !== s3DataDestination.path && { pathTemplate: destination.path }),
    given: OPTIONAL_FIELDS.filter((field) => request[field] !== undefined),
    verify: defaults.verifyExports && isBelowPrefix(s3DataDestination.path, defaults),
    ...(request.origin && { origin: request.origin }),
  };
}

const OPTIONAL_FIELDS = ['jobName', 'roleArn', 'jobOutput', 'ingestionMode', 'tags', 'deadlineMinutes'] as const;

/** The fields of a request that its exports get unchanged. The other fields are used by the plan itself. */
function fieldsToCarryOver({
  datasetArn,
  datasetGroupArn,
  datasetImportJobArn,
  onlyDatasetGroups,
  quietIfNothing,
  jobName,
  jobOutput,
  deadlineMinutes,
  origin,
  ...fields
}: ExportRequest) {
  return fields;
}

/** The request's own destination, if it gives one, with its placeholders. The datasets of a group get a folder each. */
function requestedDestination(request: ExportRequest, datasetType: string) {
  const destination = request.jobOutput?.s3DataDestination;
  const subfolder = request.datasetGroupArn === undefined ? undefined : datasetType;
  return destination && { ...destination, path: requestedFolder(destination.path, subfolder) };
}
