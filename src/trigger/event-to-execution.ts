import { parse, validate } from '@aws-sdk/util-arn-parser';
import { jsonText } from '../lambda/json-text.ts';
import {
  MAX_EXECUTION_NAME_CHARACTERS,
  MAX_ORIGIN_CHARACTERS,
  MAX_REJECTION_CHARACTERS,
  MAX_REQUEST_BYTES,
} from '../lambda/limits.ts';
import { cut } from '../lambda/shorten.ts';
import { nameWithHash } from '../plan/names.ts';
import type { Origin } from '../plan/request.ts';
import type { ReadRequestFile } from './request-file.ts';
import type { EventBridgeEvent, StartExportEvent, Trigger } from './start-export-event.ts';

/** What StartExecution is called with. The input is a request, a batch or a rejection, as src/plan/request.ts defines them. */
export interface Execution {
  /** Follows from what identifies the event, so a duplicate has the same name. */
  name: string;
  /** The name to use if another execution has taken `name`. It follows from what identifies the event and from the request. */
  otherName: string;
  input: Record<string, unknown>;
  /** ISO 8601: an execution that started before can't be of this event. Missing where the event's sender can choose the
   * time. */
  happenedAt?: string;
  /** The event is of a request file that could not be read. */
  isUnreadFile?: boolean;
}

/** What a trigger needs besides its event. `importDatasetGroups`: the setting; empty means every group. */
export interface TriggerContext {
  importDatasetGroups: string[];
  readRequestFile: ReadRequestFile;
}

type ToExecution = (event: EventBridgeEvent, context: TriggerContext) => Execution | Promise<Execution>;

const TO_EXECUTION: Record<Trigger, ToExecution> = {
  'import-started': importStarted,
  'solution-import-active': importActive,
  'request-dropped': requestFile,
  'export-requested': exportRequested,
  schedule,
};

/** Turns an event into the execution that it requests. An event that can never become an export becomes an execution as
 * well, one that is rejected, so that its notification says why. */
export async function executionFor({ trigger, event }: StartExportEvent, context: TriggerContext): Promise<Execution> {
  return await TO_EXECUTION[trigger](event, context);
}

/** CloudTrail's event of the call CreateDatasetImportJob. The import has only started: the state machine waits for its end. */
function importStarted({ id, detail }: EventBridgeEvent, context: TriggerContext): Execution {
  const { datasetImportJobArn } = Object(detail.responseElements) as { datasetImportJobArn?: unknown };
  const origin = { trigger: 'import started', eventId: id };
  const execution = importExecution(
    datasetImportJobArn,
    'detail.responseElements.datasetImportJobArn',
    origin,
    context,
  );
  return { ...execution, ...happenedAt(detail.eventTime) };
}

/** The event of the AWS Solution "Maintaining Personalized Experiences". */
function importActive({ id, detail }: EventBridgeEvent, context: TriggerContext): Execution {
  return importExecution(detail.Arn, 'detail.Arn', { trigger: 'solution', eventId: id }, context);
}

/** Both triggers give the same import the same name and request, so it is exported once. Neither event is sure to name the
 * dataset's group, so PlanExports filters by it. */
function importExecution(
  datasetImportJobArn: unknown,
  field: string,
  origin: Origin,
  { importDatasetGroups }: TriggerContext,
): Execution {
  if (typeof datasetImportJobArn !== 'string' || !validate(datasetImportJobArn)) {
    const identity = { shown: ['rejected', origin.trigger ?? ''], hashed: ['rejected', field, origin.eventId ?? ''] };
    return rejected(
      identity,
      origin,
      `${field}: ${shown(datasetImportJobArn)} is not the ARN of a dataset import job.`,
    );
  }
  const jobName = parse(datasetImportJobArn).resource.split('/').pop() ?? '';
  const filter = importDatasetGroups.length > 0 ? { onlyDatasetGroups: importDatasetGroups } : {};
  const input = { datasetImportJobArn, ...filter, quietIfNothing: true, origin: withinLimits(origin) };
  return named({ shown: ['import', jobName], hashed: [datasetImportJobArn] }, input);
}

