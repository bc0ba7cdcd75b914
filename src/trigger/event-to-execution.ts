import { parse, validate } from '@aws-sdk/util-arn-parser';
import { jsonText } from '../lambda/json-text.ts';
import { MAX_EXECUTION_NAME_CHARACTERS, MAX_ORIGIN_CHARACTERS, MAX_REQUEST_BYTES } from '../lambda/limits.ts';
import { nameWithHash } from '../plan/names.ts';
import type { ExportRequest } from '../plan/request.ts';
import type { EventBridgeEvent } from '../state.ts';
import type { ReadRequestFile } from './request-file.ts';

/** What StartExecution is asked for: the name, from what makes the event this event, and the request as input. */
export interface Execution {
  name: string;
  input: Record<string, unknown>;
}

type Origin = NonNullable<ExportRequest['origin']>;
type WayIn = (event: EventBridgeEvent, readRequestFile: ReadRequestFile) => Execution | Promise<Execution>;

/** The ways in, by the `source` or the `detail-type` of the event that each sends. */
const BY_SOURCE: Record<string, WayIn> = {
  'aws.personalize': importStarted,
  'solutions.aws.personalize': importActive,
  'aws.s3': requestDropped,
  'aws.scheduler': scheduled,
};
const BY_DETAIL_TYPE: Record<string, WayIn> = { 'Dataset Export Requested': requested };

/** The execution that an event asks for. An event that can never become an export is an execution too: one that is
 * rejected, so that somebody is told. */
export async function executionFor(event: EventBridgeEvent, readRequestFile: ReadRequestFile): Promise<Execution> {
  const way = lookUp(BY_SOURCE, event.source) ?? lookUp(BY_DETAIL_TYPE, event['detail-type']) ?? unknown;
  return await way(event, readRequestFile);
}

function lookUp(ways: Record<string, WayIn>, name: string): WayIn | undefined {
  return Object.hasOwn(ways, name) ? ways[name] : undefined;
}

/** CloudTrail's event of the call CreateDatasetImportJob: it tells that an import began; the machine waits for its end. */
function importStarted({ id, detail }: EventBridgeEvent): Execution {
  const { datasetImportJobArn } = Object(detail.responseElements) as { datasetImportJobArn?: unknown };
  const origin = { way: 'import started', eventId: id };
  return importExecution(datasetImportJobArn, 'detail.responseElements.datasetImportJobArn', origin);
}

/** The event of the AWS Solution "Maintaining Personalized Experiences". */
function importActive({ id, detail }: EventBridgeEvent): Execution {
  return importExecution(detail.Arn, 'detail.Arn', { way: 'solution', eventId: id });
}

/** By whichever way an import is told of, it is one execution. */
function importExecution(datasetImportJobArn: unknown, field: string, origin: Origin): Execution {
  if (typeof datasetImportJobArn !== 'string' || !validate(datasetImportJobArn)) {
    const name = nameFor(['rejected', origin.way ?? ''], ['rejected', field, origin.eventId ?? '']);
    return rejected(name, origin, `${field}: is not the ARN of an import job.`);
  }
  const jobName = parse(datasetImportJobArn).resource.split('/').pop() ?? '';
  return {
    name: nameFor(['import', jobName], [datasetImportJobArn]),
    input: { datasetImportJobArn, origin: short(origin) },
  };
}

async function requestDropped({ id, detail }: EventBridgeEvent, readRequestFile: ReadRequestFile): Promise<Execution> {
  const object = Object(detail.object) as Record<string, unknown>;
  const [bucket, key, etag] = [text(Object(detail.bucket).name), text(object.key), text(object.etag)];
  const versionId = text(object['version-id']) || undefined;
  const origin = { way: 'request file', bucket, key: key.slice(0, MAX_ORIGIN_CHARACTERS), eventId: id };
  // One name, whatever is read: the file may be gone when a start is repeated whose answer was lost.
  const identity = ['request file', bucket, key, versionId ?? etag];
  const name = nameFor(['request', key.split('/').pop() ?? ''], identity);
  const read = await readRequestFile({ bucket, key, versionId });
  return 'fault' in read
    ? rejected(name, origin, `s3://${bucket}/${key}: ${read.fault}`)
    : execution(name, read.request, origin);
}

function scheduled({ detail }: EventBridgeEvent): Execution {
  const { request } = detail as { request?: unknown };
  const origin = { way: 'schedule', schedule: text(detail.schedule), scheduledTime: text(detail.scheduledTime) };
  const occurrence = [origin.schedule, origin.scheduledTime];
  const name = nameFor(occurrence, ['schedule', ...occurrence]);
  return execution(name, request, origin);
}

function requested({ id, source, detail }: EventBridgeEvent): Execution {
  const name = nameFor(['event', source], ['event', source, id]);
  return execution(name, detail, { way: 'event', source, eventId: id });
}

function unknown({ id, source, 'detail-type': detailType }: EventBridgeEvent): Execution {
  const fault = `source: no way in takes events from ${JSON.stringify(source)} of type ${JSON.stringify(detailType)}.`;
  const name = nameFor(['rejected', 'event'], ['rejected', source, id]);
  return rejected(name, { way: 'event', source, eventId: id }, fault);
}

function execution(name: string, request: unknown, origin: Origin): Execution {
  if (request === null || typeof request !== 'object' || Array.isArray(request)) {
    return rejected(name, origin, `request: ${text(request).slice(0, 100)} is no JSON object.`);
  }
  const input = { ...request, origin: short(origin) };
  const json = jsonText(input);
  if (json === undefined) return rejected(name, origin, 'request: is nested too deep.');
  if (Buffer.byteLength(json) > MAX_REQUEST_BYTES) {
    return rejected(name, origin, `request: is too large; at most ${MAX_REQUEST_BYTES} bytes are allowed.`);
  }
  return { name, input };
}

function nameFor(shown: string[], hashed: string[]): string {
  return nameWithHash(shown, hashed, MAX_EXECUTION_NAME_CHARACTERS);
}

/** PlanExports refuses what has a fault, and the machine tells of it. */
function rejected(name: string, origin: Origin, fault: string): Execution {
  return { name, input: { origin: { ...short(origin), fault: fault.slice(0, MAX_ORIGIN_CHARACTERS) } } };
}

/** A member of an event, which may be anything: a text as it is, anything else as JSON. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : (jsonText(value) ?? '');
}

function short(origin: Origin): Origin {
  return Object.fromEntries(
    Object.entries(origin).map(([name, value]) => [name, value.slice(0, MAX_ORIGIN_CHARACTERS)]),
  );
}
