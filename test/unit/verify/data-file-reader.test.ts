import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_FINDINGS } from '../../../src/lambda/limits.ts';
import { MAX_ROW_BYTES } from '../../../src/verify/csv-rows.ts';
import { dataFileReader } from '../../../src/verify/data-file-reader.ts';
import { type DataFile, emptyMeasures, type Measures } from '../../../src/verify/measures.ts';
import { dataFile, measuresOf, readWhole, schemaOf, usersSchema } from './reading.ts';

const HEADER = 'USER_ID,AGE,SCORE\n';
const FIRST = 'part-0.csv';
const usersIn = (...contents: (string | Buffer)[]) => measuresOf(usersSchema, contents);

it('a reader measures rows and columns', () => {
  const { rows, bytes, columns, rowsWithLineBreaks, findings, warnings } = usersIn(
    `${HEADER}u1,30,0.5\n"u\n2",,\n`,
    'SCORE,USER_ID,AGE\n-2.25,"u,3",7\n',
  );
  expect({ rows, bytes, rowsWithLineBreaks, findings }).toEqual({
    rows: 3,
    bytes: 68,
    rowsWithLineBreaks: 1,
    findings: [],
  });
  expect(columns).toEqual([
    { name: 'USER_ID', kind: 'text', nullable: false, nulls: 0, lineBreaks: 1 },
    { name: 'AGE', kind: 'integer', nullable: true, nulls: 1, lineBreaks: 0, min: '7', max: '30' },
    { name: 'SCORE', kind: 'decimal', nullable: true, nulls: 1, lineBreaks: 0, min: '-2.25', max: '0.5' },
  ]);
  expect(warnings).toEqual([
    { file: 'part-1.csv', expected: 'columns in the same order as in the first file', count: 1 },
  ]);
});

it.each(['"a\nb"', '"a\rb"', '"a\r\nb"', '"\n"', 'a\rb'])('a reader counts the line break in the field %j', (field) => {
  const { columns, rowsWithLineBreaks } = usersIn(`${HEADER}${field},1,1\n"c",2,2\r\n`);
  expect({ rowsWithLineBreaks, inUserId: columns[0]?.lineBreaks }).toEqual({ rowsWithLineBreaks: 1, inUserId: 1 });
});

it.each([
  ['a\\b', true],
  ['ab', undefined],
])('a reader notes whether a value has a backslash: %j', (value, expected) => {
  expect(usersIn(`${HEADER}u1,1,1\n${value},2,2\n`).hasBackslashes).toBe(expected);
});

it('a reader keeps the header and the row count of each file', () => {
  const { files } = usersIn(`${HEADER}u1,1,1\n`, 'AGE,USER_ID,SCORE\n1,u2,1\n2,u3,1\n');
  expect(files.map(({ header, rows }) => [header, rows])).toEqual([
    [['USER_ID', 'AGE', 'SCORE'], 1],
    [['AGE', 'USER_ID', 'SCORE'], 2],
  ]);
});

describe('findings', () => {
  it.each([
    [
      'a header without a column of the schema',
      'USER_ID,AGE\nu1,1\n',
      { column: 'SCORE', expected: 'this column of the schema in the header' },
    ],
    [
      'a column that is in the header twice',
      'USER_ID,AGE,SCORE,AGE\n',
      { column: 'AGE', expected: 'each column once in the header' },
    ],
    [
      'a header with an open quote',
      `USER_ID,AGE,"SCORE\nu1,1,1\n`,
      { column: 'SCORE', expected: 'this column of the schema in the header' },
    ],
    ['a file with empty lines only', '\n\n', { expected: 'a header' }],
    [
      'a row that is too short',
      `${HEADER}u1,1,1\nu2,1\n`,
      { row: 2, expected: '3 fields, as in the header, instead of 2' },
    ],
    ['a row that is too long', `${HEADER}u1,1,1,1\n`, { row: 1, expected: '3 fields, as in the header, instead of 4' }],
    ['an open quote', `${HEADER}u1,"1,1\n`, { row: 1, column: 'AGE', expected: 'a quote at the end of the value' }],
    [
      'a quote inside of a value',
      `${HEADER}u"1,1,1\n`,
      { row: 1, column: 'USER_ID', expected: 'quotes only around a whole value, and two quotes for a quote inside' },
    ],
    [
      'other bytes than UTF-8',
      Buffer.from(`${HEADER}u1,1,1\nM\xfcller,1,1\n`, 'latin1'),
      { row: 2, column: 'USER_ID', expected: 'UTF-8' },
    ],
    [
      'a row over the limit',
      `${HEADER}u1,1,1\n${'x'.repeat(MAX_ROW_BYTES)}\n`,
      { row: 2, expected: `a row of at most ${MAX_ROW_BYTES} bytes; the rest of the file was not read` },
    ],
  ])('findings name %s', (_, content, finding) => {
    expect(usersIn(content).findings[0]).toEqual({ file: FIRST, ...finding });
  });

  it.each([
    ['names', Array.from({ length: 1_001 }, (_, index) => `C${index}`).join()],
    ['bytes in a name', 'C'.repeat(257)],
    ['bytes that are not UTF-8', Buffer.from('\xfc', 'latin1')],
  ])('a reader stops at a header that has too many or wrong %s', (_, header) => {
    const { findings, rows } = usersIn(Buffer.concat([Buffer.from(header), Buffer.from('\nu1\n')]));
    expect(findings).toEqual([{ file: FIRST, expected: expect.stringContaining('the file was not read') }]);
    expect(rows).toBe(0);
  });

  it('findings are counted beyond those that are kept', () => {
    const { findings, findingsCount, rows } = usersIn(HEADER + 'u1\n'.repeat(MAX_FINDINGS + 5));
    expect([findings.length, findingsCount, rows]).toEqual([MAX_FINDINGS, MAX_FINDINGS + 5, MAX_FINDINGS + 5]);
  });

  it('a row with a wrong number of fields is left out of the measurements', () => {
    const { columns, contentHash } = usersIn(`${HEADER}u1,1,1\nu2,99\n`);
    expect(columns[1]).toMatchObject({ min: '1', max: '1' });
    expect(contentHash).toBe(usersIn(`${HEADER}u1,1,1\n`).contentHash);
  });
});

