import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import { InvalidRequestError } from '../lambda/errors.ts';
import { MAX_RESOURCE_NAME_CHARACTERS } from '../lambda/limits.ts';
import type { PollBounds } from '../poll/poll-bounds.ts';
import type { Plan, PlanExportsEvent, PlannedExport, Skipped } from '../state.ts';
import { nameWithHash } from './names.ts';
import { defaultOutputPath, isBelowPrefix, requestedOutputPath } from './output-path.ts';
import { type ExportRequest, SUBJECTS } from './request.ts';
import { type Dataset, datasetGroupName, resolveSubject } from './resolve-subject.ts';

/** The deployment's settings: what stands in for a field that a request leaves out, and how an import is polled. */
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
  client: PersonalizeClient,
): Promise<RequestPlan> {
  refuseRepeatedTagKeys(request);
  const deadlineMinutes = request.deadlineMinutes ?? defaults.deadlineMinutes;
  const deadline = new Date(Date.parse(startedAt) + deadlineMinutes * 60_000).toISOString();
  const execution = { executionName, startedAt, deadline };
  const { import: imported, datasets, skipped } = await resolveSubject(request, execution, defaults.pollBounds, client);
  const exports = datasets.map((dataset) => planExport(dataset, request, execution, defaults));
  return { import: imported, exports, skipped, ...nothingToExport(request, skipped, exports) };
}

/** Why a request leads to no export, unless nobody asked for one. */
function nothingToExport(request: ExportRequest, skipped: Skipped[], exports: PlannedExport[]) {
  if (exports.length > 0 || request.quietIfNothing) return {};
  const field = SUBJECTS.find((name) => Object.hasOwn(request, name));
  const reason = skipped.map((one) => `${field}: ${one.reason}`).join('\n');
  const { datasetGroupArn } = request;
  return { nothingToExport: { reason, ...(datasetGroupArn && { datasetGroup: datasetGroupName(datasetGroupArn) }) } };
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
  const destination = requestedDestination(request, defaults.bucket, dataset.datasetType);
  const { roleArn, ingestionMode, tags } = defaults;
  const settled = { roleArn, ingestionMode, tags, ...fieldsToCarryOver(request), deadline };
  // Two deployments may export after the same import: the state machine's ARN keeps their job names apart.
  const hashed = [defaults.stateMachineArn, executionName, dataset.datasetArn, JSON.stringify([settled, destination])];
  const jobName =
    request.jobName ??
    nameWithHash([dataset.datasetType.toLowerCase(), executionName], hashed, MAX_RESOURCE_NAME_CHARACTERS);
  const defaultDestination = () => ({
    path: defaultOutputPath(defaults, { ...dataset, jobName, startedAt }),
    ...(defaults.kmsKeyArn && { kmsKeyArn: defaults.kmsKeyArn }),
  });
  const s3DataDestination = destination ?? defaultDestination();
  return {
    ...dataset,
    jobName,
    ...settled,
    jobOutput: { s3DataDestination },
    given: OPTIONAL_FIELDS.filter((field) => request[field] !== undefined),
    verify: defaults.verifyExports && isBelowPrefix(s3DataDestination.path, defaults),
    ...(request.origin && { origin: request.origin }),
  };
}

const OPTIONAL_FIELDS = ['jobName', 'roleArn', 'jobOutput', 'ingestionMode', 'tags', 'deadlineMinutes'] as const;

/** The fields of a request that its exports get as they are. The plan itself uses up the ones that are left out here. */
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

/** The request's own destination, if it gives one: the datasets of a group get a folder each. */
function requestedDestination(request: ExportRequest, bucket: string, datasetType: string) {
  const destination = request.jobOutput?.s3DataDestination;
  const subfolder = request.datasetGroupArn === undefined ? undefined : datasetType;
  return destination && { ...destination, path: requestedOutputPath(destination.path, bucket, subfolder) };
}
