import { isUtf8 } from 'node:buffer';
import { type Column, extraColumn } from './column.ts';
import { type ColumnValues, columnValues } from './column-values.ts';
import { type ContentHash, columnSeed, contentHash } from './content-hash.ts';
import { csvRows, type Row } from './csv-rows.ts';
import { EXPECTED } from './finding-texts.ts';
import { addFinding, addWarning } from './findings.ts';
import { readHeader } from './header.ts';
import type { DataFile, Measures } from './measures.ts';

/** Reads one data object of an export, piece by piece. */
export interface DataFileReader {
  /** Takes the next piece of the object.
   * @returns false if no more can be read of it: call neither `push` nor `end` again */
  push(piece: Uint8Array): boolean;
  /** Ends the object. */
  end(): void;
  /** Writes everything that was read to the measures. Call it once, last.
   * @returns the bytes up to the last row that was read, from which another reader can continue */
  settle(): number;
}

/** A column of this file, and where its values go. */
interface FileColumn {
  column: Column;
  seed: number;
  values: ColumnValues;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BACKSLASH = 0x5c;

/** A reader that adds the rows to `file`, and everything that it finds to `measures`. It begins with the header, unless
 * `file` has it already. */
export function dataFileReader(measures: Measures, file: DataFile): DataFileReader {
  const hash = contentHash(measures.contentHash);
  let columns = file.header && fileColumns(measures, file.header);
  let isUnreadable = false;
  let hasCarriageReturns = false;

  const onRow = (row: Row) => {
    if (isUnreadable) return;
    if (columns === undefined) {
      const header = readHeader(measures, file, row);
      isUnreadable = header === undefined;
      if (!header) return;
      file.header = header;
      columns = fileColumns(measures, header);
      return;
    }
    file.rows += 1;
    measures.rows += 1;
    if (!checkRow(measures, file, row, columns)) return;
    takeFields(measures, file, row, columns, hash);
    // Other fields hold no line break: it would have ended them.
    if (row.quoted > 0 || hasCarriageReturns) countLineBreaks(measures, row, columns);
  };
  const rows = csvRows(onRow, columns === undefined);

  return {
    push(piece) {
      if (!measures.hasBackslashes && piece.includes(BACKSLASH)) measures.hasBackslashes = true;
      hasCarriageReturns ||= piece.includes(CARRIAGE_RETURN);
      if (rows.push(piece)) return !isUnreadable;
      addFinding(measures, { file: file.name, row: file.rows + 1, expected: EXPECTED.rowSize });
      return false;
    },
    end() {
      rows.end();
      if (columns === undefined && !isUnreadable) addFinding(measures, { file: file.name, expected: EXPECTED.header });
    },
    settle() {
      measures.contentHash = hash.hex();
      for (const { values } of columns ?? []) values.settle();
      return rows.position();
    },
  };
}

function fileColumns({ columns }: Measures, names: string[]): FileColumn[] {
  return names.map((name) => {
    let column = columns.find((one) => one.name === name);
    if (!column) {
      column = extraColumn(name);
      columns.push(column);
    }
    return { column, seed: columnSeed(name), values: columnValues(column) };
  });
}

/** @returns whether every field of the row belongs to a column */
function checkRow(measures: Measures, file: DataFile, row: Row, columns: FileColumn[]): boolean {
  const place = { file: file.name, row: file.rows };
  if (row.openQuote) {
    const column = nameOf(columns, row.fields - 1);
    addFinding(measures, { ...place, column, expected: EXPECTED.closingQuote });
    return false;
  }
  if (row.fields !== columns.length) {
    addFinding(measures, { ...place, expected: EXPECTED.fields(columns.length, row.fields) });
    return false;
  }
  if (row.badlyQuoted >= 0) {
    addFinding(measures, { ...place, column: nameOf(columns, row.badlyQuoted), expected: EXPECTED.wholeQuotes });
  }
  if (row.suspect) {
    for (let field = 0; field < row.fields; field++) {
      if (isUtf8(row.bytes.subarray(row.starts[field], row.ends[field]))) continue;
      addFinding(measures, { ...place, column: nameOf(columns, field), expected: EXPECTED.utf8 });
    }
  }
  return true;
}

/** Adds each value to its column and to the hash. */
function takeFields(measures: Measures, file: DataFile, row: Row, columns: FileColumn[], hash: ContentHash): void {
  const { bytes, view, starts, ends, fields } = row;
  for (let field = 0; field < fields; field++) {
    const { column, seed, values } = columns[field] as FileColumn;
    const start = starts[field] as number;
    const end = ends[field] as number;
    hash.addField(view, start, end, seed);
    let expected: string | undefined;
    if (start < end) expected = values.take(bytes, start, end);
    else {
      column.nulls += 1;
      if (!column.nullable) expected = 'a value, because the schema does not allow null';
    }
    if (expected) addWarning(measures, { file: file.name, row: file.rows, column: column.name, expected });
  }
  hash.endRow();
}

function nameOf(columns: FileColumn[], field: number): string {
  return columns[field]?.column.name ?? `column ${field + 1}`;
}

function countLineBreaks(measures: Measures, { bytes, starts, ends, fields }: Row, columns: FileColumn[]): void {
  let isFound = false;
  for (let field = 0; field < fields; field++) {
    if (!hasLineBreak(bytes, starts[field] as number, ends[field] as number)) continue;
    (columns[field] as FileColumn).column.lineBreaks += 1;
    isFound = true;
  }
  if (isFound) measures.rowsWithLineBreaks += 1;
}

/** A carriage return alone ends a line, too, for the reader of text files that Hive and Athena use. */
function hasLineBreak(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] === LINE_FEED || bytes[at] === CARRIAGE_RETURN) return true;
  }
  return false;
}