/** S3's event of a new file under `requests/`. A file that is put again has another version, or at least another sequencer. */
async function requestFile({ id, detail }: EventBridgeEvent, { readRequestFile }: TriggerContext): Promise<Execution> {
  const object = Object(detail.object) as Record<string, unknown>;
  const [bucket, key, etag] = [text(Object(detail.bucket).name), text(object.key), text(object.etag)];
  const versionId = text(object['version-id']);
  // A bucket with suspended versioning calls every version null.
  const put: Record<string, string> =
    versionId === '' || versionId === 'null' ? { sequencer: text(object.sequencer) || id } : { versionId };
  const origin = { trigger: 'request file', bucket, key, ...put, eventId: id };
  // Nothing here depends on what the file holds: when Lambda retries a lost start, the file may be gone. The ETag stands for it.
  const identity = {
    shown: ['request', key.split('/').pop() ?? ''],
    hashed: ['request file', bucket, key, ...Object.values(put)],
    request: etag,
  };
  const file = await readRequestFile({ bucket, key, ...(put.versionId === undefined ? { etag } : { versionId }) });
  if (!('fault' in file)) return execution(identity, file.request, origin);
  return { ...rejected(identity, origin, `s3://${bucket}/${key}: ${file.fault}`), isUnreadFile: true };
}

/** EventBridge Scheduler, with the request that schedules.yml gives. */
function schedule({ detail }: EventBridgeEvent): Execution {
  const { request } = detail as { request?: unknown };
  const origin = { trigger: 'schedule', schedule: text(detail.schedule), scheduledTime: text(detail.scheduledTime) };
  const occurrence = [origin.schedule, origin.scheduledTime];
  const identity = { shown: occurrence, hashed: ['schedule', ...occurrence] };
  return { ...execution(identity, request, origin), ...happenedAt(detail.scheduledTime) };
}

/** Another service's event: its detail is the request. It may name a stage, by which the rules of the stages choose. */
function exportRequested({ id, source, detail }: EventBridgeEvent): Execution {
  const { stage: _, ...request } = detail;
  const identity = { shown: ['event', source], hashed: ['event', source, id] };
  return execution(identity, request, { trigger: 'event', source, eventId: id });
}

/** What an execution is named after: words for people, and what distinguishes the event from every other. */
interface Identity {
  shown: string[];
  hashed: string[];
  /** What stands for the request in `otherName`; by default the request itself. */
  request?: string;
}

/** The execution of a sender's request. The trigger alone says where it came from and what it was rejected for. */
function execution(identity: Identity, request: unknown, origin: Origin): Execution {
  if (request === null || typeof request !== 'object' || Array.isArray(request)) {
    return rejected(identity, origin, `request: ${shown(request)} is not a JSON object, such as {"datasetArn": "…"}.`);
  }
  if (Object.hasOwn(request, 'rejection')) {
    return rejected(identity, origin, 'rejection: only a trigger of the pipeline sets this field. Remove it.');
  }
  const input = { ...request, origin: withinLimits(origin) };
  const json = jsonText(input);
  if (json === undefined) return rejected(identity, origin, 'request: is nested too deeply to be read.');
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_REQUEST_BYTES) {
    return rejected(identity, origin, `request: has ${bytes} bytes; at most ${MAX_REQUEST_BYTES} are allowed.`);
  }
  return named(identity, input);
}

/** PlanExports fails with the rejection, and the notification quotes it. */
function rejected(identity: Identity, origin: Origin, rejection: string): Execution {
  return named(identity, { rejection: cut(rejection, MAX_REJECTION_CHARACTERS), origin: withinLimits(origin) });
}

function named({ shown, hashed, request }: Identity, input: Record<string, unknown>): Execution {
  const { origin: _, ...ownRequest } = input;
  const nameFor = (identity: string[]) => nameWithHash(shown, identity, MAX_EXECUTION_NAME_CHARACTERS);
  const otherName = nameFor([...hashed, 'name taken', request ?? JSON.stringify(ownRequest)]);
  return { name: nameFor(hashed), otherName, input };
}

/** The time at which an event happened, if it gives one. */
function happenedAt(time: unknown): Pick<Execution, 'happenedAt'> {
  return typeof time === 'string' && !Number.isNaN(Date.parse(time)) ? { happenedAt: time } : {};
}

/** A field of an event as text: a string as it is, anything else as JSON. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : (jsonText(value) ?? '');
}

/** A value as JSON, for a message. */
function shown(value: unknown): string {
  return cut(jsonText(value) ?? 'nothing', 100);
}

function withinLimits(origin: Origin): Origin {
  return Object.fromEntries(Object.entries(origin).map(([name, value]) => [name, cut(value, MAX_ORIGIN_CHARACTERS)]));
}
