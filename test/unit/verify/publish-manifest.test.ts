import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/verify/manifest.ts';
import { moveLatest, olderLatest, writeOnce } from '../../../src/verify/publish-manifest.ts';
import { kmsKeyArn, sdkError } from '../builders.ts';
import { BUCKET, LATEST, MANIFEST } from './export-in-s3.ts';
import { fakeS3, jsonAt } from './fake-s3.ts';

const manifestOf = (createdAt: string, job = 'job') =>
  ({ export: { createdAt, datasetExportJobArn: job } }) as unknown as Manifest;
const day = (number: number) => `2026-03-${String(number).padStart(2, '0')}T00:00:00.000Z`;
const [older, newer] = [manifestOf(day(1)), manifestOf(day(2))];
/** Instead of the real pause, which lasts up to a quarter of a second. */
const noPause = async () => {};
const latestWith = (manifest: unknown) => fakeS3({ [LATEST]: JSON.stringify(manifest) });

describe('latest.json', () => {
  it.each([
    ['is made by the first export', fakeS3(), older, true],
    ['moves to a newer export', latestWith(older), newer, true],
    ['stays at a newer export', latestWith(newer), older, false],
    ['is not written again for the same export', latestWith(newer), newer, false],
    ['replaces what is not a manifest', latestWith({ anything: 1 }), older, true],
  ])('latest.json %s', async (_, s3, manifest, isWritten) => {
    const before = jsonAt(s3, LATEST);
    expect(await moveLatest(BUCKET, LATEST, manifest, s3.client)).toBe(isWritten);
    expect(jsonAt(s3, LATEST)).toEqual(isWritten ? manifest : before);
  });

  it('latest.json orders exports of the same moment by their jobs', async () => {
    const s3 = latestWith(manifestOf(day(1), 'b'));
    expect(await moveLatest(BUCKET, LATEST, manifestOf(day(1), 'a'), s3.client)).toBe(false);
    expect(await moveLatest(BUCKET, LATEST, manifestOf(day(1), 'c'), s3.client)).toBe(true);
  });

  it('latest.json never moves back, and ends at the newest of many exports that are verified at once', async () => {
    const days = fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, index) => index + 1),
      { minLength: 12 },
    );
    const delays = fc.infiniteStream(fc.nat(3));
    await fc.assert(
      fc.asyncProperty(days, delays, async (order, delay) => {
        const s3 = fakeS3();
        const seen: string[] = [];
        s3.before = async () => {
          await pause(delay.next().value);
          seen.push(jsonAt<Manifest | null>(s3, LATEST)?.export.createdAt ?? '');
        };
        await Promise.all(order.map((one) => moveLatest(BUCKET, LATEST, manifestOf(day(one)), s3.client, noPause)));
        expect(jsonAt<Manifest>(s3, LATEST).export.createdAt).toBe(day(12));
        expect(seen).toEqual([...seen].sort());
      }),
      { numRuns: 10 },
    );
  });

  it.each([404, 409, 412])('latest.json is read again when a write is answered with %i', async (status) => {
    const s3 = latestWith(older);
    let refusals = 2;
    s3.before = (operation) => {
      if (operation === 'PutObject' && refusals-- > 0) throw sdkError('refused', { status });
    };
    expect(await moveLatest(BUCKET, LATEST, newer, s3.client, noPause)).toBe(true);
    expect(s3.calls.filter((call) => call.startsWith('GetObject'))).toHaveLength(3);
  });

  it('moveLatest throws a retryable error when others write latest.json all the time', async () => {
    const s3 = latestWith(older);
    s3.before = (operation) => {
      if (operation === 'PutObject') throw sdkError('PreconditionFailed', { status: 412 });
    };
    const moved = moveLatest(BUCKET, LATEST, newer, s3.client, noPause);
    await expect(moved).rejects.toMatchObject({ name: 'TransientError' });
    expect(s3.calls).toHaveLength(80);
  });

  it.each(['GetObject', 'PutObject'])('moveLatest throws any other error of %s at once', async (failing) => {
    const s3 = latestWith(older);
    s3.before = (operation) => {
      if (operation === failing) throw sdkError('AccessDenied', { status: 403 });
    };
    await expect(moveLatest(BUCKET, LATEST, newer, s3.client)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(s3.calls.at(-1)).toMatch(failing);
    expect(jsonAt(s3, LATEST)).toEqual(older);
  });

  it.each([
    ['an older export', latestWith(older), older],
    ['a newer export', latestWith(newer), undefined],
    ['nothing', fakeS3(), undefined],
  ])('the previous manifest is returned if latest.json holds %s', async (_, s3, expected) => {
    const than = { createdAt: day(2), datasetExportJobArn: 'job' };
    expect(await olderLatest(BUCKET, LATEST, than, s3.client)).toEqual(expected);
  });
});

describe('a manifest', () => {
  it('writeOnce throws a retryable error when its object comes and goes all the time', async () => {
    const s3 = fakeS3();
    s3.before = (operation) => {
      if (operation === 'PutObject') throw sdkError('PreconditionFailed', { status: 412 });
    };
    const written = writeOnce(BUCKET, MANIFEST, newer, s3.client, noPause);
    await expect(written).rejects.toMatchObject({ name: 'TransientError' });
    expect(s3.calls).toHaveLength(80);
  });

  it.each([
    ['writeOnce', writeOnce],
    ['moveLatest', moveLatest],
  ])('%s encrypts with the key of the export', async (_, write) => {
    const s3 = fakeS3();
    const encrypted = { export: { ...older.export, kmsKeyArn } } as Manifest;
    const inputs: object[] = [];
    s3.before = (operation, input) => {
      if (operation === 'PutObject') inputs.push(input);
    };
    await write(BUCKET, MANIFEST, encrypted, s3.client);
    await write(BUCKET, `${MANIFEST}.other`, older, s3.client);
    expect(inputs).toMatchObject([{ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn }, {}]);
    expect(inputs[1]).not.toHaveProperty('SSEKMSKeyId');
  });

  it('writeOnce writes a manifest', async () => {
    const s3 = fakeS3();
    expect(await writeOnce(BUCKET, MANIFEST, older, s3.client)).toBe(older);
    expect(jsonAt(s3, MANIFEST)).toEqual(older);
  });

  it('writeOnce does not overwrite another manifest', async () => {
    const s3 = fakeS3({ [MANIFEST]: JSON.stringify(older) });
    expect(await writeOnce(BUCKET, MANIFEST, newer, s3.client)).toEqual(older);
    expect(jsonAt(s3, MANIFEST)).toEqual(older);
  });
});
