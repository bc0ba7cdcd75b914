import { expect, it } from 'vitest';
import { importFaults, rowFaults } from '../../../../cli/restore/import-rules.ts';
import { manifestWith } from './builders.ts';

it.each([
  ['INTERACTIONS', 999, false],
  ['INTERACTIONS', 1_000, true],
  ['ITEMS', 1, true],
  ['USERS', 0, false],
])('an import of %s with %i rows is possible: %s', (datasetType, rows, isPossible) => {
  expect(rowFaults(datasetType, rows)).toHaveLength(isPossible ? 0 : 1);
});

it('an import of exactly a terabyte is possible, and one of a byte more is not', () => {
  const terabyte = 1024 ** 4;
  expect(importFaults(manifestWith({ bytes: terabyte }))).toEqual([]);
  expect(importFaults(manifestWith({ bytes: terabyte + 1 }))).toHaveLength(1);
});
