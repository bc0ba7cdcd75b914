import assert from 'node:assert/strict';
import { createExportJob } from '../../src/job/create-export-job.ts';
import { notify } from '../../src/notify/notify.ts';
import { planExports } from '../../src/plan/plan-exports.ts';
import type { Plan, PlannedExport } from '../../src/state.ts';
import type { Execution } from '../../src/trigger/event-to-execution.ts';
import { isObject } from './hostile.ts';
import { calls, faultsOfCreation, personalize, s3, sns } from './service.ts';
import { FIELDS } from './valid-requests.ts';

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
  verifyExports: true,
};

const MAX_BYTES = 262_144;
const MAX_MESSAGE_BYTES = 20_480;
const bytesIn = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** What must hold for any request: it is planned within the limits, and each export is one call that the API takes; or it is
 * refused by an InvalidRequestError that names a field, and can be published.
 * @returns the exports, or the message */
export async function exportsOf(request: unknown): Promise<PlannedExport[] | string> {
  calls.length = 0;
  const startedAt = new Date().toISOString();
  let plan: Plan;
  try {
    plan = await planExports({ request, executionName: 'run-1', startedAt }, defaults, { personalize, s3 });
  } catch (error) {
    const { name, message } = error as Error;
    assert.equal(name, 'InvalidRequestError', `${name}: ${message.slice(0, 200)}`);
    assert.ok(Buffer.byteLength(message) <= MAX_MESSAGE_BYTES, `the message has ${message.length} characters`);
    if (!isRejection(request)) assertNamesField(message, request);
    await assertPublishable(request, message, startedAt);
    return message;
  }
  assert.ok(bytesIn(plan) <= MAX_BYTES, 'the plan is too large for the state');
  await assertCreatable(plan.exports);
  return plan.exports;
}

/** A trigger rejects an event by this field, with a message of its own. */
function isRejection(request: unknown): boolean {
  return isObject(request) && Object.hasOwn(request, 'rejection');
}

/** The message begins with the path of a field: one that requests have, or one that this request has. */
function assertNamesField(message: string, request: unknown): void {
  const [first = ''] = /^[^:.[ ]*/.exec(message) ?? [];
  const names = isObject(request) ? Object.keys(request).map((name) => name || '""') : [];
  const isNamed = FIELDS.includes(first) || names.some((name) => message.startsWith(name.toWellFormed().slice(0, 100)));
  assert.ok(isNamed, `no field is named: ${message.slice(0, 200)}`);
}

async function assertCreatable(exports: PlannedExport[]): Promise<void> {
  const names = exports.map(({ jobName }) => jobName);
  assert.equal(new Set(names).size, names.length, 'two exports have one name');
  for (const one of exports) {
    calls.length = 0;
    await createExportJob({ export: one }, pollBounds, { creating: personalize, reading: personalize });
    const creations = calls.filter(({ name }) => name === 'CreateDatasetExportJob');
    assert.equal(creations.length, 1, 'an export is not one call');
    assert.deepEqual(creations.flatMap(faultsOfCreation), [], 'the API would refuse the call');
  }
}

async function assertPublishable(request: unknown, message: string, startedAt: string): Promise<void> {
  const asked = calls.splice(0);
  const error = { Error: 'InvalidRequestError', Cause: JSON.stringify({ errorMessage: message }) };
  await notify(
    { executionName: 'run-1', request, startedAt, error },
    { topicArn, stateMachineArn, stage: 'prod' },
    { sns },
  );
  const { Message, Subject, MessageAttributes } = calls.find(({ name }) => name === 'Publish')?.input ?? {};
  const bytes = bytesIn(MessageAttributes) + Buffer.byteLength(`${Message}${Subject}`);
  assert.ok(bytes <= MAX_BYTES, 'the message is too large');
  assert.match(String(Subject), /^[\x21-\x7e][\x20-\x7e]{0,99}$/);
  calls.splice(0, calls.length, ...asked);
}

/** What must hold for an execution that start-export starts: Step Functions takes its name and input, and so does PlanExports. */
export async function assertStartable({ name, input }: Execution): Promise<void> {
  assert.match(name, /^[A-Za-z0-9_-]{1,80}$/);
  assert.ok(bytesIn(input) <= MAX_BYTES, `the input has ${bytesIn(input)} bytes`);
  await exportsOf(JSON.parse(JSON.stringify(input)));
}
