import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { verifyExport } from '../../../src/verify/verify-export.ts';
import { sdkError } from '../builders.ts';
import {
  at,
  CREATED,
  describingPersonalize,
  HEADER,
  LATEST,
  MANIFEST,
  manifestIn,
  two,
  unhurried,
  verifyAtOnce,
  verifyEvent,
  verifyInCalls,
} from './export-in-s3.ts';
import { fakeS3 } from './fake-s3.ts';

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
