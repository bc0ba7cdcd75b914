import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { packageSet } from './packaged.ts';

/** The bytes that a zip may have: 1.25 × the largest one when this was written. */
const MOST_BYTES = 225_000;

const { zips } = await packageSet('defaults');

it('has a zip of its own for each function', () => {
  const functions = [
    'createExportJob',
    'describeExportJob',
    'describeImportJob',
    'notify',
    'planExports',
    'startExport',
  ];
  expect(Object.keys(zips).sort()).toEqual(functions.map((name) => `${name}.zip`));
});

it.each(Object.keys(zips))('limits the size of %s', (name) => {
  expect(zips[name]?.length).toBeLessThan(MOST_BYTES);
});

it.each(Object.keys(zips))('makes the same bytes of %s from the same source', async (name) => {
  expect(zips[name]?.equals(await readFile(`.local/package/${name}`))).toBe(true);
});
