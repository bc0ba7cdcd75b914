import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { packageSet } from './packaged.ts';

const { zips } = await packageSet('defaults');

it('each function has a zip of its own', () => {
  const functions = [
    'createExportJob',
    'describeExportJob',
    'describeImportJob',
    'notify',
    'planExports',
    'startExport',
    'verifyExport',
  ];
  expect(Object.keys(zips).sort()).toEqual(functions.map((name) => `${name}.zip`));
});

/** Some 1.25 × the largest one when this was written. What a cold start reads of it is limited in bundle-size.test.ts. */
it.each(Object.keys(zips))('the zip %s stays below 220 KB, which Lambda downloads before a cold start', (name) => {
  expect(zips[name]?.length).toBeLessThan(220 * 1024);
});

it.each(Object.keys(zips))('the zip %s has the same bytes for the same source', async (name) => {
  expect(zips[name]?.equals(await readFile(`.local/package/${name}`))).toBe(true);
});
