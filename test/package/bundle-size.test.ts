import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildFunction, eagerBytes } from '../../scripts/bundles.ts';

/** What a cold start of each function may read, in bytes: what it reads today and a twentieth. To raise one, say why. */
const BUDGETS: Record<string, number> = {
  'create-export-job': 209_000,
  'describe-export-job': 205_000,
  'describe-import-job': 194_000,
  notify: 230_000,
  'plan-exports': 230_000,
  'start-export': 222_000,
};
const LARGEST = 230_000;

const sizes: Record<string, number> = {};
const eagerInputs: Record<string, string[]> = {};

beforeAll(async () => {
  for (const handler of await handlers()) {
    const metafile = JSON.parse(await readFile(`.build/metafiles/${handler}.json`, 'utf8'));
    sizes[handler] = eagerBytes(metafile);
    eagerInputs[handler] = Object.keys(metafile.outputs[`.build/functions/${handler}/index.mjs`].inputs);
  }
});

async function handlers(): Promise<string[]> {
  return (await readdir('handlers')).map((file) => file.replace(/\.ts$/, ''));
}

it('every function has a budget, and none more than the largest', async () => {
  expect(Object.keys(BUDGETS)).toEqual((await handlers()).sort());
  expect(Math.max(...Object.values(BUDGETS))).toBeLessThanOrEqual(LARGEST);
});

describe('a cold start reads no more than its budget', () => {
  it.each(Object.entries(BUDGETS))('%s: %i bytes', (handler, budget) => {
    expect(sizes[handler]).toBeGreaterThan(budget / 2);
    expect(sizes[handler]).toBeLessThanOrEqual(budget);
  });
});

describe('a function carries', () => {
  it.each(Object.keys(BUDGETS))('%s: no schema compiler', (handler) => {
    expect(eagerInputs[handler]?.filter((input) => input.includes('node_modules/ajv/'))).toEqual([]);
  });

  it.each(Object.keys(BUDGETS))('%s: only the validators that it names', (handler) => {
    const validators = eagerInputs[handler]?.filter((input) => input.startsWith('.build/validators/'));
    expect(validators?.length).toBeLessThanOrEqual(handler === 'plan-exports' ? 3 : 1);
  });
});

it('a file that is read eagerly by mistake is counted', async () => {
  const metafile = await buildFunction('notify', '.local/test/bundle-size');
  const chunk = Object.keys(metafile.outputs).find((path) => path.includes('exported-files')) as string;
  const entry = metafile.outputs['.local/test/bundle-size/index.mjs'];
  const before = eagerBytes(metafile);
  entry?.imports.push({ path: chunk, kind: 'import-statement' });
  expect(eagerBytes(metafile)).toBe(before + (metafile.outputs[chunk]?.bytes ?? Number.NaN));
});
