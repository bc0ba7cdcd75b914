import * as validators from '#validators';
import { personalize } from '../lambda/clients.ts';
import { InvalidRequestError } from '../lambda/errors.ts';
import { MAX_EXPORTS, MAX_PLAN_BYTES, MAX_REASON_CHARACTERS } from '../lambda/limits.ts';
import { logger } from '../lambda/logger.ts';
import { shorten } from '../lambda/shorten.ts';
import { check, joinFaults } from '../lambda/validation-message.ts';
import type { Plan, PlanExportsEvent, PlannedExport } from '../state.ts';
import { misplacedArns } from './misplaced-arns.ts';
import { invalidPath, keyInBucket } from './output-path.ts';
import { type ExportDefaults, type PlanClients, planRequest, type RequestPlan } from './plan-request.ts';
import type { BatchRequest, ExportRequest, Rejection } from './request.ts';
import { refuseTooLarge } from './request-size.ts';

export type { ExportDefaults };

/** Turns the input of an execution (a request, a batch or a rejection) into CreateDatasetExportJob requests, one per export.
 * @throws InvalidRequestError that quotes a rejection, or that names every field at fault; a subject that Personalize does
 * not know is such a fault. */
export async function planExports(
  event: PlanExportsEvent,
  defaults: ExportDefaults,
  clients: PlanClients = { personalize },
): Promise<Plan> {
  refuseRejection(event.request);
  refuseTooLarge(event.request);
  const plans = hasField(event.request, 'exports')
    ? await planBatch(event, defaults, clients)
    : [await planSingle(event, defaults, clients)];
  const exports = withTheirNumber(withoutDuplicates(plans.flatMap((plan) => plan.exports)));
  refuseSharedFolders(exports, defaults.bucket);
  refuseLargePlan(exports);
  const skipped = plans.flatMap((plan) => plan.skipped);
  const imported = plans[0]?.import ?? { phase: 'none' as const };
  logger.info('exports planned', { exports: exports.length, skipped: skipped.length, importPhase: imported.phase });
  return { import: imported, exports, skipped, startedAt: event.startedAt, ...nothingToExport(plans) };
}

/** The requests that lead to no export, as one. */
function nothingToExport(plans: RequestPlan[]): Pick<Plan, 'nothingToExport'> {
  if (plans.length === 1) return plans[0]?.nothingToExport ? { nothingToExport: plans[0].nothingToExport } : {};
  const reasons = plans.flatMap(({ nothingToExport: nothing }, index) =>
    nothing ? nothing.reason.split('\n').map((line) => `exports[${index}].${line}`) : [],
  );
  return reasons.length > 0 ? { nothingToExport: { reason: shorten(reasons.join('\n'), MAX_REASON_CHARACTERS) } } : {};
}

function hasField(request: unknown, name: string): boolean {
  return request !== null && typeof request === 'object' && Object.hasOwn(request, name);
}

/** A trigger's rejection fails here like any wrong request, and so ends in the same notification. */
function refuseRejection(request: unknown): void {
  if (!hasField(request, 'rejection')) return;
  const { rejection } = check<Rejection>(validators.rejection, request);
  throw new InvalidRequestError(rejection);
}

async function planSingle(
  event: PlanExportsEvent,
  defaults: ExportDefaults,
  clients: PlanClients,
): Promise<RequestPlan> {
  const request = check<ExportRequest>(validators.request, event.request);
  refuseMisplacedArns(request, defaults);
  return await planRequest(request, event, defaults, clients);
}

/** All or nothing: if one request of a batch is wrong, none is planned, and the message names every fault. */
async function planBatch(
  event: PlanExportsEvent,
  defaults: ExportDefaults,
  clients: PlanClients,
): Promise<RequestPlan[]> {
  const { exports, origin } = check<BatchRequest>(validators.batch, event.request);
  refuseMisplacedArns(event.request, defaults);
  const plans: RequestPlan[] = [];
  const faults: string[] = [];
  for (const [index, request] of exports.entries()) {
    try {
      refuseImport(request);
      plans.push(await planRequest({ ...request, ...(origin && { origin }) }, event, defaults, clients));
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      faults.push(`exports[${index}].${error.message}`);
    }
  }
  if (faults.length > 0) throw new InvalidRequestError(joinFaults(faults));
  return plans;
}

function refuseMisplacedArns(request: unknown, { stateMachineArn }: ExportDefaults): void {
  const misplaced = misplacedArns(request, stateMachineArn);
  if (misplaced.length > 0) throw new InvalidRequestError(joinFaults(misplaced));
}

/** An execution waits for at most one import, and before all of its exports. */
function refuseImport({ datasetImportJobArn }: ExportRequest): void {
  if (datasetImportJobArn === undefined) return;
  throw new InvalidRequestError(
    "datasetImportJobArn: a batch can't wait for an import. Send this request on its own, outside the batch.",
  );
}

/** Removes duplicates. Exports that differ have different generated names. */
function withoutDuplicates(exports: PlannedExport[]): PlannedExport[] {
  const byName = new Map<string, PlannedExport>();
  for (const planned of exports) {
    const first = byName.get(planned.jobName);
    if (first && !isSameExport(first, planned)) {
      throw new InvalidRequestError(
        `jobName: ${planned.jobName} is given for two different exports, of ${first.datasetArn} and ${planned.datasetArn}. Give each export its own jobName, or leave jobName out.`,
      );
    }
    byName.set(planned.jobName, planned);
  }
  return [...byName.values()];
}

/** Whether a field was given or is a default makes no difference. */
function isSameExport({ given: _, ...one }: PlannedExport, { given: __, ...other }: PlannedExport): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Adds to each export how many share the execution's history. An export alone needs no number. */
function withTheirNumber(exports: PlannedExport[]): PlannedExport[] {
  return exports.length > 1 ? exports.map((one) => ({ ...one, exportsInExecution: exports.length })) : exports;
}

/** In the deployment's bucket, no export may write into the folder of another. */
function refuseSharedFolders(exports: PlannedExport[], bucket: string): void {
  const paths = exports
    .map(({ jobOutput }) => jobOutput.s3DataDestination.path)
    .filter((path) => keyInBucket(path, bucket) !== undefined)
    .sort();
  // Folders end in a slash, so a folder is sorted before those in it.
  const shared = paths.find((path, index) => paths[index + 1]?.startsWith(path));
  if (shared) throw invalidPath(`${shared} would get the files of two exports. Give each export a folder of its own.`);
}

function refuseLargePlan(exports: PlannedExport[]): void {
  if (exports.length > MAX_EXPORTS) {
    throw new InvalidRequestError(
      `exports: the batch comes to ${exports.length} exports; at most ${MAX_EXPORTS} are allowed in one execution. Split the batch.`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(exports));
  if (bytes > MAX_PLAN_BYTES) {
    throw new InvalidRequestError(
      `exports: the planned exports have ${bytes} bytes; at most ${MAX_PLAN_BYTES} are allowed in one execution. Split the batch, or give fewer tags.`,
    );
  }
}
