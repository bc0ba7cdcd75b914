import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as validators from '#validators';
import type { EventBridgeEvent } from '../../../src/state.ts';
import { executionFor } from '../../../src/trigger/event-to-execution.ts';
import type { ReadRequestFile } from '../../../src/trigger/request-file.ts';
import { datasetArn, datasetImportJobArn, importStarted, personalizeArn } from '../builders.ts';

const noFile: ReadRequestFile = async () => ({ fault: 'no file was expected' });
const execute = (event: EventBridgeEvent, readRequestFile = noFile) => executionFor(event, readRequestFile);
const event = (source: string, detailType: string, detail: object, id = 'event-1') =>
  ({ id, source, 'detail-type': detailType, detail }) as EventBridgeEvent;

const request = { datasetArn };
const importActive = (Arn: unknown) =>
  event('solutions.aws.personalize', 'Personalize Dataset Import Job State Change', { Arn, Status: 'ACTIVE' });
const dropped = (object: object, bucket = 'exports-bucket') =>
  event('aws.s3', 'Object Created', {
    bucket: { name: bucket },
    object: { key: 'requests/a.json', etag: 'e1', ...object },
  });
const scheduled = (schedule: string, scheduledTime: string, id = 'attempt-1') =>
  event('aws.scheduler', 'Scheduled Export', { schedule, scheduledTime, request }, id);
const requested = (detail: object, id?: string, source = 'shop.orders') =>
  event(source, 'Dataset Export Requested', detail, id);
const holding: ReadRequestFile = async () => ({ request });

describe('an import', () => {
  it('that has started is one execution, which waits for it', async () => {
    const { name, input } = await execute(importStarted());
    expect(name).toMatch(/^import-nightly-[0-9a-f]{16}$/);
    expect(input).toEqual({ datasetImportJobArn, origin: { way: 'import started', eventId: 'event-1' } });
    expect(validators.request(input)).toBe(true);
  });

  it('is the same execution by whichever way it is told', async () => {
    const { name } = await execute(importStarted());
    expect((await execute({ ...importStarted(), id: 'event-2' })).name).toBe(name);
    expect((await execute(importActive(datasetImportJobArn))).name).toBe(name);
  });

  it('has a name of its own that Step Functions takes, for every job name', async () => {
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
  ])('without its ARN is an execution that is rejected by that field: %j', async (detail) => {
    const { name, input } = await execute({ ...importStarted(), detail });
    expect(name).toMatch(/^rejected-import-started-/);
    expect(input).toMatchObject({
      origin: { fault: expect.stringMatching(/^detail\.responseElements\.datasetImportJobArn: /) },
    });
  });

  it.each(['', 'nightly', 'arn:aws:personalize'])('with the ARN %j is rejected too', async (arn) => {
    expect((await execute(importActive(arn))).input).toMatchObject({
      origin: { fault: expect.stringMatching(/^detail\.Arn: /) },
    });
  });
});

describe('a request file', () => {
  it('is read, in the version that the event tells of', async () => {
    const read: unknown[] = [];
    const { input } = await execute(dropped({ 'version-id': 'v1' }), async (object) => {
      read.push(object);
      return { request };
    });
    expect(read).toEqual([{ bucket: 'exports-bucket', key: 'requests/a.json', versionId: 'v1' }]);
    expect(input).toMatchObject({
      ...request,
      origin: { way: 'request file', bucket: 'exports-bucket', key: 'requests/a.json' },
    });
    expect(validators.request(input)).toBe(true);
  });

  it.each([
    ['the same delivered again', dropped({}), true],
    ['another key', dropped({ key: 'requests/b.json' }), false],
    ['another content', dropped({ etag: 'e2' }), false],
    ['another version', dropped({ 'version-id': 'v2' }), false],
    ['another bucket', dropped({}, 'other-bucket'), false],
  ])('%s', async (_, other, isSame) => {
    const { name } = await execute(dropped({}), holding);
    expect((await execute(other, holding)).name === name).toBe(isSame);
  });

  it('with a fault is an execution that names the object and the fault', async () => {
    const { input } = await execute(dropped({ key: 'requests/ä +.json' }), async () => ({ fault: 'is empty.' }));
    expect(input).toMatchObject({
      origin: { key: 'requests/ä +.json', fault: 's3://exports-bucket/requests/ä +.json: is empty.' },
    });
  });
});

describe('a schedule', () => {
  it('is one execution for a scheduled time, whichever attempt it is', async () => {
    const { name, input } = await execute(scheduled('nightly', '2026-11-24T02:30:00Z'));
    expect(name).toMatch(/^nightly-2026-11-24T02-30-00Z-[0-9a-f]{16}$/);
    expect(input).toMatchObject({ ...request, origin: { way: 'schedule', schedule: 'nightly' } });
    expect((await execute(scheduled('nightly', '2026-11-24T02:30:00Z', 'attempt-2'))).name).toBe(name);
    expect((await execute(scheduled('nightly', '2026-11-25T02:30:00Z'))).name).not.toBe(name);
    expect((await execute(scheduled('weekly', '2026-11-24T02:30:00Z'))).name).not.toBe(name);
  });

  it('is not another whose name reads the same', async () => {
    const { name } = await execute(scheduled('shop.nightly', '2026-11-24T02:30:00Z'));
    expect((await execute(scheduled('shop-nightly', '2026-11-24T02:30:00Z'))).name).not.toBe(name);
  });
});

describe('an event without what it should hold is rejected, and never an error', () => {
  it.each([
    ['a schedule without a request', event('aws.scheduler', 'Scheduled Export', { schedule: 'nightly' })],
    ['a schedule of nothing', event('aws.scheduler', 'Scheduled Export', {})],
    ['a schedule with a list', event('aws.scheduler', 'Scheduled Export', { schedule: 'nightly', request: [] })],
    ['a schedule with null', event('aws.scheduler', 'Scheduled Export', { schedule: 'nightly', request: null })],
    ['a file without a name', event('aws.s3', 'Object Created', {})],
    ['an event of a source like a member of every object', event('constructor', 'toString', {})],
  ])('%s', async (_, faulty) => {
    const { name, input } = await execute(faulty);
    expect(name).toMatch(/^[a-zA-Z0-9\-_]{1,80}$/);
    expect(input).toEqual({ origin: expect.objectContaining({ fault: expect.stringMatching(/./) }) });
  });
});

describe('an event of another service', () => {
  it('holds the request and is known by source and id', async () => {
    const { name, input } = await execute(requested(request));
    expect(input).toEqual({ ...request, origin: { way: 'event', source: 'shop.orders', eventId: 'event-1' } });
    expect((await execute(requested(request))).name).toBe(name);
    expect((await execute(requested(request, 'event-2'))).name).not.toBe(name);
    expect((await execute(requested(request, 'event-1', 'shop.users'))).name).not.toBe(name);
  });

  it('can not speak for another origin', async () => {
    const { input } = await execute(requested({ ...request, origin: { way: 'import started' } }));
    expect(input).toMatchObject({ origin: { way: 'event' } });
  });

  it('that is too large for an execution is rejected', async () => {
    const { input } = await execute(requested({ ...request, jobName: 'x'.repeat(250_000) }));
    expect(input).toEqual({ origin: expect.objectContaining({ fault: expect.stringContaining('too large') }) });
  });

  it('of no known kind is rejected, by source and type', async () => {
    const { input } = await execute(event('aws.ec2', 'Instance State-change', {}));
    expect(input).toMatchObject({ origin: { fault: expect.stringContaining('"aws.ec2"') } });
  });
});

it('never gives two different events one name, whatever their ids hold', async () => {
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
