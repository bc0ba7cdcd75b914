import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/verify/manifest.ts';
import { datasetExportJobArn } from '../builders.ts';
import {
  at,
  CREATED,
  describingPersonalize,
  HEADER,
  LATEST,
  MANIFEST,
  manifestIn,
  two,
  verifyAtOnce,
  verifyEvent,
} from './export-in-s3.ts';
import { type FakeS3, fakeS3, jsonAt } from './fake-s3.ts';

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

  it('verifying an export again fails if its objects are others, even with the same rows', async () => {
    const s3 = fakeS3(two);
    await verifyAtOnce(s3);
    s3.objects.set(at('part-0.csv'), Buffer.from(`${HEADER}u2,,\nu1,30,0.5\n`));
    expect(await verifyAtOnce(s3)).toMatchObject({ result: 'FAILED', findingsCount: 1 });
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

  it('unchanged rows are not reported for an export with findings, which has no previous manifest', async () => {
    const s3 = fakeS3(two);
    await previousRun(s3);
    s3.objects.set(at('part-2.csv'), Buffer.from(`${HEADER}u4\n`));
    expect(await verifyAtOnce(s3)).not.toHaveProperty('unchanged');
    const { contentHash, ...facts } = manifestIn(s3).export;
    expect(contentHash).toBe(jsonAt<Manifest>(s3, LATEST).export.contentHash);
    expect(facts).not.toHaveProperty('previousManifest');
  });

  it('unchanged data is not reported again once the export has other data', async () => {
    const s3 = fakeS3(two);
    await previousRun(s3);
    await verifyAtOnce(s3);
    s3.objects.set(at('part-1.csv'), Buffer.from(`${HEADER}"u\n3",8,1\n`));
    const repeated = await verifyAtOnce(s3);
    expect(repeated.result).toBe('FAILED');
    expect(repeated).not.toHaveProperty('unchanged');
  });

  it('data with one different value is not reported as unchanged', async () => {
    const s3 = fakeS3(two);
    await previousRun(s3);
    s3.objects.set(at('part-1.csv'), Buffer.from(`${HEADER}"u\n3",8,1\n`));
    expect(await verifyAtOnce(s3)).not.toHaveProperty('unchanged');
    expect(manifestIn(s3).export).not.toHaveProperty('unchanged');
  });
});
