import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_HASH } from '../../../src/verify/content-hash.ts';
import { documentedHash } from './documented-hash.ts';
import { measuresOf, schemaOf } from './reading.ts';

const NAMES = ['A', 'B', 'Ç'];
const schema = schemaOf(Object.fromEntries(NAMES.map((name) => [name, ['null', 'string']])));

type Table = string[][];
const value = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'ü', ',', '"', '\n', '1'), maxLength: 5 }),
  fc.string({ minLength: 15, maxLength: 40 }),
);
const row = fc.array(value, { minLength: NAMES.length, maxLength: NAMES.length });
const table = fc.array(row, { minLength: 1, maxLength: 8 });

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const plain = (text: string) => (/[",\r\n]/.test(text) ? quoted(text) : text);

function fileOf(rows: Table, { order = NAMES.map((_, index) => index), write = plain, lineEnd = '\n' } = {}): string {
  const lines = [NAMES, ...rows].map((one) => order.map((index) => write(one[index] as string)).join(','));
  return lines.map((line) => line + lineEnd).join('');
}
const hashOf = (...files: string[]) => measuresOf(schema, files).contentHash;

describe('the content hash', () => {
  it('the content hash is the same for the same rows in another order', () => {
    const shuffled = table.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    );
    fc.assert(
      fc.property(shuffled, ([rows, others]) => {
        expect(hashOf(fileOf(others))).toBe(hashOf(fileOf(rows)));
      }),
    );
  });

  it('the content hash is the same for another order of the columns', () => {
    const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
    fc.assert(
      fc.property(table, order, (rows, columns) => {
        expect(hashOf(fileOf(rows, { order: columns }))).toBe(hashOf(fileOf(rows)));
      }),
    );
  });

  it('the content hash is the same for rows that are split into other files', () => {
    fc.assert(
      fc.property(table, fc.nat(8), (rows, at) => {
        expect(hashOf(fileOf(rows.slice(at)), fileOf(rows.slice(0, at)))).toBe(hashOf(fileOf(rows)));
      }),
    );
  });

  it('the content hash is the same for other quotes and line ends around the same values', () => {
    fc.assert(
      fc.property(table, (rows) => {
        expect(hashOf(fileOf(rows, { write: quoted, lineEnd: '\r\n' }))).toBe(hashOf(fileOf(rows)));
      }),
    );
  });

  it('the content hash differs if one value differs', () => {
    fc.assert(
      fc.property(table, fc.nat(), fc.nat(2), value, (rows, at, column, other) => {
        const changed = structuredClone(rows);
        const one = changed[at % rows.length] as string[];
        fc.pre(one[column] !== other);
        one[column] = other;
        expect(hashOf(fileOf(changed))).not.toBe(hashOf(fileOf(rows)));
      }),
    );
  });

  it('the content hash differs if a row is there twice', () => {
    fc.assert(
      fc.property(table, fc.nat(), (rows, at) => {
        expect(hashOf(fileOf([...rows, rows[at % rows.length] as string[]]))).not.toBe(hashOf(fileOf(rows)));
      }),
    );
  });

  it('the content hash differs if two rows swap the values of one column', () => {
    fc.assert(
      fc.property(row, row, fc.nat(2), (one, other, column) => {
        const [a, b] = [[...one], [...other]];
        [a[column], b[column]] = [other[column] as string, one[column] as string];
        fc.pre(JSON.stringify([a, b].sort()) !== JSON.stringify([one, other].sort()));
        expect(hashOf(fileOf([a, b]))).not.toBe(hashOf(fileOf([one, other])));
      }),
    );
  });

  it('the content hash differs if two columns of a row swap their values', () => {
    expect(hashOf('A,B,Ç\n1,2,\n')).not.toBe(hashOf('A,B,Ç\n2,1,\n'));
  });

  it('the content hash differs if a column has another name', () => {
    const hashWith = (name: string) => measuresOf(schemaOf({ [name]: 'string' }), [`${name}\nvalue\n`]).contentHash;
    expect(hashWith('A')).not.toBe(hashWith('B'));
  });

  it('the content hash is zero without rows', () => {
    expect([hashOf(), hashOf(fileOf([]))]).toEqual([EMPTY_HASH, EMPTY_HASH]);
  });
});

it('the content hash can be computed with another library from its documentation', () => {
  fc.assert(
    fc.property(table, (rows) => {
      expect(hashOf(fileOf(rows))).toBe(documentedHash(NAMES, rows));
    }),
  );
});
