import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Cell, callsOfMatrix, cells, SITES, type SiteName } from './cells.ts';
import { type Ending, rightEndings } from './expectations.ts';
import { fakedCalls } from './fake-aws.ts';
import { isHurried, type Observed, runCell } from './run-cell.ts';

// The cells mostly wait, by whole seconds: all places at once.
vi.setConfig({ maxConcurrency: 50, testTimeout: 120_000 });

const outcomes: Record<string, number> = {};
afterAll(() => {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`);
  process.stdout.write(`fault matrix: ${cells.length} cells: ${counts.sort().join(', ')}\n`);
});

it('the fault matrix covers every call that the pipeline makes', () => {
  expect(callsOfMatrix()).toEqual([...fakedCalls, 'DescribeExecution', 'StartExecution'].sort());
});

/** Runs the cells at once; the endings that are wrong, with the right ones. */
async function wrongEndings(chosen: Cell[]): Promise<Record<string, { observed: Observed; right: Ending[] }>> {
  const wrong: Awaited<ReturnType<typeof wrongEndings>> = {};
  const run = async (cell: Cell) => {
    const observed = await runCell(cell);
    outcomes[observed.outcome] = (outcomes[observed.outcome] ?? 0) + 1;
    const right = rightEndings(cell);
    const isRight = right.some((ending) => isDeepStrictEqual(observed, { ...ending, broken: [] }));
    if (!isRight) wrong[cell.name] = { observed, right };
  };
  await Promise.all(chosen.map(run));
  return wrong;
}

it('an execution with a fault that lasts until the deadline ends as it should', async () => {
  expect(await wrongEndings(cells.filter(isHurried))).toEqual({});
});

describe.concurrent('the fault matrix', () => {
  it.each(Object.keys(SITES) as SiteName[])('an execution with any fault of %s ends as it should', async (site) => {
    expect(await wrongEndings(cells.filter((cell) => cell.site === site && !isHurried(cell)))).toEqual({});
  });
});
