import { parse } from 'csv-parse/sync';
import { csvLine } from './csv-line.ts';
import type { DatasetRows, IngestionMode } from './dataset-rows.ts';

/** How the output of an export deviates from what it should be, to rehearse what reads it. */
export type OutputFault =
  | 'no-file'
  | 'no-header'
  | 'missing-column'
  | 'extra-column'
  | 'short-row'
  | 'open-quote'
  | 'not-utf-8'
  | 'changed-object'
  | 'check-object'
  | 'many-small-files'
  | 'one-large-file';

/** The form of the files that an export writes. */
export interface OutputForm {
  rowsPerFile: number;
  /** Without its line end; missing if files have no header. */
  header?: string;
  /** A row, from its line. Neither has a line end. */
  row(line: string, place: { isFirst: boolean; isLast: boolean }): string | Buffer;
}

/** "One or more CSV files" is all that is documented: a bound that makes a big dataset give several. */
const ROWS_PER_FILE = 500_000;
const ROWS_PER_SMALL_FILE = 10;
const LARGE_FILE_CHARACTERS = 50_000_000;
const REPEATED_CHARACTERS = 1_000_000;

export function outputForm(names: string[], fault?: OutputFault): OutputForm {
  const usual = { rowsPerFile: ROWS_PER_FILE, header: csvLine(names), row: (line: string) => line };
  switch (fault) {
    case 'no-header':
      return { rowsPerFile: ROWS_PER_FILE, row: usual.row };
    case 'missing-column':
      return { ...usual, header: csvLine(names.slice(0, -1)), row: withoutLastField };
    case 'extra-column':
      return { ...usual, header: csvLine([...names, 'EXTRA']), row: (line) => `${line},extra` };
    case 'short-row':
      return { ...usual, row: (line, { isFirst }) => (isFirst ? withoutLastField(line) : line) };
    case 'open-quote':
      return { ...usual, row: (line, { isLast }) => (isLast ? withOpenQuote(line) : line) };
    case 'not-utf-8':
      return { ...usual, row: (line, { isFirst }) => (isFirst ? Buffer.concat([LATIN_1_E, Buffer.from(line)]) : line) };
    case 'many-small-files':
      return { ...usual, rowsPerFile: ROWS_PER_SMALL_FILE };
    case 'one-large-file':
      return { ...usual, rowsPerFile: Number.POSITIVE_INFINITY };
    default:
      return usual;
  }
}

/** The lines of the rows to export. For one large file the first ones are repeated. */
export function* outputLines(rows: DatasetRows, mode: IngestionMode, fault?: OutputFault): Generator<string> {
  if (fault !== 'one-large-file') return yield* rows.lines(mode);
  const repeated: string[] = [];
  let characters = 0;
  for (const line of rows.lines(mode)) {
    if (characters < REPEATED_CHARACTERS) repeated.push(line);
    characters += line.length + 1;
    yield line;
  }
  while (repeated.length > 0 && characters < LARGE_FILE_CHARACTERS) {
    for (const line of repeated) characters += line.length + 1;
    yield* repeated;
  }
}

/** é in ISO 8859-1. */
const LATIN_1_E = Buffer.from([0xe9]);

function withoutLastField(line: string): string {
  return csvLine(fieldsOf(line).slice(0, -1));
}

function withOpenQuote(line: string): string {
  const fields = fieldsOf(line);
  return `${csvLine(fields.slice(0, -1))},"${fields.at(-1)}`;
}

function fieldsOf(line: string): string[] {
  const [fields = []] = parse(line) as string[][];
  return fields;
}
