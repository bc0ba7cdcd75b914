import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Cell, callsOfMatrix, callsOfSource, cells, SITES, type SiteName } from './cells.ts';
import { owed } from './expectations.ts';
import { isHurried, type Observed, runCell } from './run-cell.ts';

// The cells mostly wait, by whole seconds: all places at once.
vi.setConfig({ maxConcurrency: 50, testTimeout: 120_000 });

const results: Record<string, number> = {};
let asExpected = 0;

afterAll(() => {
  const told = Object.entries(results).map(([outcome, count]) => `${outcome} ${count}`);
  const all = asExpected === cells.length ? 'all' : String(asExpected);
  process.stdout.write(`fault matrix: ${cells.length} cells, ${all} as expected: ${told.sort().join(', ')}\n`);
});

it('covers every call that the pipeline makes, and no other', () => {
  expect(callsOfMatrix()).toEqual(callsOfSource());
});

/** Of one place, or of those that end at the deadline. */
async function expectAll(chosen: Cell[]): Promise<void> {
  const observed: Record<string, Observed> = {};
  const wanted: Record<string, Observed> = {};
  const run = async (cell: Cell) => {
    const ended = await runCell(cell);
    const should = { ...owed(cell), broken: [] };
    results[ended.outcome] = (results[ended.outcome] ?? 0) + 1;
    if (isDeepStrictEqual(ended, should)) asExpected += 1;
    else [observed[cell.name], wanted[cell.name]] = [ended, should];
  };
  await Promise.all(chosen.map(run));
  expect(observed).toEqual(wanted);
}

it('every fault that lasts until the deadline ends as it should', async () => {
  await expectAll(cells.filter(isHurried));
});

describe.concurrent('every fault ends as it should', () => {
  it.each(Object.keys(SITES) as SiteName[])('%s', async (site) => {
    await expectAll(cells.filter((cell) => cell.site === site && !isHurried(cell)));
  });
});
