import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as validators from '#validators';
import { MAX_REJECTION_CHARACTERS, MAX_REQUEST_BYTES } from '../../../src/lambda/limits.ts';
import type { EventBridgeEvent } from '../../../src/state.ts';
import { executionFor, type TriggerContext } from '../../../src/trigger/event-to-execution.ts';
import type { ReadRequestFile, RequestFile } from '../../../src/trigger/request-file.ts';
import { datasetArn, datasetImportJobArn, importStarted, personalizeArn } from '../builders.ts';

const request = { datasetArn };

/** A file that holds this. */
const holding =
  (file: RequestFile): ReadRequestFile =>
  async () =>
    file;

const execute = (event: EventBridgeEvent, context: Partial<TriggerContext> = {}) =>
  executionFor(event, { importDatasetGroups: [], readRequestFile: holding({ request }), ...context });

const event = (source: string, detailType: string, detail: object, id = 'event-1') =>
  ({ id, source, 'detail-type': detailType, detail }) as EventBridgeEvent;
const importActive = (Arn: unknown) =>
  event('solutions.aws.personalize', 'Personalize Dataset Import Job State Change', { Arn, Status: 'ACTIVE' });
const newFile = (object: object, bucket = 'exports-bucket') =>
  event('aws.s3', 'Object Created', {
    bucket: { name: bucket },
    object: { key: 'requests/a.json', etag: 'e1', ...object },
  });
const scheduled = (schedule: string, scheduledTime: string, id = 'attempt-1') =>
  event('aws.scheduler', 'Scheduled Export', { schedule, scheduledTime, request }, id);
const requested = (detail: object, id?: string, source = 'shop.orders') =>
  event(source, 'Dataset Export Requested', detail, id);

describe('the import trigger', () => {
  it('starts one execution for an import that has started', async () => {
    const { name, input } = await execute(importStarted());
    expect(name).toMatch(/^import-nightly-[0-9a-f]{16}$/);
    const origin = { trigger: 'import started', eventId: 'event-1' };
    expect(input).toEqual({ datasetImportJobArn, quietIfNothing: true, origin });
  });

  it('gives one import the same execution name whether CloudTrail or the AWS Solution reports it', async () => {
    const { name } = await execute(importStarted());
    expect((await execute({ ...importStarted(), id: 'event-2' })).name).toBe(name);
    expect((await execute(importActive(datasetImportJobArn))).name).toBe(name);
  });

  it('gives every import its own execution name, valid in Step Functions', async () => {
    const jobName = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/);
    const nameOf = async (job: string) =>
      (await execute(importActive(personalizeArn(`dataset-import-job/${job}`)))).name;
    await fc.assert(
      fc.asyncProperty(jobName, jobName, async (one, other) => {
        fc.pre(one !== other);
        expect(await nameOf(one)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,79}$/);
        expect(await nameOf(one)).not.toBe(await nameOf(other));
      }),
    );
  });

  it.each([
    [{}],
    [{ responseElements: null }],
    [{ responseElements: { datasetImportJobArn: 5 } }],
    [{ responseElements: 'x' }],
  ])('rejects the CloudTrail detail %j, which holds no import job ARN, and names the missing field', async (detail) => {
    const { name, input } = await execute({ ...importStarted(), detail });
    expect(name).toMatch(/^rejected-import-started-/);
    expect(input).toEqual({
      rejection: expect.stringMatching(/^detail\.responseElements\.datasetImportJobArn: /),
      origin: { trigger: 'import started', eventId: 'event-1' },
    });
  });

  it.each(['', 'nightly', 'arn:aws:personalize'])('rejects the ARN %j in an event of the Solution', async (arn) => {
    const { input } = await execute(importActive(arn));
    expect(input.rejection).toBe(`detail.Arn: "${arn}" is not the ARN of a dataset import job.`);
  });
});

