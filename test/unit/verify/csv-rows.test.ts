import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows, MAX_ROW_BYTES, type Row } from '../../../src/verify/csv-rows.ts';

const textsOf = ({ bytes, starts, ends, fields }: Row): string[] =>
  Array.from({ length: fields }, (_, field) => Buffer.from(bytes.subarray(starts[field], ends[field])).toString());

interface Read {
  rows: string[][];
  badlyQuoted: number[];
  openQuotes: number;
  suspects: boolean[];
  marks: boolean[];
}

function read(content: string | Buffer, pieceBytes = Number.MAX_SAFE_INTEGER, isFileStart = true): Read {
  const found: Read = { rows: [], badlyQuoted: [], openQuotes: 0, suspects: [], marks: [] };
  const reader = csvRows((row) => {
    found.rows.push(textsOf(row));
    found.badlyQuoted.push(row.badlyQuoted);
    found.openQuotes += Number(row.openQuote);
    found.suspects.push(row.suspect);
    found.marks.push(row.afterMark);
  }, isFileStart);
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  reader.end();
  return found;
}

/** A table as CSV: each value quoted or not, where it may be, with either line end. */
const csv = fc
  .record({
    rows: fc.array(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '💥', ' ', '+', '-', ',', '"', '\n', '\r\n') }), {
        minLength: 2,
        maxLength: 4,
      }),
    ),
    quotes: fc.infiniteStream(fc.boolean()),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    endsWithLine: fc.boolean(),
  })
  .map(({ rows, quotes, lineEnd, endsWithLine }) => {
    const quote = (value: string) => {
      const mustQuote = /[",\r\n]/.test(value);
      return mustQuote || quotes.next().value ? `"${value.replaceAll('"', '""')}"` : value;
    };
    const text = rows.map((row) => row.map(quote).join(',')).join(lineEnd);
    return { rows, text: text + (endsWithLine ? lineEnd : '') };
  });

describe('csvRows', () => {
  it('csvRows returns the values of any table, in pieces of any size', () => {
    fc.assert(
      fc.property(csv, fc.integer({ min: 1, max: 20 }), ({ rows, text }, pieceBytes) => {
        const found = read(text, pieceBytes);
        expect(found.rows).toEqual(rows);
        expect(found.badlyQuoted.filter((field) => field >= 0)).toEqual([]);
        expect(found.openQuotes).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('csvRows reads any text that csv-parse accepts like csv-parse', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', ',', '"', '"', '\n', '\r\n') });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (content, pieceBytes) => {
        const options = { relax_column_count: true, skip_empty_lines: true, record_delimiter: ['\n', '\r\n'] };
        let expected: string[][];
        try {
          expected = parse(content, options);
        } catch {
          return;
        }
        expect(read(content, pieceBytes).rows).toEqual(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['LF', 'a,b\nc,d\n'],
    ['CRLF', 'a,b\r\nc,d\r\n'],
    ['both line ends', 'a,b\r\nc,d\n'],
    ['no line end at the end', 'a,b\nc,d'],
    ['empty lines', '\n\na,b\r\n\r\nc,d\n\n'],
    ['quotes', '"a","b"\r\n"c",d'],
  ])('csvRows reads rows with %s', (_, text) => {
    expect(read(text).rows).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it.each([
    ['a quote inside of a value', 'x,a"b\n', 1],
    ['text after the closing quote', '"a"b,x\n', 0],
    ['a space before the opening quote', 'x, "a"\n', 1],
    ['the first of two quotes inside of values', 'x,a"b,c"d\n', 1],
    ['the first of two texts after closing quotes', 'x,"a"b,"c"d\n', 1],
    ['a carriage return after the closing quote that ends no line', '"a"\rb,x\n', 0],
  ])('csvRows reports the field with %s', (_, text, field) => {
    expect(read(text).badlyQuoted).toEqual([field]);
  });

  it('csvRows reads a quoted field with a carriage return at the end of the file', () => {
    expect(read('x,"a"\r')).toMatchObject({ rows: [['x', 'a']], badlyQuoted: [-1], openQuotes: 0 });
  });

  it('csvRows reports quotes that are still open at the end of the file', () => {
    expect(read('a,"b\nc,d\n')).toMatchObject({ rows: [['a', 'b\nc,d\n']], openQuotes: 1 });
  });

  it.each([1, 2, 3, 100])(
    'csvRows skips a byte order mark at the start of a file, in pieces of %i bytes',
    (pieceBytes) => {
      const { rows, marks } = read('\ufeff"a",b\nc,d\n', pieceBytes);
      expect(rows).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
      expect(marks).toEqual([true, false]);
    },
  );

  it.each([7, 100])('csvRows keeps a byte order mark in a later row, in pieces of %i bytes', (pieceBytes) => {
    const { rows } = read('\ufeffa,b\n\ufeffc,d\n', pieceBytes);
    expect(rows.at(-1)).toEqual(['\ufeffc', 'd']);
  });

  it('csvRows keeps a byte order mark where a file continues', () => {
    expect(read('\ufeffa,b\n', 100, false)).toMatchObject({ rows: [['\ufeffa', 'b']], marks: [false] });
  });

  it('csvRows suspects no row of valid UTF-8, wherever a piece ends', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 9 }), (values, pieceBytes) => {
        const text = values.map((value) => `${value.replaceAll(/[",\r\n]/g, '')},x\n`).join('');
        expect(read(text, pieceBytes).suspects).toEqual(values.map(() => false));
      }),
    );
  });

  it.each([1, 3, 100])('csvRows suspects a row with other bytes than UTF-8, in pieces of %i bytes', (pieceBytes) => {
    const { suspects } = read(Buffer.from('a,M\xfcller\n', 'latin1'), pieceBytes);
    expect(suspects).toEqual([true]);
  });
});

describe('a long row', () => {
  const longest = `${'x'.repeat(MAX_ROW_BYTES - 1)}\n`;
  const pushAll = (content: string, pieceBytes: number) => {
    const rows: number[] = [];
    const reader = csvRows(({ ends, fields }) => rows.push(ends[fields - 1] as number));
    const bytes = Buffer.from(content);
    let goesOn = true;
    for (let at = 0; at < bytes.length && goesOn; at += pieceBytes)
      goesOn = reader.push(bytes.subarray(at, at + pieceBytes));
    return { goesOn, rows: rows.length, position: reader.position() };
  };

  it.each([2 ** 20 - 7, 8 * 2 ** 20])(
    'csvRows reads a long row up to the limit, in pieces of %i bytes',
    (pieceBytes) => {
      expect(pushAll(`a\n${longest}b\n`, pieceBytes)).toEqual({ goesOn: true, rows: 3, position: MAX_ROW_BYTES + 4 });
    },
  );

  it.each([2 ** 20 - 7, 8 * 2 ** 20])('csvRows stops at a row above the limit, in pieces of %i bytes', (pieceBytes) => {
    expect(pushAll(`a\nx${longest}b\n`, pieceBytes)).toEqual({ goesOn: false, rows: 1, position: 2 });
  });

  it.each(['x', '"'])('csvRows stops at a row that begins with %s and does not end', (start) => {
    const endless = `a\n${start}${'x'.repeat(2 * MAX_ROW_BYTES)}`;
    expect(pushAll(endless, 2 ** 20)).toEqual({ goesOn: false, rows: 1, position: 2 });
  });
});

it('csvRows gives the place where the next row begins, from which another reader continues', () => {
  fc.assert(
    fc.property(csv, fc.integer({ min: 1, max: 9 }), ({ text }, pieceBytes) => {
      const bytes = Buffer.from(text);
      const rows: string[][] = [];
      const first = csvRows((row) => rows.push(textsOf(row)));
      first.push(bytes.subarray(0, pieceBytes));
      const rest = bytes.subarray(first.position());
      expect([...rows, ...read(rest, pieceBytes, false).rows]).toEqual(read(text).rows);
    }),
  );
});
