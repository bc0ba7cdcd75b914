import { isUtf8 } from 'node:buffer';
import { type Column, unknownColumn } from './column.ts';
import { type ColumnValues, columnValues } from './column-values.ts';
import { columnSeed, contentHash } from './content-hash.ts';
import { csvRows, MAX_ROW_BYTES, type Row } from './csv-rows.ts';
import { addFinding, addWarning } from './findings.ts';
import type { DataFile, Measures } from './measures.ts';

/** Reads one data object of an export, piece by piece. */
export interface DataFileReader {
  /** Takes the next piece of the object. Changes the piece.
   * @returns false if no more can be read, because a row never ends */
  push(piece: Uint8Array): boolean;
  /** Ends the object. */
  end(): void;
  /** Writes what was read to the measures.
   * @returns how many bytes the rows have that were read: from there another reader can go on */
  pause(): number;
}

/** A column of this file: where its values go. */
interface FileColumn {
  column: Column;
  seed: number;
  values: ColumnValues;
}

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A reader that adds what it finds to `measures`, and the rows to `file`. It begins with the header, unless `file` has it. */
export function dataFileReader(measures: Measures, file: DataFile): DataFileReader {
  const hash = contentHash(measures.contentHash);
  let columns = file.header?.map((name) => fileColumn(measures, name));

  const takeFields = ({ bytes, starts, ends, fields }: Row, named: FileColumn[]) => {
    for (let field = 0; field < fields; field++) {
      const { column, seed, values } = named[field] as FileColumn;
      const start = starts[field] as number;
      const end = ends[field] as number;
      hash.addField(bytes, start, end, seed);
      let expected: string | undefined;
      if (start < end) expected = values.take(bytes, start, end);
      else {
        column.nulls += 1;
        if (!column.nullable) expected = 'a value, since the schema does not allow null';
      }
      if (expected) addWarning(measures, { file: file.key, row: file.rows, column: column.name, expected });
    }
    hash.endRow();
  };

  const reader = csvRows((row) => {
    if (columns === undefined) {
      columns = readHeader(measures, file, row);
      return;
    }
    file.rows += 1;
    measures.rows += 1;
    if (!checkRow(measures, file, row, columns)) return;
    takeFields(row, columns);
    if (row.quoted > 0) takeLineBreaks(measures, row, columns);
  });

  return {
    push(piece) {
      if (reader.push(piece)) return true;
      const expected = `a row of at most ${MAX_ROW_BYTES} bytes; the rest of the file was not read`;
      addFinding(measures, { file: file.key, row: file.rows + 1, expected });
      return false;
    },
    end: reader.end,
    pause() {
      measures.contentHash = hash.hex();
      for (const { values } of columns ?? []) values.settle();
      return reader.position();
    },
  };
}

function readHeader(measures: Measures, file: DataFile, { bytes, starts, ends, fields }: Row): FileColumn[] {
  const names = Array.from({ length: fields }, (_, field) =>
    Buffer.from(bytes.subarray(starts[field], ends[field])).toString(),
  );
  const mark = BYTE_ORDER_MARK.toString();
  if (names[0]?.startsWith(mark)) {
    names[0] = names[0].slice(mark.length);
    addWarning(measures, { file: file.key, expected: 'a file without a byte order mark' });
  }
  file.header = names;
  for (const { name } of measures.columns) {
    if (names.includes(name)) continue;
    addFinding(measures, { file: file.key, column: name, expected: 'a column of the schema, in the header' });
  }
  for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
    addFinding(measures, { file: file.key, column: name, expected: 'each column once in the header' });
  for (const name of names) {
    if (measures.columns.some((column) => column.name === name)) continue;
    addWarning(measures, { file: file.key, column: name, expected: 'only columns of the schema' });
  }
  return names.map((name) => fileColumn(measures, name));
}

function fileColumn({ columns }: Measures, name: string): FileColumn {
  let column = columns.find((one) => one.name === name);
  if (!column) {
    column = unknownColumn(name);
    columns.push(column);
  }
  return { column, seed: columnSeed(name), values: columnValues(column) };
}

/** @returns whether each field of the row can be told to belong to a column */
function checkRow(measures: Measures, file: DataFile, row: Row, columns: FileColumn[]): boolean {
  const place = { file: file.key, row: file.rows };
  if (row.openQuote) {
    addFinding(measures, {
      ...place,
      column: nameOf(columns, row.fields - 1),
      expected: 'a quote that closes the value',
    });
    return false;
  }
  if (row.fields !== columns.length) {
    addFinding(measures, {
      ...place,
      expected: `${columns.length} fields, as in the header, instead of ${row.fields}`,
    });
    return false;
  }
  if (row.badlyQuoted >= 0) {
    const expected = 'quotes only around a whole value, and two quotes for one inside';
    addFinding(measures, { ...place, column: nameOf(columns, row.badlyQuoted), expected });
  }
  if (row.suspect) {
    for (let field = 0; field < row.fields; field++) {
      if (isUtf8(row.bytes.subarray(row.starts[field], row.ends[field]))) continue;
      addFinding(measures, { ...place, column: nameOf(columns, field), expected: 'UTF-8' });
    }
  }
  return true;
}

function nameOf(columns: FileColumn[], field: number): string {
  return columns[field]?.column.name ?? `${field + 1}`;
}

function takeLineBreaks(measures: Measures, { bytes, starts, ends, fields }: Row, columns: FileColumn[]): void {
  let found = false;
  for (let field = 0; field < fields; field++) {
    const at = bytes.indexOf(LINE_FEED, starts[field]);
    if (at < 0 || at >= (ends[field] as number)) continue;
    (columns[field] as FileColumn).column.lineBreaks += 1;
    found = true;
  }
  if (found) measures.rowsWithLineBreaks += 1;
}
