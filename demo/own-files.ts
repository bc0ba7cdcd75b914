import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { separatorHint, shownColumn } from 'local-aws';
import { CSV } from './csv.ts';
import { type DemoDataset, REQUIRED_FIELDS, schemaFor } from './data.ts';

/** The CSV files that a user gave, by the name of the option. */
export interface OwnFiles {
  interactions?: string;
  users?: string;
  items?: string;
}

const HEADER_BYTES = 64 * 1024;

/** The option and the file of a dataset, as the user gave them. */
export function labelOf({ datasetType, file }: DemoDataset): string {
  return `--${datasetType.toLowerCase()} ${file}`;
}

/** Replaces the data of a dataset by the user's CSV file, if one was given, with a schema for the columns in its header.
 * @throws Error that names the option and the file, when the file can't be read or its header doesn't fit */
export async function withOwnFile(dataset: DemoDataset, files: OwnFiles): Promise<DemoDataset> {
  const { datasetType } = dataset;
  const file = files[datasetType.toLowerCase() as keyof OwnFiles];
  if (file === undefined) return dataset;
  const own = { ...dataset, file };
  try {
    const columns = headerOf(await firstBytes(file));
    assertColumns(columns, datasetType);
    return { ...own, schema: schemaFor(datasetType, columns) };
  } catch (error) {
    throw new Error(`${labelOf(own)}: ${(error as Error).message}`, { cause: error });
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    return await buffer(createReadStream(path, { end: HEADER_BYTES - 1 }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`The file can't be read (${code}). Give the path of a CSV file with a header row.`);
  }
}

function headerOf(bytes: Buffer): string[] {
  const end = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = end < 0 ? bytes : bytes.subarray(0, end);
  if (!isUtf8(line) || line.includes(0)) throw new Error('The file is not encoded in UTF-8.');
  const [header = []] = parse(line, CSV) as string[][];
  if (header.length === 0) throw new Error('The file is empty. Its first row must name the columns.');
  return header;
}

function assertColumns(columns: string[], datasetType: DemoDataset['datasetType']): void {
  const missing = REQUIRED_FIELDS[datasetType].filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new Error(
      `The header lacks ${missing.join(', ')}; it has ${columns.map((name, index) => shownColumn(name, index + 1)).join(', ')}.${separatorHint(columns)}`,
    );
  }
  const wrong = columns.findIndex((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (wrong < 0) return;
  const shown = shownColumn(columns[wrong] ?? '', wrong + 1);
  throw new Error(`The header has ${shown}. A name has letters, digits and underscores.`);
}
