import { describe, expect, it } from 'vitest';
import { sdkError } from '../builders.ts';
import { at, HEADER, two, verifyAtOnce } from './export-in-s3.ts';
import { type FakeS3, fakeS3 } from './fake-s3.ts';

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
    ['by its deletion', `GetObject ${first}`, ({ objects }) => objects.delete(first)],
  ])('an object that changes %s is a finding', async (_, on, change) => {
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
