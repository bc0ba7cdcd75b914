import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exampleManifest } from '../../../scripts/manifest-docs.ts';
import { logger } from '../../../src/lambda/logger.ts';
import type { Manifest } from '../../../src/verify/manifest.ts';
import { moveTable } from '../../../src/verify/move-table.ts';
import { tableInput } from '../../../src/verify/table-input.ts';
import { datasetArn, sdkError } from '../builders.ts';
import { type FakeGlue, fakeGlue } from './fake-glue.ts';

const TABLE = 'shop_items_all';
const table = `exports.${TABLE}`;
const arn = (job: string) => `arn:aws:personalize:eu-west-1:123456789012:dataset-export-job/${job}`;
const day = (number: number) => `2026-03-${String(number).padStart(2, '0')}T00:00:00.000Z`;

/** The export of the documentation, created on another day by another job. */
function exportOf(number: number, facts: Partial<Manifest['export']> = {}): Manifest {
  const manifest = exampleManifest();
  const path = `s3://exports-bucket/exports/day-${number}/`;
  const own = { createdAt: day(number), datasetExportJobArn: arn(`day-${number}`), path, ...facts };
  return { ...manifest, export: { ...manifest.export, ...own } };
}
const glueWith = (manifest: Manifest, change: object = {}) => fakeGlue([{ ...tableInput(manifest), ...change }]);
const locationIn = ({ tables }: FakeGlue) => tables.get(TABLE)?.input.StorageDescriptor?.Location;
const move = (glue: FakeGlue, manifest: Manifest, database = 'exports') => moveTable(manifest, database, glue.client);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the table of a dataset', () => {
  it.each<[string, FakeGlue, number]>([
    ['is created by the first export', fakeGlue(), 1],
    ['moves to a newer export', glueWith(exportOf(1)), 2],
  ])('the table %s', async (_, glue, number) => {
    expect(await move(glue, exportOf(number))).toEqual({ table });
    expect(locationIn(glue)).toBe(`s3://exports-bucket/exports/day-${number}/`);
  });

  it('the table stays at a newer export', async () => {
    const glue = glueWith(exportOf(2));
    expect(await move(glue, exportOf(1))).toEqual({
      table,
      tableReason: `A newer export has the table: ${arn('day-2')}.`,
    });
    expect(locationIn(glue)).toBe('s3://exports-bucket/exports/day-2/');
  });

  it('the table is not written again for the same export', async () => {
    const glue = glueWith(exportOf(1));
    expect(await move(glue, exportOf(1))).toEqual({ table });
    expect(glue.calls).toEqual(['GetTable']);
  });

  it('no version of the table is kept when it moves', async () => {
    const glue = glueWith(exportOf(1));
    const send = vi.spyOn(glue.client, 'send');
    await move(glue, exportOf(2));
    expect(send.mock.lastCall?.[0].input).toMatchObject({ DatabaseName: 'exports', SkipArchive: true });
  });

  it.each([
    ['has the export', exportOf(2), 'table has this export', {}],
    ['stays', exportOf(0), 'table not moved', { reason: expect.stringMatching(/^A newer export/) }],
  ])('a table that %s is logged with the reason, if there is one', async (_, manifest, text, reason) => {
    const info = vi.spyOn(logger, 'info');
    await move(glueWith(exportOf(1)), manifest);
    expect(info).toHaveBeenCalledExactlyOnceWith(text, { table, ...reason });
  });

  it('the table keeps the parameters that its owner added', async () => {
    const { Parameters } = tableInput(exportOf(1));
    const glue = glueWith(exportOf(1), { Parameters: { ...Parameters, team: 'search' } });
    await move(glue, exportOf(2));
    expect(glue.tables.get(TABLE)?.input.Parameters).toMatchObject({
      team: 'search',
      'personalizeExport.createdAt': day(2),
    });
  });

  it.each<[string, Partial<Manifest['export']>, RegExp]>([
    ['a line break inside a value', { rowsWithLineBreaks: 1 }, /^A line break inside a value/],
    ['another dataset with the same name', { datasetArn }, /^Two datasets have the table name/],
  ])('the table stays as it is because of %s', async (_, facts, reason) => {
    const glue = glueWith(exportOf(1));
    const before = glue.tables.get(TABLE);
    expect(await move(glue, exportOf(2, facts))).toEqual({ table, tableReason: expect.stringMatching(reason) });
    expect(glue.tables.get(TABLE)).toEqual(before);
  });

  it('the reason names both datasets that have the same table name', async () => {
    const { tableReason } = await move(glueWith(exportOf(1)), exportOf(2, { datasetArn }));
    expect(tableReason).toContain(datasetArn);
    expect(tableReason).toContain(exportOf(1).export.datasetArn);
  });

  it.each([
    ['no parameters', undefined],
    ['other parameters', { classification: 'parquet' }],
    ['only our version', { 'personalizeExport.version': '1' }],
    ['only our dataset', { 'personalizeExport.datasetArn': exportOf(1).export.datasetArn }],
  ])('the table is never taken from another owner: a table with %s', async (_, Parameters) => {
    const glue = glueWith(exportOf(1), { Parameters });
    const before = glue.tables.get(TABLE);
    const { tableReason } = await move(glue, exportOf(2));
    expect(tableReason).toMatch(/^Another owner has the table shop_items_all/);
    expect(glue.tables.get(TABLE)).toEqual(before);
  });
});

