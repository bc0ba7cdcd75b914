import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { packageSet } from './packaged.ts';

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

it.each(Object.keys(zips))('keeps %s below 150 KB, so that it starts fast', (name) => {
  expect(zips[name]?.length).toBeLessThan(150 * 1024);
});

it.each(Object.keys(zips))('makes the same bytes of %s from the same source', async (name) => {
  expect(zips[name]?.equals(await readFile(`.local/package/${name}`))).toBe(true);
});
