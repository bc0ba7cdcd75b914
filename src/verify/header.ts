import { isUtf8 } from 'node:buffer';
import type { Row } from './csv-rows.ts';
import { EXPECTED, MAX_COLUMNS, MAX_NAME_BYTES } from './finding-texts.ts';
import { addFinding, addWarning } from './findings.ts';
import type { DataFile, Measures } from './measures.ts';

/** Checks the header of a file against the columns of the schema.
 * @returns the names of its columns, or undefined if the file can't be read by them. A name that is not in the schema is
 * returned only if all of the schema's are there. Otherwise the row may be data, and the name is `column 3` or the like. */
export function readHeader(measures: Measures, file: DataFile, row: Row): string[] | undefined {
  const known = new Set(measures.columns.flatMap(({ name, isExtra }) => (isExtra ? [] : [name])));
  const given = measures.columns.length > MAX_COLUMNS ? undefined : namesIn(row);
  if (!given) {
    addFinding(measures, { file: file.name, expected: EXPECTED.headerSize });
    return undefined;
  }
  const missing = [...known].filter((name) => !given.includes(name));
  const names = given.map((name, index) => (known.has(name) || missing.length === 0 ? name : `column ${index + 1}`));
  for (const column of missing) {
    addFinding(measures, { file: file.name, column, expected: EXPECTED.schemaColumn });
  }
  checkForm(measures, file, row, names);
  for (const column of new Set(names.filter((name) => !known.has(name)))) {
    addWarning(measures, { file: file.name, column, expected: 'only columns of the schema' });
  }
  return names;
}

function checkForm(measures: Measures, file: DataFile, row: Row, names: string[]): void {
  if (row.badlyQuoted >= 0 || row.openQuote) {
    addFinding(measures, { file: file.name, expected: EXPECTED.plainNames });
  }
  for (const column of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    addFinding(measures, { file: file.name, column, expected: EXPECTED.columnOnce });
  }
  if (row.afterMark) addWarning(measures, { file: file.name, expected: 'a file without a byte order mark' });
  if (row.quoted > 0) addWarning(measures, { file: file.name, expected: 'a header without quotes' });
  const [first = file] = measures.files;
  if (first.header && first.header.join() !== names.join()) {
    addWarning(measures, { file: file.name, expected: 'columns in the same order as in the first file' });
  }
}

function namesIn({ bytes, starts, ends, fields }: Row): string[] | undefined {
  if (fields > MAX_COLUMNS) return undefined;
  const names: string[] = [];
  for (let field = 0; field < fields; field++) {
    const name = bytes.subarray(starts[field], ends[field]);
    if (name.length > MAX_NAME_BYTES || !isUtf8(name)) return undefined;
    names.push(Buffer.from(name).toString());
  }
  return names;
}
