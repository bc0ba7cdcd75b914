import { describe, expect, it } from 'vitest';
import { MAX_FINDINGS } from '../../../src/lambda/limits.ts';
import { addFinding, addWarning, type Findings } from '../../../src/verify/findings.ts';

const none = (): Findings => ({ findings: [], findingsCount: 0, warnings: [] });
const numbered = Array.from({ length: MAX_FINDINGS + 1 }, (_, row) => row);

it('findings beyond the limit are counted and not kept', () => {
  const into = none();
  for (const row of numbered) addFinding(into, { row, expected: 'UTF-8' });
  expect(into.findingsCount).toBe(MAX_FINDINGS + 1);
  expect(into.findings.map(({ row }) => row)).toEqual(numbered.slice(0, MAX_FINDINGS));
});

describe('warnings', () => {
  it('warnings of one kind in one column are counted, with the first place', () => {
    const into = none();
    for (const file of ['a.csv', 'b.csv']) addWarning(into, { file, column: 'AGE', expected: 'a whole number' });
    expect(into.warnings).toEqual([{ file: 'a.csv', column: 'AGE', expected: 'a whole number', count: 2 }]);
  });

  it.each([
    ['columns', { column: 'AGE', expected: 'a whole number' }, { column: 'SIZE', expected: 'a whole number' }],
    ['kinds', { column: 'AGE', expected: 'a whole number' }, { column: 'AGE', expected: 'a value' }],
    ['places', { column: 'AGE', expected: 'a value' }, { expected: 'a value' }],
  ])('warnings of two %s are kept apart', (_, one, other) => {
    const into = none();
    for (const warning of [one, other]) addWarning(into, warning);
    expect(into.warnings).toEqual([one, other].map((warning) => ({ ...warning, count: 1 })));
  });

  it('warnings beyond the limit are left out, and those that are kept go on counting', () => {
    const into = none();
    for (const row of numbered) addWarning(into, { column: `C${row}`, expected: 'a value' });
    addWarning(into, { column: 'C0', expected: 'a value' });
    expect(into.warnings.map(({ column, count }) => [column, count])).toEqual(
      numbered.slice(0, MAX_FINDINGS).map((row) => [`C${row}`, row === 0 ? 2 : 1]),
    );
  });
});
