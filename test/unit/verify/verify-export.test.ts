import { CreateTableCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Manifest } from '../../../src/verify/manifest.ts';
import { verifyExport } from '../../../src/verify/verify-export.ts';
import { mocked } from '../../mocked.ts';
import { datasetExportJobArn, sdkError } from '../builders.ts';
import {
  CREATED,
  describingPersonalize,
  FOLDER,
  LATEST,
  MANIFEST,
  unhurried,
  verifyAtOnce,
  verifyEvent,
  verifyInCalls,
} from './export-in-s3.ts';
import { type FakeS3, fakeS3, jsonAt } from './fake-s3.ts';

const HEADER = 'USER_ID,AGE,SCORE\n';
const at = (name: string) => FOLDER + name;
const two = { [at('part-0.csv')]: `${HEADER}u1,30,0.5\nu2,,\n`, [at('part-1.csv')]: `${HEADER}"u\n3",7,1\n` };
const manifestIn = (s3: FakeS3) => jsonAt<Manifest>(s3, MANIFEST);

describe('an export without findings', () => {
  it('an export without findings passes, and latest.json gets its manifest', async () => {
    const s3 = fakeS3(two);
    expect(await verifyAtOnce(s3)).toEqual({
      phase: 'done',
      calls: 1,
      startedAt: expect.any(String),
      rows: 3,
      bytesRead: 61,
      bytes: 61,
      result: 'PASSED',
      manifest: `s3://exports-bucket/${MANIFEST}`,
    });
    expect(manifestIn(s3).export).toMatchObject({ verification: 'PASSED', datasetExportJobArn, createdAt: CREATED });
    expect(jsonAt(s3, LATEST)).toEqual(manifestIn(s3));
  });

  it('a manifest describes the objects in the form that Redshift loads', async () => {
    const s3 = fakeS3(two);
    await verifyAtOnce(s3);
    const { entries, schema, meta } = manifestIn(s3);
    const url = (name: string) => `s3://exports-bucket/${at(name)}`;
    expect(entries).toEqual([
      { url: url('part-0.csv'), mandatory: true, meta: { content_length: 33, record_count: 2 } },
      { url: url('part-1.csv'), mandatory: true, meta: { content_length: 28, record_count: 1 } },
    ]);
    expect(meta).toEqual({ content_length: 61, record_count: 3 });
    expect(schema.elements).toEqual([
      { name: 'USER_ID', type: { base: 'character varying' } },
      { name: 'AGE', type: { base: 'bigint' } },
      { name: 'SCORE', type: { base: 'double precision' } },
    ]);
  });

  it('a manifest has the checksum and the header of each file', async () => {
    const s3 = fakeS3(two);
    await verifyAtOnce(s3);
    expect(manifestIn(s3).export.files[0]).toEqual({
      name: 'part-0.csv',
      bytes: 33,
      rows: 2,
      etag: expect.stringMatching(/^[0-9a-f]{32}$/),
      checksum: { algorithm: 'CRC64NVME', value: 'sum of 33', type: 'FULL_OBJECT' },
      header: ['USER_ID', 'AGE', 'SCORE'],
    });
  });

  it('an export without rows passes with a warning', async () => {
    const s3 = fakeS3({ [at('part-0.csv')]: HEADER });
    const { result, rows, warnings } = await verifyAtOnce(s3);
    expect({ result, rows, warnings }).toEqual({
      result: 'PASSED',
      rows: 0,
      warnings: [{ expected: 'at least one row', count: 1 }],
    });
  });

  it.each(['_CHECK', '.part-0.csv.crc', 'below/_SUCCESS', 'empty.csv'])(
    'verification does not check the object %s',
    async (name) => {
      const s3 = fakeS3({ ...two, [at(name)]: name === 'empty.csv' ? '' : 'anything' });
      expect(await verifyAtOnce(s3)).toMatchObject({ result: 'PASSED', rows: 3 });
      expect(manifestIn(s3).entries).toHaveLength(2);
    },
  );
});

describe('an export with findings', () => {
  it('an export with findings fails, and latest.json stays', async () => {
    const s3 = fakeS3({ [at('part-0.csv')]: `${HEADER}u1,30\n` });
    const findings = [{ file: 'part-0.csv', row: 1, expected: '3 fields, as in the header, instead of 2' }];
    expect(await verifyAtOnce(s3)).toMatchObject({ result: 'FAILED', findings, findingsCount: 1 });
    expect(manifestIn(s3).export).toMatchObject({ verification: 'FAILED', findings, findingsCount: 1 });
    expect(s3.objects.has(LATEST)).toBe(false);
  });

  it.each([
    ['no object', {}],
    ['markers only', { [at('_SUCCESS')]: 'x', [at('part-0.csv')]: '' }],
  ])('verification fails if there is %s', async (_, objects) => {
    const findings = [{ expected: 'at least one object with data' }];
    expect(await verifyAtOnce(fakeS3(objects))).toMatchObject({ result: 'FAILED', findings });
  });
});

