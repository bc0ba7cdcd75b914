import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as validators from '#validators';
import { createExportJob } from '../../src/job/create-export-job.ts';
import { notify } from '../../src/notify/notify.ts';
import { planExports } from '../../src/plan/plan-exports.ts';
import type { EventBridgeEvent, Plan } from '../../src/state.ts';
import { type Execution, executionFor } from '../../src/trigger/event-to-execution.ts';
import { requestFileReader } from '../../src/trigger/request-file.ts';
import { eventOf, eventSpecs, identityOf } from './events.ts';
import { bytesOf, fileSpecs } from './files.ts';
import { isObject } from './hostile.ts';
import { type Verdict, verdictOf, verdictOfBatch } from './oracle.ts';
import { property } from './property.ts';
import { batchOf, batchSpecs, requestOf, requestSpecs } from './requests.ts';
import { calls, faultsOfCreation, personalize, s3Holding, sns } from './service.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:exports';
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:exports';
const pollBounds = { shortestSeconds: 15, longestSeconds: 900 };
const defaults: Parameters<typeof planExports>[1] = {
  stateMachineArn,
  roleArn: 'arn:aws:iam::123456789012:role/personalize',
  bucket: 'exports-bucket',
  keyPrefix: 'exports',
  kmsKeyArn: undefined,
  ingestionMode: 'ALL',
  tags: [],
  deadlineMinutes: 360,
  pollBounds,
};

const MAX_BYTES = 262_144;
const MAX_MESSAGE_BYTES = 20_480;
const MEMBERS = Reflect.ownKeys(Object.prototype).length;

const bytesIn = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Every property by its name: what is asked for holds for whatever is sent. */
export const properties = {
  requests: property(requestSpecs, (spec) => holdsForRequest(requestOf(spec))),
  batches: property(batchSpecs, (spec) => holdsForRequest(batchOf(spec))),
  events: property(eventSpecs, (spec) => holdsForEvent(eventOf(spec))),
  files: property(fileSpecs, (spec) => holdsForFile(bytesOf(spec))),
};

/** A valid request becomes calls that the API takes; an invalid one is refused by the names of its fields. */
async function holdsForRequest(request: unknown): Promise<void> {
  calls.length = 0;
  const verdict = isBatch(request) ? verdictOfBatch(request) : verdictOf(request);
  const planned = await plan(request);
  if (!('refused' in planned)) {
    assert.ok(!isRejection(request), 'a rejection is planned');
    assert.deepEqual(verdict.faults, [], 'an invalid request is planned');
    await holdsForPlan(planned);
  } else if (!isRejection(request)) {
    holdsForRefusal(planned.refused, verdict);
  }
  unpolluted();
}

async function plan(request: unknown): Promise<Plan | { refused: string }> {
  const startedAt = new Date().toISOString();
  try {
    return await planExports({ request, executionName: 'run-1', startedAt }, defaults, personalize);
  } catch (error) {
    const { name, message } = error as Error;
    assert.equal(name, 'InvalidRequestError', `${name}: ${message.slice(0, 200)}`);
    assert.ok(Buffer.byteLength(message) <= MAX_MESSAGE_BYTES, `the refusal has ${message.length} characters`);
    await holdsForNotification(request, message, startedAt);
    return { refused: message };
  }
}

function isBatch(request: unknown): request is Record<string, unknown> {
  return isObject(request) && Object.hasOwn(request, 'exports');
}

/** A trigger rejects an event by this field, whatever else the input holds. */
function isRejection(request: unknown): boolean {
  return isObject(request) && Object.hasOwn(request, 'rejection');
}

async function holdsForPlan({ exports, ...rest }: Plan): Promise<void> {
  assert.ok(bytesIn({ exports, ...rest }) <= MAX_BYTES, 'the plan is too large for the state');
  const names = exports.map(({ jobName }) => jobName);
  assert.equal(new Set(names).size, names.length, 'two exports have one name');
  for (const one of exports) {
    calls.length = 0;
    await createExportJob({ export: one }, pollBounds, { creating: personalize, reading: personalize });
    const creations = calls.filter(({ name }) => name === 'CreateDatasetExportJob');
    assert.equal(creations.length, 1);
    assert.deepEqual(creations.flatMap(faultsOfCreation), [], 'the API would refuse the call');
  }
}