describe('the setting importDatasetGroups', () => {
  const importDatasetGroups = ['shop', 'news'];

  it('limits an import that the AWS Solution reports, since its event does not name the group', async () => {
    const { input } = await execute(importActive(datasetImportJobArn), { importDatasetGroups });
    expect(input).toEqual({
      datasetImportJobArn,
      onlyDatasetGroups: importDatasetGroups,
      quietIfNothing: true,
      origin: { trigger: 'solution', eventId: 'event-1' },
    });
  });

  it('does not limit an import of the Solution while it is empty', async () => {
    const { input } = await execute(importActive(datasetImportJobArn));
    expect(input).not.toHaveProperty('onlyDatasetGroups');
  });

  it.each([
    ['an import that CloudTrail reports, which its rule has filtered', importStarted()],
    ['a request file', newFile({})],
    ['a schedule', scheduled('nightly', '2026-11-24T02:30:00Z')],
    ['an event of another service', requested(request)],
  ])('does not limit %s', async (_, anyEvent) => {
    expect((await execute(anyEvent, { importDatasetGroups })).input).not.toHaveProperty('onlyDatasetGroups');
  });
});

describe('the request file trigger', () => {
  it('reads the version of the file that the event names', async () => {
    const read: unknown[] = [];
    const readRequestFile: ReadRequestFile = async (object) => {
      read.push(object);
      return { request };
    };
    const { input } = await execute(newFile({ 'version-id': 'v1' }), { readRequestFile });
    expect(read).toEqual([{ bucket: 'exports-bucket', key: 'requests/a.json', versionId: 'v1' }]);
    expect(input).toEqual({
      ...request,
      origin: { trigger: 'request file', bucket: 'exports-bucket', key: 'requests/a.json', eventId: 'event-1' },
    });
  });

  it('gives a duplicate of the event the same execution name', async () => {
    expect((await execute(newFile({}))).name).toBe((await execute(newFile({}))).name);
  });

  it.each([
    ['another key', newFile({ key: 'requests/b.json' })],
    ['another content', newFile({ etag: 'e2' })],
    ['another version', newFile({ 'version-id': 'v2' })],
    ['another bucket', newFile({}, 'other-bucket')],
  ])('gives %s another execution name', async (_, other) => {
    expect((await execute(other)).name).not.toBe((await execute(newFile({}))).name);
  });

  it('gives a file that is gone by the time of a retry the same execution name', async () => {
    const gone = holding({ fault: 'could not be read.' });
    expect((await execute(newFile({}), { readRequestFile: gone })).name).toBe((await execute(newFile({}))).name);
  });

  it('rejects a faulty file, naming the object and the fault', async () => {
    const readRequestFile = holding({ fault: 'is empty.' });
    const { input } = await execute(newFile({ key: 'requests/ä +.json' }), { readRequestFile });
    expect(input).toMatchObject({
      rejection: 's3://exports-bucket/requests/ä +.json: is empty.',
      origin: { key: 'requests/ä +.json' },
    });
  });

  it('cuts a rejection that is too long for the schema, but not within a character', async () => {
    const fault = '😀'.repeat(MAX_REJECTION_CHARACTERS);
    const { input } = await execute(newFile({}), { readRequestFile: holding({ fault }) });
    expect(validators.rejection(input)).toBe(true);
    expect(String(input.rejection).isWellFormed()).toBe(true);
  });
});

describe('the schedule trigger', () => {
  it('gives every attempt at one scheduled time the same execution name', async () => {
    const { name, input } = await execute(scheduled('nightly', '2026-11-24T02:30:00Z'));
    expect(name).toMatch(/^nightly-2026-11-24T02-30-00Z-[0-9a-f]{16}$/);
    expect(input).toMatchObject({ ...request, origin: { trigger: 'schedule', schedule: 'nightly' } });
    expect((await execute(scheduled('nightly', '2026-11-24T02:30:00Z', 'attempt-2'))).name).toBe(name);
  });

  it.each([
    ['another time', 'nightly', '2026-11-25T02:30:00Z'],
    ['another schedule', 'weekly', '2026-11-24T02:30:00Z'],
    ['a schedule that differs only in a character that names replace', 'night.ly', '2026-11-24T02:30:00Z'],
  ])('gives %s another execution name', async (_, schedule, time) => {
    const { name } = await execute(scheduled('night-ly', '2026-11-24T02:30:00Z'));
    expect((await execute(scheduled(schedule, time))).name).not.toBe(name);
  });
});