describe('an object that changes', () => {
  const expected = 'an object that does not change while it is read';
  const changing = (change: (s3: FakeS3) => void, on: string) => {
    const s3 = fakeS3(two);
    let isDone = false;
    s3.before = (operation, { Key = '' }) => {
      if (isDone || `${operation} ${Key}` !== on) return;
      isDone = true;
      change(s3);
    };
    return s3;
  };
  const first = at('part-0.csv');

  it.each<[string, string, (s3: FakeS3) => void]>([
    ['before it is read', `GetObject ${first}`, ({ objects }) => objects.set(first, Buffer.from(HEADER))],
    ['after it was read', `HeadObject ${first}`, ({ objects }) => objects.set(first, Buffer.from(HEADER))],
    [
      'while another one is read',
      `GetObject ${at('part-1.csv')}`,
      ({ objects }) => objects.set(first, Buffer.from(HEADER)),
    ],
    ['by being deleted', `GetObject ${first}`, ({ objects }) => objects.delete(first)],
  ])('is a finding %s', async (_, on, change) => {
    const { result, findings } = await verifyAtOnce(changing(change, on));
    expect({ result, findings }).toEqual({ result: 'FAILED', findings: [{ file: 'part-0.csv', expected }] });
  });

  it('an object that is new is a finding', async () => {
    const s3 = changing(({ objects }) => objects.set(at('part-2.csv'), Buffer.from(HEADER)), `GetObject ${first}`);
    expect(await verifyAtOnce(s3)).toMatchObject({ result: 'FAILED', findings: [{ file: 'part-2.csv', expected }] });
  });
});

