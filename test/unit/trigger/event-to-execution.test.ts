import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as validators from '#validators';
import { MAX_REJECTION_CHARACTERS, MAX_REQUEST_BYTES } from '../../../src/lambda/limits.ts';
import type { ReadRequestFile } from '../../../src/trigger/request-file.ts';
import { datasetArn, datasetImportJobArn, importStarted, personalizeArn, triggered } from '../builders.ts';
import { execute, holding, importActive, newFile, request, requested, scheduled } from './trigger-events.ts';

describe('the import trigger', () => {
  it('the import trigger starts one execution for an import that has started', async () => {
    const { name, input } = await execute(importStarted());
    expect(name).toMatch(/^import-nightly-[0-9a-f]{16}$/);
    const origin = { trigger: 'import started', eventId: 'event-1' };
    expect(input).toEqual({ datasetImportJobArn, quietIfNothing: true, origin });
  });

  it('the import trigger gives one import the same execution name whether CloudTrail or the AWS Solution reports it', async () => {
    const { name } = await execute(importStarted());
    const { event } = importStarted();
    expect((await execute({ trigger: 'import-started', event: { ...event, id: 'event-2' } })).name).toBe(name);
    expect((await execute(importActive(datasetImportJobArn))).name).toBe(name);
  });

  it('the import trigger gives every import its own execution name, valid in Step Functions', async () => {
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
  ])(
    'the import trigger rejects the CloudTrail detail %j, which holds no import job ARN, and names the missing field',
    async (detail) => {
      const { name, input } = await execute(triggered('import-started', detail));
      expect(name).toMatch(/^rejected-import-started-/);
      expect(input).toEqual({
        rejection: expect.stringMatching(/^detail\.responseElements\.datasetImportJobArn: /),
        origin: { trigger: 'import started', eventId: 'event-1' },
      });
    },
  );

  it.each(['', 'nightly', 'arn:aws:personalize'])(
    'the import trigger rejects the ARN %j in an event of the Solution',
    async (arn) => {
      const { input } = await execute(importActive(arn));
      expect(input.rejection).toBe(`detail.Arn: "${arn}" is not the ARN of a dataset import job.`);
    },
  );
});

describe('the setting importDatasetGroups', () => {
  const importDatasetGroups = ['shop', 'news'];

  it.each([
    ['CloudTrail', importStarted()],
    ['the AWS Solution', importActive(datasetImportJobArn)],
  ])('the setting importDatasetGroups limits an import that %s reports', async (_, anyEvent) => {
    const { input } = await execute(anyEvent, { importDatasetGroups });
    expect(input).toMatchObject({ datasetImportJobArn, onlyDatasetGroups: importDatasetGroups, quietIfNothing: true });
    expect((await execute(anyEvent)).input).not.toHaveProperty('onlyDatasetGroups');
  });

  it.each([
    ['a request file', newFile({})],
    ['a schedule', scheduled('nightly', '2026-11-24T02:30:00Z')],
    ['an event of another service', requested(request)],
  ])('the setting importDatasetGroups does not limit %s', async (_, anyEvent) => {
    expect((await execute(anyEvent, { importDatasetGroups })).input).not.toHaveProperty('onlyDatasetGroups');
  });
});