describe('the event trigger', () => {
  it('takes the detail as the request and names the execution after source and id', async () => {
    const { name, input } = await execute(requested(request));
    expect(input).toEqual({ ...request, origin: { trigger: 'event', source: 'shop.orders', eventId: 'event-1' } });
    expect((await execute(requested(request))).name).toBe(name);
    expect((await execute(requested(request, 'event-2'))).name).not.toBe(name);
    expect((await execute(requested(request, 'event-1', 'shop.users'))).name).not.toBe(name);
  });

  it('replaces an origin that the sender gives', async () => {
    const { input } = await execute(requested({ ...request, origin: { trigger: 'import started' } }));
    expect(input).toMatchObject({ origin: { trigger: 'event' } });
  });

  it('rejects a request in which the sender gives a rejection, without quoting it', async () => {
    const { input } = await execute(requested({ ...request, rejection: 'words of the sender' }));
    expect(input).toEqual({
      rejection: expect.stringMatching(/^rejection: /),
      origin: expect.objectContaining({ trigger: 'event' }),
    });
    expect(input.rejection).not.toContain('words of the sender');
  });

  it('rejects a request that is too large for an execution', async () => {
    const { input } = await execute(requested({ ...request, jobName: 'x'.repeat(MAX_REQUEST_BYTES) }));
    expect(input.rejection).toMatch(/^request: has 2\d{5} bytes; at most 200000 are allowed\.$/);
  });

  it('measures a request in bytes, not in characters', async () => {
    const { input } = await execute(requested({ ...request, jobName: 'é'.repeat(MAX_REQUEST_BYTES / 2) }));
    expect(input.rejection).toMatch(/^request: has/);
  });
});

it.each([
  ['a schedule without a request', event('aws.scheduler', 'Scheduled Export', { schedule: 'nightly' })],
  ['a schedule with an empty detail', event('aws.scheduler', 'Scheduled Export', {})],
  ['a schedule whose request is a list', event('aws.scheduler', 'Scheduled Export', { request: [] })],
  ['a schedule whose request is null', event('aws.scheduler', 'Scheduled Export', { request: null })],
  ['an unknown event', event('aws.ec2', 'Instance State-change', {})],
  ['an event whose source is a member of every object', event('constructor', 'toString', {})],
])('rejects %s with an execution, not with an error', async (_, faulty) => {
  const { name, input } = await execute(faulty);
  expect(name).toMatch(/^[a-zA-Z0-9\-_]{1,80}$/);
  expect(Object.keys(input)).toEqual(['rejection', 'origin']);
  expect(validators.rejection(input)).toBe(true);
});

it('rejects an S3 event that names no file', async () => {
  const readRequestFile = holding({ fault: 'could not be read.' });
  const { input } = await execute(event('aws.s3', 'Object Created', {}), { readRequestFile });
  expect(validators.rejection(input)).toBe(true);
});

it('names the source and the type of an event that no trigger takes', async () => {
  const { input } = await execute(event('aws.ec2', 'Instance State-change', {}));
  expect(input.rejection).toMatch(/^source: .*"aws\.ec2".*"Instance State-change"/);
});

it.each([
  ['an import that has started', importStarted()],
  ['an import of the Solution', importActive(datasetImportJobArn)],
  ['a request file', newFile({})],
  ['a schedule', scheduled('nightly', '2026-11-24T02:30:00Z')],
  ['an event of another service', requested(request)],
])('makes an input that the request schema accepts from %s', async (_, anyEvent) => {
  const { input } = await execute(anyEvent, { importDatasetGroups: ['shop'] });
  expect(validators.request(input)).toBe(true);
});

it('never gives two different events one execution name, whatever their ids hold', async () => {
  const text = fc.string({ maxLength: 40, unit: 'binary' });
  await fc.assert(
    fc.asyncProperty(text, text, text, text, async (id, source, otherId, otherSource) => {
      fc.pre(id !== otherId || source !== otherSource);
      const names = await Promise.all([
        execute(requested(request, id, source)),
        execute(requested(request, otherId, otherSource)),
      ]);
      for (const { name } of names) expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,79}$/);
      expect(names[0]?.name).not.toBe(names[1]?.name);
    }),
  );
});