describe('a connection that is cut', () => {
  it('a connection that is cut is opened again where it ended', async () => {
    const s3 = fakeS3(two);
    s3.cutsAfter = [10, 8];
    expect(await verifyAtOnce(s3)).toMatchObject({ result: 'PASSED', rows: 3 });
    expect(s3.calls.filter((call) => call.startsWith('GetObject exports'))).toEqual([
      `GetObject ${at('part-0.csv')}`,
      `GetObject ${at('part-0.csv')} bytes=14-`,
      `GetObject ${at('part-0.csv')} bytes=28-`,
      `GetObject ${at('part-1.csv')}`,
    ]);
  });

  it('a call fails if no more bytes arrive', async () => {
    const s3 = fakeS3(two);
    s3.cutsAfter = Array(10).fill(0);
    await expect(verifyAtOnce(s3)).rejects.toThrow('aborted');
    expect(s3.calls.filter((call) => call.startsWith('GetObject exports'))).toHaveLength(4);
  });

  it('a connection is not opened again after a final error', async () => {
    const s3 = fakeS3(two);
    s3.before = (operation) => {
      if (operation === 'GetObject') throw sdkError('AccessDenied', { status: 403 });
    };
    await expect(verifyAtOnce(s3)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(s3.calls.filter((call) => call.startsWith('GetObject'))).toHaveLength(1);
  });
});

describe('verification over several calls', () => {
  it.each([3, 4])(
    'verification over several calls finds the same as one call, with %i pieces per call',
    async (pieces) => {
      const [s3, other] = [fakeS3(two), fakeS3(two)];
      const states = await verifyInCalls(s3, pieces);
      await verifyAtOnce(other);
      expect(states.length).toBeGreaterThan(2);
      expect(states.at(-1)).toMatchObject({ phase: 'done', result: 'PASSED', calls: states.length });
      const { verifiedAt: _, ...found } = manifestIn(s3).export;
      expect(manifestIn(other).export).toMatchObject(found);
    },
  );

  it('verification keeps less than 1 KB in the state, and the rest in S3 until it is done', async () => {
    const s3 = fakeS3(two);
    const states = await verifyInCalls(s3, 4);
    const [first] = states;
    expect(first).toEqual({
      phase: 'pending',
      calls: 1,
      startedAt: expect.any(String),
      rows: expect.any(Number),
      bytesRead: expect.any(Number),
      bytes: 61,
      progress: 'manifests/shop/INTERACTIONS/ALL/dt=2026-03-14/interactions-run-1.progress-run-1-1.json',
    });
    for (const state of states) expect(JSON.stringify(state).length).toBeLessThan(1024);
    expect([...s3.objects.keys()].filter((key) => key.startsWith('manifests/'))).toEqual([MANIFEST, LATEST]);
  });

  it('verification counts nothing twice if a call is repeated', async () => {
    const s3 = fakeS3(two);
    const clients = { personalize: describingPersonalize(), s3: s3.client };
    const shortly = (pieces: number) => () => (pieces-- > 0 ? 900_000 : 0);
    const verification = await verifyExport(verifyEvent(), shortly(3), {}, clients);
    const lost = await verifyExport(verifyEvent({ verification }), shortly(2), {}, clients);
    expect(lost.phase).toBe('pending');
    expect(await verifyExport(verifyEvent({ verification }), unhurried, {}, clients)).toMatchObject({
      result: 'PASSED',
      rows: 3,
      bytesRead: 61,
    });
  });

  it('verification does not disturb another execution that verifies the same export', async () => {
    const s3 = fakeS3(two);
    const clients = { personalize: describingPersonalize(), s3: s3.client };
    const pieces = (count: number) => () => (count-- > 1 ? 900_000 : 0);
    const ours = await verifyExport(verifyEvent(), pieces(4), {}, clients);
    const theirs = await verifyExport(verifyEvent({ executionName: 'run-2' }), pieces(4), {}, clients);
    const end = (executionName: string, verification: typeof ours) =>
      verifyExport(verifyEvent({ executionName, verification }), unhurried, {}, clients);
    expect(await end('run-2', theirs)).toMatchObject({ result: 'PASSED', rows: 3 });
    expect(await end('run-1', ours)).toMatchObject({ result: 'PASSED', rows: 3 });
  });

  it('verification stops after six calls, and says how far it got', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => `u${index},1,1\n`).join('');
    const s3 = fakeS3({ [at('part-0.csv')]: HEADER + rows });
    const states = await verifyInCalls(s3, 4);
    expect(states).toHaveLength(6);
    expect(states.at(-1)).toMatchObject({ phase: 'done', result: 'NOT VERIFIED' });
    expect(states.at(-1)?.reason).toMatch(
      /^Verification takes at most .* After 6 calls it had read \d+ of 328 bytes, with \d+ rows\.$/,
    );
    expect([...s3.objects.keys()]).toEqual([at('part-0.csv')]);
  });

  it('verification stops after an hour', async () => {
    vi.useFakeTimers({ now: new Date('2026-03-14T10:00:01Z'), toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const s3 = fakeS3(two);
    const clients = { personalize: describingPersonalize(), s3: s3.client };
    const first = await verifyExport(verifyEvent(), () => 0, {}, clients);
    const verification = { ...first, startedAt: CREATED };
    expect(await verifyExport(verifyEvent({ verification }), unhurried, {}, clients)).toMatchObject({
      phase: 'done',
      calls: 2,
      result: 'NOT VERIFIED',
    });
  });

  it('verification passes even if its progress cannot be deleted', async () => {
    const s3 = fakeS3(two);
    s3.before = (operation) => {
      if (operation === 'DeleteObject') throw sdkError('AccessDenied', { status: 403 });
    };
    expect((await verifyInCalls(s3, 4)).at(-1)).toMatchObject({ result: 'PASSED' });
  });
});

describe('an export that is verified again', () => {
  it('an export that is verified again keeps its manifest', async () => {
    const s3 = fakeS3(two);
    await verifyAtOnce(s3);
    const before = s3.objects.get(MANIFEST);
    expect(await verifyAtOnce(s3)).toMatchObject({ result: 'PASSED', manifest: `s3://exports-bucket/${MANIFEST}` });
    expect(s3.objects.get(MANIFEST)).toBe(before);
  });

  it('verifying an export again fails if its data differs from the manifest', async () => {
    const s3 = fakeS3(two);
    await verifyAtOnce(s3);
    const before = s3.objects.get(MANIFEST);
    s3.objects.set(at('part-0.csv'), Buffer.from(`${HEADER}u1,31,0.5\n`));
    const expected = expect.stringMatching(/^the data that its manifest of .* describes$/);
    expect(await verifyAtOnce(s3)).toMatchObject({ result: 'FAILED', findings: [{ expected }] });
    expect(s3.objects.get(MANIFEST)).toBe(before);
  });
});

describe('unchanged data', () => {
  const earlier = '2026-03-13T09:00:00.000Z';
  const previousRun = (s3: FakeS3) => {
    const event = verifyEvent();
    const job = { ...event.job, datasetExportJobArn: `${datasetExportJobArn}-before` };
    const previous = { ...event, export: { ...event.export, jobName: 'before' }, job };
    return verifyAtOnce(s3, previous, describingPersonalize({ createdAt: earlier }));
  };

  it('unchanged data is reported with the previous manifest', async () => {
    const s3 = fakeS3(two);
    await previousRun(s3);
    s3.objects.set(at('part-1.csv'), Buffer.from(`AGE,USER_ID,SCORE\n7,"u\n3",1\n`));
    expect(await verifyAtOnce(s3)).toMatchObject({ result: 'PASSED', unchanged: true });
    expect(manifestIn(s3).export).toMatchObject({
      unchanged: true,
      previousManifest: 's3://exports-bucket/manifests/shop/INTERACTIONS/ALL/dt=2026-03-13/before.json',
    });
  });

  it('unchanged data is still reported if the call that wrote the manifest is repeated', async () => {
    const s3 = fakeS3(two);
    await previousRun(s3);
    await verifyAtOnce(s3);
    expect(await verifyAtOnce(s3)).toMatchObject({ unchanged: true });
  });

  it('data with one different value is not reported as unchanged', async () => {
    const s3 = fakeS3(two);
    await previousRun(s3);
    s3.objects.set(at('part-1.csv'), Buffer.from(`${HEADER}"u\n3",8,1\n`));
    expect(await verifyAtOnce(s3)).not.toHaveProperty('unchanged');
    expect(manifestIn(s3).export).not.toHaveProperty('unchanged');
  });
});

describe('the table of a dataset', () => {
  const glue = mocked(GlueClient);
  const table = 'exports.shop_interactions_all';
  const verifyWithTable = (s3: FakeS3) =>
    verifyExport(
      verifyEvent(),
      unhurried,
      { glueDatabase: 'exports' },
      { personalize: describingPersonalize(), s3: s3.client },
    );
  const oneFile = (rows: string) => fakeS3({ [at('part-0.csv')]: HEADER + rows });

  it('a table is created once the manifest and latest.json are written', async () => {
    const s3 = oneFile('u1,30,0.5\n');
    glue.on(GetTableCommand).rejects(sdkError('EntityNotFoundException', { status: 400 }));
    glue.on(CreateTableCommand).callsFake(() => {
      expect([...s3.objects.keys()]).toEqual(expect.arrayContaining([MANIFEST, LATEST]));
      return {};
    });
    expect(await verifyWithTable(s3)).toMatchObject({ result: 'PASSED', table });
    expect(glue).toHaveReceivedCommandTimes(CreateTableCommand, 1);
  });

  it('an export passes even if Glue refuses the table', async () => {
    glue.on(GetTableCommand).rejects(sdkError('AccessDeniedException', { message: 'not authorized', status: 400 }));
    const verification = await verifyWithTable(oneFile('u1,30,0.5\n'));
    expect(verification).toMatchObject({ result: 'PASSED', tableReason: 'AccessDeniedException: not authorized' });
  });

  it('an export with a line break inside a value does not change the table', async () => {
    const { result, tableReason } = await verifyWithTable(oneFile('"u\n1",30,0.5\n'));
    expect({ result, tableReason }).toEqual({ result: 'PASSED', tableReason: expect.stringMatching(/^A line break/) });
    expect(glue.calls()).toEqual([]);
  });

  it('an export that fails verification does not change the table', async () => {
    const verification = await verifyWithTable(oneFile('u1,30\n'));
    expect(verification).toMatchObject({ result: 'FAILED' });
    expect(verification).not.toHaveProperty('table');
    expect(glue.calls()).toEqual([]);
  });

  it('an export has no table without the setting glueDatabase', async () => {
    const verification = await verifyAtOnce(oneFile('u1,30,0.5\n'));
    expect(verification).not.toHaveProperty('table');
    expect(glue.calls()).toEqual([]);
  });

  it('leaves out backslashes, so that the manifest and the notification warn of them', async () => {
    glue.on(GetTableCommand).resolves({});
    const s3 = oneFile('a\\b,30,0.5\n');
    const warnings = [{ expected: 'values without a backslash, which Athena leaves out', count: 1 }];
    expect(await verifyWithTable(s3)).toMatchObject({ result: 'PASSED', warnings });
    expect(manifestIn(s3).export.warnings).toEqual(warnings);
    expect(await verifyAtOnce(oneFile('a\\b,30,0.5\n'))).not.toHaveProperty('warnings');
  });
});