describe('the request file trigger', () => {
  it('the request file trigger reads the version of the file that the event names', async () => {
    const read: unknown[] = [];
    const readRequestFile: ReadRequestFile = async (object) => {
      read.push(object);
      return { request };
    };
    const { input } = await execute(newFile({ 'version-id': 'v1' }), { readRequestFile });
    expect(read).toEqual([{ bucket: 'exports-bucket', key: 'requests/a.json', versionId: 'v1' }]);
    expect(input).toEqual({
      ...request,
      origin: {
        trigger: 'request file',
        bucket: 'exports-bucket',
        key: 'requests/a.json',
        versionId: 'v1',
        eventId: 'event-1',
      },
    });
  });

  it.each([[{}], [{ 'version-id': 'null' }]])(
    'reads what was put and nothing later in a bucket that keeps no versions (%j)',
    async (object) => {
      const readRequestFile = vi.fn(holding({ request }));
      const { input } = await execute(newFile(object), { readRequestFile });
      expect(readRequestFile).toHaveBeenCalledExactlyOnceWith({
        bucket: 'exports-bucket',
        key: 'requests/a.json',
        etag: 'e1',
      });
      expect(input).toMatchObject({ origin: { sequencer: '01' } });
    },
  );

  it('the request file trigger gives a duplicate of the event the same execution name', async () => {
    expect((await execute(newFile({}))).name).toBe((await execute(newFile({}))).name);
  });

  it.each([
    ['another key', newFile({ key: 'requests/b.json' })],
    ['the same content put again', newFile({ sequencer: '02' })],
    ['another version', newFile({ 'version-id': 'v2' })],
    ['another bucket', newFile({}, 'other-bucket')],
  ])('the request file trigger gives %s another execution name', async (_, other) => {
    expect((await execute(other)).name).not.toBe((await execute(newFile({}))).name);
  });

  it('the request file trigger gives a file that is gone by the time of a retry the same execution name', async () => {
    const gone = holding({ fault: 'could not be read.' });
    expect((await execute(newFile({}), { readRequestFile: gone })).name).toBe((await execute(newFile({}))).name);
  });

  it('the request file trigger marks an execution if its file could not be read', async () => {
    const readRequestFile = holding({ fault: 'could not be read.' });
    expect(await execute(newFile({}), { readRequestFile })).toHaveProperty('isUnreadFile', true);
    expect(await execute(newFile({}))).not.toHaveProperty('isUnreadFile');
  });

  it('the request file trigger rejects a faulty file, naming the object and the fault', async () => {
    const readRequestFile = holding({ fault: 'is empty.' });
    const { input } = await execute(newFile({ key: 'requests/ä +.json' }), { readRequestFile });
    expect(input).toMatchObject({
      rejection: 's3://exports-bucket/requests/ä +.json: is empty.',
      origin: { key: 'requests/ä +.json' },
    });
  });

  it('the request file trigger cuts a rejection that is too long for the schema, but not within a character', async () => {
    const fault = '😀'.repeat(MAX_REJECTION_CHARACTERS);
    const { input } = await execute(newFile({}), { readRequestFile: holding({ fault }) });
    expect(validators.rejection(input)).toBe(true);
    expect(String(input.rejection).isWellFormed()).toBe(true);
  });
});

describe('the schedule trigger', () => {
  it('the schedule trigger gives every attempt at one scheduled time the same execution name', async () => {
    const { name, input } = await execute(scheduled('nightly', '2026-11-24T02:30:00Z'));
    expect(name).toMatch(/^nightly-2026-11-24T02-30-00Z-[0-9a-f]{16}$/);
    expect(input).toMatchObject({ ...request, origin: { trigger: 'schedule', schedule: 'nightly' } });
    expect((await execute(scheduled('nightly', '2026-11-24T02:30:00Z', 'attempt-2'))).name).toBe(name);
  });

  it.each([
    ['another time', 'nightly', '2026-11-25T02:30:00Z'],
    ['another schedule', 'weekly', '2026-11-24T02:30:00Z'],
    ['a schedule that differs only in a character that names replace', 'night.ly', '2026-11-24T02:30:00Z'],
  ])('the schedule trigger gives %s another execution name', async (_, schedule, time) => {
    const { name } = await execute(scheduled('night-ly', '2026-11-24T02:30:00Z'));
    expect((await execute(scheduled(schedule, time))).name).not.toBe(name);
  });
});