/** The first field that is told is at fault; a fault of form is found before anything is asked of the service. */
function holdsForRefusal(message: string, { faults, perhaps, byForm }: Verdict): void {
  const told = [...faults, ...perhaps];
  assert.notDeepEqual(told, [], `a valid request is refused: ${message}`);
  if (byForm)
    assert.deepEqual(
      calls.filter(({ name }) => name !== 'Publish'),
      [],
      'the service is asked for an invalid request',
    );
  // Of the origin a member may be told.
  const isTold = told.some((fault) => fault === 'origin' || message.startsWith(`${shown(fault)}: `));
  assert.ok(isTold, `told: ${message.slice(0, 200)}; at fault: ${told.slice(0, 9).join(', ').slice(0, 400)}`);
  const distinct = [...new Set(faults)];
  if (!byForm || distinct.length > 8) return;
  for (const fault of distinct)
    assert.ok(
      message.includes(fault === 'origin' ? fault : `${shown(fault)}: `),
      `${fault} is not told: ${message.slice(0, 400)}`,
    );
}

function shown(field: string): string {
  return field.length > 120 ? `${field.slice(0, 120)}…` : field || 'request';
}

async function holdsForNotification(request: unknown, message: string, startedAt: string): Promise<void> {
  const error = { Error: 'InvalidRequestError', Cause: JSON.stringify({ errorMessage: message }) };
  await notify({ executionName: 'run-1', request, startedAt, error }, { topicArn, stateMachineArn }, { sns });
  const { Message, Subject, MessageAttributes } = calls.find(({ name }) => name === 'Publish')?.input ?? {};
  assert.ok(
    bytesIn(MessageAttributes) + Buffer.byteLength(`${Message}${Subject}`) <= MAX_BYTES,
    'the message is too large',
  );
  assert.match(String(Subject), /^[\x21-\x7e][\x20-\x7e]{0,99}$/);
}

/** Names that have been given, and a hash of what they were given to, which may be large: within a process. */
const given = new Map<string, string>();

async function holdsForEvent(sent: unknown): Promise<void> {
  if (!validators.startExportEvent(sent)) return;
  const event = sent as EventBridgeEvent;
  const context = { importDatasetGroups: ['shop'], readRequestFile: async () => ({ request: { datasetArn: 'x' } }) };
  const execution = await executionFor(event, context);
  assert.equal((await executionFor(event, context)).name, execution.name, 'a repeated event has another name');
  const identity = createHash('sha256').update(identityOf(event)).digest('base64');
  const other = given.get(execution.name) ?? identity;
  assert.equal(identity, other, `${execution.name} is the name of two events`);
  given.set(execution.name, identity);
  await holdsForExecution(execution);
}

async function holdsForExecution({ name, input }: Execution): Promise<void> {
  assert.match(name, /^[A-Za-z0-9_-]{1,80}$/);
  assert.ok(bytesIn(input) <= MAX_BYTES, `the input has ${bytesIn(input)} bytes`);
  calls.length = 0;
  await plan(JSON.parse(JSON.stringify(input)));
  unpolluted();
}

async function holdsForFile(bytes: Uint8Array): Promise<void> {
  const detail = { bucket: { name: 'exports-bucket' }, object: { key: 'requests/a.json', etag: 'e1' } };
  const event = { id: 'event-1', source: 'aws.s3', 'detail-type': 'Object Created', detail };
  const context = { importDatasetGroups: [], readRequestFile: requestFileReader(s3Holding(bytes)) };
  await holdsForExecution(await executionFor(event, context));
}

function unpolluted(): void {
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  assert.equal(Reflect.ownKeys(Object.prototype).length, MEMBERS, 'Object.prototype has other members');
}