describe('warnings', () => {
  it.each([
    [
      'a null where the schema allows none',
      `${HEADER},1,1\n`,
      { row: 1, column: 'USER_ID', expected: 'a value, because the schema does not allow null' },
    ],
    ['another form of a number', `${HEADER}u1,1.0,1\n`, { row: 1, column: 'AGE', expected: 'a whole number' }],
    ['a byte order mark', `\ufeff${HEADER}u1,1,1\n`, { expected: 'a file without a byte order mark' }],
    ['a quoted header', '"USER_ID","AGE","SCORE"\n', { expected: 'a header without quotes' }],
    [
      'a column that is not in the schema',
      'USER_ID,AGE,SCORE,COLOUR\n',
      { column: 'COLOUR', expected: 'only columns of the schema' },
    ],
  ])('warnings name %s', (_, content, warning) => {
    expect(usersIn(content)).toMatchObject({ findings: [], warnings: [{ file: FIRST, count: 1, ...warning }] });
  });

  it('warnings are counted by kind and column, over all files', () => {
    const { warnings } = usersIn(`${HEADER}u1,x,1\nu2,y,z\n`, `${HEADER}u3,x,1\n`);
    expect(warnings).toEqual([
      { file: FIRST, row: 1, column: 'AGE', expected: 'a whole number', count: 3 },
      { file: FIRST, row: 2, column: 'SCORE', expected: 'a decimal number', count: 1 },
    ]);
  });
});

it('a missing header does not reveal any value of a row', () => {
  const told = JSON.stringify(usersIn('secret-1,42,0.5\nsecret-2,43,0.5\n'));
  expect(told).toContain('column 1');
  expect(told).not.toMatch(/secret|42|43/);
});

it('a reader measures a column that is not in the schema', () => {
  const { columns } = usersIn('USER_ID,AGE,SCORE,COLOUR\nu1,1,1,red\n');
  expect(columns.at(-1)).toEqual({
    name: 'COLOUR',
    kind: 'text',
    nullable: true,
    nulls: 0,
    lineBreaks: 0,
    isExtra: true,
  });
});

/** Rows of any kind, good and bad. */
const line = fc.oneof(
  fc
    .tuple(
      fc.stringMatching(/^[a-zü"\n]{1,6}$/),
      fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
      fc.double({ noNaN: true }),
    )
    .map(([id, age, score]) => `"${id.replaceAll('"', '""')}",${age},${score}`),
  fc.constantFrom('u1,1', ',,', 'u"1,2,3', 'ü,x,y', '1,2,3,4'),
);
const file = fc
  .array(line, { maxLength: 20 })
  .map((lines) => Buffer.from(HEADER + lines.map((one) => `${one}\n`).join('')));

/** Reads files with a new reader, from new JSON, after each piece. */
function withInterruptions(schema: string, contents: Buffer[], pieceBytes: number): Measures {
  let measures = emptyMeasures(schema, contents.map(dataFile));
  for (const [index, content] of contents.entries()) {
    let from = 0;
    for (let size = pieceBytes; from + size < content.length; ) {
      measures = JSON.parse(JSON.stringify(measures));
      const reader = dataFileReader(measures, measures.files[index] as DataFile);
      reader.push(content.subarray(from, from + size));
      const read = reader.settle();
      from += read;
      size = read === 0 ? size + pieceBytes : pieceBytes;
    }
    readWhole(measures, measures.files[index] as DataFile, content.subarray(from), content.length);
  }
  return measures;
}

it('a reader finds the same if it is interrupted at any row', () => {
  fc.assert(
    fc.property(fc.array(file, { maxLength: 3 }), fc.integer({ min: 1, max: 60 }), (contents, pieceBytes) => {
      expect(withInterruptions(usersSchema, contents, pieceBytes)).toEqual(measuresOf(usersSchema, contents));
    }),
  );
});

it('a reader finds the same in pieces of any size', () => {
  fc.assert(
    fc.property(file, fc.integer({ min: 1, max: 30 }), (content, pieceBytes) => {
      expect(measuresOf(usersSchema, [content], pieceBytes)).toEqual(measuresOf(usersSchema, [content]));
    }),
  );
});

it('a reader reads every field of a row with only one column', () => {
  const { rows, columns } = measuresOf(schemaOf({ USER_ID: 'string' }), ['USER_ID\nu1\n""\nu2']);
  expect([rows, columns[0]?.nulls]).toEqual([3, 1]);
});