it('the table never moves back, and ends at the newest of many exports that passed at once', async () => {
  const days = fc.shuffledSubarray(
    Array.from({ length: 12 }, (_, index) => index + 1),
    { minLength: 12 },
  );
  const delays = fc.infiniteStream(fc.nat(3));
  await fc.assert(
    fc.asyncProperty(days, delays, async (order, delay) => {
      const glue = fakeGlue();
      const seen: string[] = [];
      glue.before = async () => {
        await pause(delay.next().value);
        seen.push(glue.tables.get(TABLE)?.input.Parameters?.['personalizeExport.createdAt'] ?? '');
      };
      const outcomes = await Promise.all(order.map((one) => move(glue, exportOf(one))));
      expect(locationIn(glue)).toBe('s3://exports-bucket/exports/day-12/');
      expect(seen).toEqual([...seen].sort());
      const unexpected = outcomes.filter(({ tableReason = 'A newer export' }) => !tableReason.startsWith('A newer'));
      expect(unexpected).toEqual([]);
    }),
    { numRuns: 5 },
  );
});

describe('a fault of Glue', () => {
  /** Fails the first calls of an operation. */
  const failing = (operation: string, times: number, error: () => Error) => {
    let left = times;
    return (called: string) => {
      if (called === operation && left-- > 0) throw error();
    };
  };
  const throttled = () => sdkError('ThrottlingException', { message: 'Rate exceeded', status: 400 });
  const cut = () => sdkError('TimeoutError', { code: 'ECONNRESET' });

  it.each([
    ['GetTable', throttled],
    ['CreateTable', throttled],
    ['CreateTable', () => sdkError('InternalServiceException', { status: 500 })],
    ['CreateTable', cut],
  ])('a fault of Glue that stops is retried: %s', async (operation, error) => {
    const glue = fakeGlue();
    glue.before = failing(operation, 2, error);
    expect(await move(glue, exportOf(1))).toEqual({ table });
  });

  it.each([
    ['CreateTable', fakeGlue()],
    ['UpdateTable', glueWith(exportOf(1))],
  ])('a lost answer to %s is noticed: the table has the export', async (operation, glue) => {
    glue.after = failing(operation, 1, cut);
    expect(await move(glue, exportOf(2))).toEqual({ table });
    expect(glue.calls.filter((one) => one === operation)).toHaveLength(1);
    expect(locationIn(glue)).toBe('s3://exports-bucket/exports/day-2/');
  });

  it('a table that is deleted after it was read is created again', async () => {
    const glue = glueWith(exportOf(1));
    glue.before = (operation) => void (operation === 'UpdateTable' && glue.tables.delete(TABLE));
    expect(await move(glue, exportOf(2))).toEqual({ table });
    expect(glue.calls).toEqual(['GetTable', 'UpdateTable', 'GetTable', 'CreateTable']);
  });

  it.each([
    ['GetTable', sdkError('AccessDeniedException', { message: 'not authorized', status: 400 })],
    ['CreateTable', sdkError('AccessDeniedException', { message: 'Insufficient Lake Formation permission(s)' })],
    ['CreateTable', sdkError('GlueEncryptionException', { status: 400 })],
    ['CreateTable', sdkError('ResourceNumberLimitExceededException', { status: 400 })],
    ['CreateTable', sdkError('InvalidInputException', { status: 400 })],
  ])('a fault of Glue that lasts is the reason, after one attempt: %s %s', async (operation, error) => {
    const glue = fakeGlue();
    glue.before = failing(operation, 99, () => error);
    expect(await move(glue, exportOf(1))).toEqual({ table, tableReason: `${error.name}: ${error.message}` });
    expect(glue.calls.filter((one) => one === operation)).toHaveLength(1);
  });

  it('a database that does not exist is the reason', async () => {
    expect(await move(fakeGlue(), exportOf(1), 'missing')).toEqual({
      table: `missing.${TABLE}`,
      tableReason: 'EntityNotFoundException: Database missing not found.',
    });
  });

  it('a call to Glue without an answer is given up after 20 seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const glue = fakeGlue();
    glue.before = () => {
      vi.advanceTimersByTime(11_000);
      throw throttled();
    };
    expect(await move(glue, exportOf(1))).toEqual({ table, tableReason: 'ThrottlingException: Rate exceeded' });
    expect(glue.calls).toHaveLength(2);
  });

  it('a table that always changes meanwhile is given up after 40 attempts', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const glue = glueWith(exportOf(1));
    glue.before = failing('UpdateTable', 99, () => sdkError('ConcurrentModificationException', { status: 400 }));
    expect((await move(glue, exportOf(2))).tableReason).toMatch(/^TableChangedError: ConcurrentModificationException/);
    expect(glue.calls.filter((one) => one === 'UpdateTable')).toHaveLength(40);
  });

  it('a reason has the start of a long message of Glue', async () => {
    const glue = fakeGlue();
    glue.before = failing('GetTable', 1, () => sdkError('InvalidInputException', { message: 'x'.repeat(10_000) }));
    const { tableReason = '' } = await move(glue, exportOf(1));
    expect(tableReason.length).toBeLessThan(1_000);
  });

  it('a table without a version is not written', async () => {
    const glue = glueWith(exportOf(1));
    glue.after = failing('GetTable', 0, cut);
    const { client } = glue;
    vi.spyOn(client, 'send').mockResolvedValueOnce({ Table: tableInput(exportOf(1)) } as never);
    const { tableReason } = await moveTable(exportOf(2), 'exports', client);
    expect(tableReason).toBe(`UnexpectedAnswerError: Glue described the table ${table} without its version.`);
  });
});
