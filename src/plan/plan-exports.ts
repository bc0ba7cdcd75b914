import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import * as validators from '#validators';
import { personalize } from '../lambda/clients.ts';
import { InvalidRequestError } from '../lambda/errors.ts';
import {
  MAX_EXPORTS,
  MAX_PLAN_BYTES,
  MAX_REJECTION_CHARACTERS,
  MAX_RESOURCE_NAME_CHARACTERS,
} from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';
import { shorten } from '../lambda/shorten.ts';
import { check, shownFaults } from '../lambda/validation-message.ts';
import type { Plan, PlanExportsEvent, PlannedExport } from '../state.ts';
import { nameWithHash } from './names.ts';
import { defaultOutputPath, requestedOutputPath } from './output-path.ts';
import type { BatchRequest, ExportRequest } from './request.ts';
import { type Dataset, resolveSubject, type Subject, type SubjectSettings } from './resolve-subject.ts';

/** What the deployment fills in where a request is silent. */
export interface ExportDefaults extends SubjectSettings {
  stateMachineArn: string;
  roleArn: string;
  bucket: string;
  keyPrefix: string;
  kmsKeyArn: string | undefined;
  ingestionMode: PlannedExport['ingestionMode'];
  tags: PlannedExport['tags'];
  deadlineMinutes: number;
}

/** From a request, or a batch of them, to one complete CreateDatasetExportJob request an export.
 * @throws InvalidRequestError naming every field at fault, also where the service knows no such dataset. */
export async function planExports(
  event: PlanExportsEvent,
  defaults: ExportDefaults,
  client: PersonalizeClient = personalize,
): Promise<Plan> {
  refuseFaultyOrigin(event.request);
  const parts = isBatch(event.request)
    ? await planBatch(check<BatchRequest>(validators.batch, event.request), event, defaults, client)
    : [await planRequest(check<ExportRequest>(validators.request, event.request), event, defaults, client)];
  const exports = distinct(parts.flatMap((part) => part.exports));
  const planned = exports.length > 1 ? exports.map((one) => ({ ...one, exportsInExecution: exports.length })) : exports;
  refuseTooMuch(planned);
  const skipped = parts.flatMap((part) => part.skipped);
  const imported = parts[0]?.import ?? { phase: 'none' as const };
  logger.info('exports planned', { exports: planned.length, skipped: skipped.length, importPhase: imported.phase });
  return { import: imported, exports: planned, skipped, startedAt: event.startedAt };
}

type Part = Pick<Plan, 'import' | 'skipped'> & { exports: PlannedExport[] };

async function planRequest(
  request: ExportRequest,
  event: PlanExportsEvent,
  defaults: ExportDefaults,
  client: PersonalizeClient,
): Promise<Part> {
  refuseRepeatedTagKeys(request);
  const { startedAt } = event;
  const deadlineMinutes = request.deadlineMinutes ?? defaults.deadlineMinutes;
  const deadline = new Date(Date.parse(startedAt) + deadlineMinutes * 60_000).toISOString();
  const subject: Subject = await resolveSubject(request, { startedAt, deadline }, defaults, client);
  const exports = subject.datasets.map((dataset) =>
    planOne(dataset, request, { ...event, deadline }, defaults, subject.isGroup),
  );
  return { import: subject.import, exports, skipped: subject.skipped };
}

function isBatch(request: unknown): boolean {
  return request !== null && typeof request === 'object' && Object.hasOwn(request, 'exports');
}

/** All or nothing: where one request of a batch is wrong, none is started, and every fault is told at once. */
async function planBatch(
  { exports: requests, origin }: BatchRequest,
  event: PlanExportsEvent,
  defaults: ExportDefaults,
  client: PersonalizeClient,
): Promise<Part[]> {
  const parts: Part[] = [];
  const faults: string[] = [];
  for (const [index, request] of requests.entries()) {
    try {
      refuseImport(request);
      parts.push(await planRequest({ ...request, ...(origin && { origin }) }, event, defaults, client));
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      faults.push(`exports[${index}].${error.message}`);
    }
  }
  if (faults.length > 0) throw new InvalidRequestError(shownFaults(faults));
  return parts;
}