describe('the event trigger', () => {
  it('the event trigger takes the detail as the request and names the execution after source and id', async () => {
    const { name, input } = await execute(requested(request));
    expect(input).toEqual({ ...request, origin: { trigger: 'event', source: 'shop.orders', eventId: 'event-1' } });
    expect((await execute(requested(request))).name).toBe(name);
    expect((await execute(requested(request, 'event-2'))).name).not.toBe(name);
    expect((await execute(requested(request, 'event-1', 'shop.users'))).name).not.toBe(name);
  });

  it.each([[request], [{ exports: [request] }]])(
    'leaves the stage that the event is for out of the request %j',
    async (own) => {
      expect((await execute(requested({ ...own, stage: 'prod' }))).input).toEqual(
        (await execute(requested(own))).input,
      );
    },
  );

  it('the event trigger replaces an origin that the sender gives', async () => {
    const { input } = await execute(requested({ ...request, origin: { trigger: 'import started' } }));
    expect(input).toMatchObject({ origin: { trigger: 'event' } });
  });

  it('the event trigger rejects a request in which the sender gives a rejection, without quoting it', async () => {
    const { input } = await execute(requested({ ...request, rejection: 'words of the sender' }));
    expect(input).toEqual({
      rejection: expect.stringMatching(/^rejection: /),
      origin: expect.objectContaining({ trigger: 'event' }),
    });
    expect(input.rejection).not.toContain('words of the sender');
  });

  it('the event trigger rejects a request that is too large for an execution', async () => {
    const { input } = await execute(requested({ ...request, jobName: 'x'.repeat(MAX_REQUEST_BYTES) }));
    expect(input.rejection).toMatch(/^request: has 2\d{5} bytes; at most 200000 are allowed\.$/);
  });

  it('the event trigger measures a request in bytes, not in characters', async () => {
    const { input } = await execute(requested({ ...request, jobName: 'é'.repeat(MAX_REQUEST_BYTES / 2) }));
    expect(input.rejection).toMatch(/^request: has/);
  });
});

it.each([
  ['a schedule without a request', triggered('schedule', { schedule: 'nightly' })],
  ['a schedule with an empty detail', triggered('schedule', {})],
  ['a schedule whose request is a list', triggered('schedule', { request: [] })],
  ['a schedule whose request is null', triggered('schedule', { request: null })],
  ['an import without an ARN', triggered('import-started', {})],
  ['an import of the Solution without an ARN', triggered('solution-import-active', {})],
])('an execution reports %s as rejected; the function does not fail', async (_, faulty) => {
  const { name, input } = await execute(faulty);
  expect(name).toMatch(/^[a-zA-Z0-9\-_]{1,80}$/);
  expect(Object.keys(input)).toEqual(['rejection', 'origin']);
  expect(validators.rejection(input)).toBe(true);
});

it('an S3 event that names no file is rejected', async () => {
  const readRequestFile = holding({ fault: 'could not be read.' });
  const { input } = await execute(triggered('request-dropped', {}), { readRequestFile });
  expect(validators.rejection(input)).toBe(true);
});

it.each([
  ['aws.personalize', { responseElements: { datasetImportJobArn } }],
  ['solutions.aws.personalize', { Arn: datasetImportJobArn, Status: 'ACTIVE' }],
  ['aws.s3', { bucket: { name: 'exports-bucket' }, object: { key: 'requests/a.json' } }],
  ['aws.scheduler', { schedule: 'nightly', scheduledTime: '2026-11-24T02:30:00Z', request }],
])("an event with the source %s belongs to its rule's trigger, whatever the sender wrote", async (source, detail) => {
  const { name, input } = await execute(requested({ ...detail, datasetArn }, 'event-1', source));
  expect(name).toMatch(/^event-/);
  expect(input).toMatchObject({ datasetArn, origin: { trigger: 'event', source, eventId: 'event-1' } });
});

it.each([
  ['an import that has started', importStarted()],
  ['an import of the Solution', importActive(datasetImportJobArn)],
  ['a request file', newFile({})],
  ['a schedule', scheduled('nightly', '2026-11-24T02:30:00Z')],
  ['an event of another service', requested(request)],
])('the request schema accepts the input made from %s', async (_, anyEvent) => {
  const { input } = await execute(anyEvent, { importDatasetGroups: ['shop'] });
  expect(validators.request(input)).toBe(true);
});
