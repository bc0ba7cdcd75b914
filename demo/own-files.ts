import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { type DemoDataset, schemaFor } from './data.ts';

/** The CSV files that a user gave, by the name of the option. */
export interface OwnFiles {
  interactions?: string;
  users?: string;
  items?: string;
}

/** Replaces the data of a dataset by the user's CSV file, if one was given, with a schema for the columns in its header.
 * @throws Error when the file can't be read or is empty. */
export async function withOwnFile(dataset: DemoDataset, files: OwnFiles): Promise<DemoDataset> {
  const option = dataset.datasetType.toLowerCase() as keyof OwnFiles;
  const file = files[option];
  if (file === undefined) return dataset;
  await access(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `--${option}: ${file} can't be read (${error.code}). Give the path of a CSV file with a header row.`,
    );
  });
  const columns = await headerOf(file);
  if (columns.length === 0) throw new Error(`--${option}: ${file} is empty. Its first row must name the columns.`);
  return { ...dataset, schema: schemaFor(dataset.datasetType, columns), csv: { file } };
}

async function headerOf(file: string): Promise<string[]> {
  const rows = createReadStream(file).pipe(parse({ to: 1, bom: true }));
  for await (const row of rows) return row as string[];
  return [];
}
