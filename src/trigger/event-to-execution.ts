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
import type { EventBridgeEvent } from '../state.ts';
import type { ReadRequestFile } from './request-file.ts';

/** What StartExecution is called with. The name follows from what identifies the event, so a duplicate has the same name.
 * The input is a request, a batch or a rejection, as src/plan/request.ts defines them. */
export interface Execution {
  name: string;
  input: Record<string, unknown>;
}

/** What a trigger needs besides its event. `importDatasetGroups`: the setting; empty means every group. */
export interface TriggerContext {
  importDatasetGroups: string[];
  readRequestFile: ReadRequestFile;
}

type Trigger = (event: EventBridgeEvent, context: TriggerContext) => Execution | Promise<Execution>;

/** The triggers, by the `source` or the `detail-type` of their events. */
const BY_SOURCE: Record<string, Trigger> = {
  'aws.personalize': importStarted,
  'solutions.aws.personalize': importActive,
  'aws.s3': requestFile,
  'aws.scheduler': schedule,
};
const BY_DETAIL_TYPE: Record<string, Trigger> = { 'Dataset Export Requested': exportRequested };

/** Turns an event into the execution that it asks for. An event that can never become an export becomes an execution as
 * well, one that is rejected, so that its notification says why. */
export async function executionFor(event: EventBridgeEvent, context: TriggerContext): Promise<Execution> {
  const trigger = find(BY_SOURCE, event.source) ?? find(BY_DETAIL_TYPE, event['detail-type']) ?? unknownEvent;
  return await trigger(event, context);
}

function find(triggers: Record<string, Trigger>, name: string): Trigger | undefined {
  return Object.hasOwn(triggers, name) ? triggers[name] : undefined;
}

/** CloudTrail's event of the call CreateDatasetImportJob. The import has only started: the state machine waits for its end. */
function importStarted({ id, detail }: EventBridgeEvent): Execution {
  const { datasetImportJobArn } = Object(detail.responseElements) as { datasetImportJobArn?: unknown };
  const origin = { trigger: 'import started', eventId: id };
  return importExecution(datasetImportJobArn, 'detail.responseElements.datasetImportJobArn', origin);
}

/** The event of the AWS Solution "Maintaining Personalized Experiences". It does not name the dataset group, so its rule
 * can't filter by group: PlanExports does. */
function importActive({ id, detail }: EventBridgeEvent, { importDatasetGroups }: TriggerContext): Execution {
  const filter = importDatasetGroups.length > 0 ? { onlyDatasetGroups: importDatasetGroups } : {};
  return importExecution(detail.Arn, 'detail.Arn', { trigger: 'solution', eventId: id }, filter);
}

/** Both triggers give the same import the same name, so it is exported once. */
function importExecution(
  datasetImportJobArn: unknown,
  field: string,
  origin: Origin,
  filter: { onlyDatasetGroups?: string[] } = {},
): Execution {
  if (typeof datasetImportJobArn !== 'string' || !validate(datasetImportJobArn)) {
    const name = nameFor(['rejected', origin.trigger ?? ''], ['rejected', field, origin.eventId ?? '']);
    return rejected(name, origin, `${field}: ${shown(datasetImportJobArn)} is not the ARN of a dataset import job.`);
  }
  const jobName = parse(datasetImportJobArn).resource.split('/').pop() ?? '';
  return {
    name: nameFor(['import', jobName], [datasetImportJobArn]),
    input: { datasetImportJobArn, ...filter, quietIfNothing: true, origin: withinLimits(origin) },
  };
}

/** S3's event of a new file under `requests/`. */
async function requestFile({ id, detail }: EventBridgeEvent, { readRequestFile }: TriggerContext): Promise<Execution> {
  const object = Object(detail.object) as Record<string, unknown>;
  const [bucket, key, etag] = [text(Object(detail.bucket).name), text(object.key), text(object.etag)];
  const versionId = text(object['version-id']) || undefined;
  const origin = { trigger: 'request file', bucket, key, eventId: id };
  // The name does not depend on what the file holds: when Lambda retries a lost start, the file may be gone.
  const identity = ['request file', bucket, key, versionId ?? etag];
  const name = nameFor(['request', key.split('/').pop() ?? ''], identity);
  const file = await readRequestFile({ bucket, key, versionId });
  return 'fault' in file
    ? rejected(name, origin, `s3://${bucket}/${key}: ${file.fault}`)
    : execution(name, file.request, origin);
}

/** EventBridge Scheduler, with the request that schedules.yml gives. */
function schedule({ detail }: EventBridgeEvent): Execution {
  const { request } = detail as { request?: unknown };
  const origin = { trigger: 'schedule', schedule: text(detail.schedule), scheduledTime: text(detail.scheduledTime) };
  const occurrence = [origin.schedule, origin.scheduledTime];
  const name = nameFor(occurrence, ['schedule', ...occurrence]);
  return execution(name, request, origin);
}

/** Another service's event, whose detail is the request. */
function exportRequested({ id, source, detail }: EventBridgeEvent): Execution {
  const name = nameFor(['event', source], ['event', source, id]);
  return execution(name, detail, { trigger: 'event', source, eventId: id });
}

function unknownEvent({ id, source, 'detail-type': detailType }: EventBridgeEvent): Execution {
  const rejection = `source: no trigger takes events from ${shown(source)} with the detail-type ${shown(detailType)}. Correct the rule that sent this event to the function start-export.`;
  const name = nameFor(['rejected', 'event'], ['rejected', source, id]);
  return rejected(name, { trigger: 'event', source, eventId: id }, rejection);
}

/** The execution of a sender's request. The trigger alone says where it came from and what it was rejected for. */
function execution(name: string, request: unknown, origin: Origin): Execution {
  if (request === null || typeof request !== 'object' || Array.isArray(request)) {
    return rejected(name, origin, `request: ${shown(request)} is not a JSON object, such as {"datasetArn": "…"}.`);
  }
  if (Object.hasOwn(request, 'rejection')) {
    return rejected(name, origin, 'rejection: only a trigger of the pipeline sets this field. Remove it.');
  }
  const input = { ...request, origin: withinLimits(origin) };
  const json = jsonText(input);
  if (json === undefined) return rejected(name, origin, 'request: is nested too deeply to be read.');
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_REQUEST_BYTES) {
    return rejected(name, origin, `request: has ${bytes} bytes; at most ${MAX_REQUEST_BYTES} are allowed.`);
  }
  return { name, input };
}

/** PlanExports fails with the rejection, and the notification quotes it. */
function rejected(name: string, origin: Origin, rejection: string): Execution {
  return { name, input: { rejection: cut(rejection, MAX_REJECTION_CHARACTERS), origin: withinLimits(origin) } };
}

function nameFor(readable: string[], identity: string[]): string {
  return nameWithHash(readable, identity, MAX_EXECUTION_NAME_CHARACTERS);
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
