import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ColumnKind, columnsOf } from '../../../src/verify/column.ts';
import { columnValues } from '../../../src/verify/column-values.ts';
import { schemaOf } from './reading.ts';

/** What a column of this kind makes of values: the smallest, the largest, and what was expected of each. */
function take(kind: ColumnKind, values: string[], settleAfter = values.length) {
  const column = { name: 'X', kind, nullable: true, nulls: 0, lineBreaks: 0, min: undefined, max: undefined };
  let taking = columnValues(column as never);
  const expected = values.map((value, index) => {
    if (index === settleAfter) {
      taking.settle();
      taking = columnValues(column as never);
    }
    const bytes = Buffer.from(`<${value}>`);
    return taking.take(bytes, 1, bytes.length - 1);
  });
  taking.settle();
  return { min: column.min, max: column.max, expected: expected.filter(Boolean) };
}

it("the smallest and the largest whole number are found even beyond JavaScript's exact integers", () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1 }),
      fc.nat(20),
      (numbers, settleAfter) => {
        const sorted = [...numbers].sort((a, b) => (a < b ? -1 : 1));
        expect(take('integer', numbers.map(String), settleAfter)).toEqual({
          min: String(sorted[0]),
          max: String(sorted.at(-1)),
          expected: [],
        });
      },
    ),
  );
});

it('the smallest and the largest decimal number are found', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  fc.assert(
    fc.property(fc.array(number, { minLength: 1 }), fc.nat(20), (numbers, settleAfter) => {
      const { min, max, expected } = take('decimal', numbers.map(String), settleAfter);
      expect([Number(min), Number(max), expected]).toEqual([Math.min(...numbers), Math.max(...numbers), []]);
    }),
  );
});

it('neighbouring whole numbers keep all their digits', () => {
  const numbers = ['9007199254740993', '9007199254740992', '-9007199254740993', '-9007199254740992'];
  expect(take('integer', numbers)).toMatchObject({ min: '-9007199254740993', max: '9007199254740993' });
});

describe('the form of a value', () => {
  it.each<[ColumnKind, string[], string]>([
    ['integer', ['1.0', '1e3', '+1', ' 1', '0x1', '12a', '-', '12345678901234567890'], 'a whole number'],
    [
      'decimal',
      ['1,5', 'NaN', 'Infinity', '.', '-', '1e', '1.2.3', '.x', '5.x', `1${'0'.repeat(100)}`],
      'a decimal number',
    ],
    ['boolean', ['True', 'FALSE', '1', '0', 'yes', 'trueish'], 'true or false'],
  ])('a value of a column of kind %s may not be %j', (kind, values, expected) => {
    expect(take(kind, values)).toEqual({ min: undefined, max: undefined, expected: values.map(() => expected) });
  });

  it.each<[ColumnKind, string[]]>([
    ['integer', ['0', '-1', '007', '123456789012345678']],
    ['decimal', ['0', '-1', '1.5', '1.', '.5', '.25', '-.125e3', '-0.25', '1E10', '1.0e-7', '0.1234567890123456789']],
    ['boolean', ['true', 'false']],
    ['text', ['anything', 'NaN', '\n']],
  ])('a value of a column of kind %s may be %j', (kind, values) => {
    expect(take(kind, values).expected).toEqual([]);
  });
});

it('the columns of a schema are read with their kinds', () => {
  const fields = { A: 'string', B: 'long', C: ['null', 'int'], D: ['float', 'null'], E: 'double', F: 'boolean', G: {} };
  expect(columnsOf(schemaOf(fields)).map(({ name, kind, nullable }) => [name, kind, nullable])).toEqual([
    ['A', 'text', false],
    ['B', 'integer', false],
    ['C', 'integer', true],
    ['D', 'decimal', true],
    ['E', 'decimal', false],
    ['F', 'boolean', false],
    ['G', 'text', false],
  ]);
});