/** The machine waits for one import, before it exports anything. */
function refuseImport({ datasetImportJobArn }: ExportRequest): void {
  if (datasetImportJobArn === undefined) return;
  throw new InvalidRequestError(
    'datasetImportJobArn: an import is waited for by an execution of its own. Send this request apart.',
  );
}

/** An export that is asked for twice is one: names are made from all that makes an export this export. */
function distinct(exports: PlannedExport[]): PlannedExport[] {
  const byName = new Map<string, PlannedExport>();
  for (const planned of exports) {
    const there = byName.get(planned.jobName);
    if (there && JSON.stringify(there) !== JSON.stringify(planned)) {
      throw new InvalidRequestError(
        `jobName: ${planned.jobName} is given to two different exports, of ${there.datasetArn} and ${planned.datasetArn}. Give each its own, or none.`,
      );
    }
    byName.set(planned.jobName, planned);
  }
  return [...byName.values()];
}

function refuseTooMuch(exports: PlannedExport[]): void {
  if (exports.length > MAX_EXPORTS) {
    throw new InvalidRequestError(
      `exports: ${exports.length} datasets are to be exported; one execution takes at most ${MAX_EXPORTS}. Split the batch.`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(exports));
  if (bytes > MAX_PLAN_BYTES) {
    throw new InvalidRequestError(
      `exports: planned, they have ${bytes} bytes; an execution's state carries at most ${MAX_PLAN_BYTES}. Split the batch, or give fewer tags.`,
    );
  }
}

function planOne(
  dataset: Dataset,
  request: ExportRequest,
  { executionName, startedAt, deadline }: PlanExportsEvent & { deadline: string },
  defaults: ExportDefaults,
  isGroup: boolean,
): PlannedExport {
  const destination = requestedDestination(request, defaults.bucket, isGroup ? dataset.datasetType : undefined);
  const settled = {
    roleArn: request.roleArn ?? defaults.roleArn,
    ingestionMode: request.ingestionMode ?? defaults.ingestionMode,
    tags: request.tags ?? defaults.tags,
    deadline,
  };
  // The state machine's ARN keeps two deployments that follow the same import from asking for one name.
  const hashed = [defaults.stateMachineArn, executionName, dataset.datasetArn, JSON.stringify([settled, destination])];
  const jobName =
    request.jobName ??
    nameWithHash([dataset.datasetType.toLowerCase(), executionName], hashed, MAX_RESOURCE_NAME_CHARACTERS);
  const ownFolder = () => ({
    path: defaultOutputPath(defaults, { ...dataset, jobName, startedAt }),
    ...(defaults.kmsKeyArn && { kmsKeyArn: defaults.kmsKeyArn }),
  });
  return {
    ...dataset,
    jobName,
    ...settled,
    jobOutput: { s3DataDestination: destination ?? ownFolder() },
    ...(request.origin && { origin: request.origin }),
  };
}

function requestedDestination({ jobOutput }: ExportRequest, bucket: string, datasetType: string | undefined) {
  const destination = jobOutput?.s3DataDestination;
  return destination && { ...destination, path: requestedOutputPath(destination.path, bucket, datasetType) };
}

/** A way in found that its event can never become a request, and says so here, where it ends in a notification. */
function refuseFaultyOrigin(request: unknown): void {
  const { fault } = Object(Object(request).origin) as { fault?: unknown };
  if (typeof fault === 'string') throw new InvalidRequestError(shorten(fault, MAX_REJECTION_CHARACTERS));
}

function refuseRepeatedTagKeys({ tags = [] }: ExportRequest): void {
  const keys = tags.map(({ tagKey }) => tagKey);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined)
    throw new InvalidRequestError(`tags: the tagKey ${repeated} is given twice; once is allowed.`);
}
