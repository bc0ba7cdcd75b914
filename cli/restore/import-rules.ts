import type { Manifest, ManifestExport } from '../../src/verify/manifest.ts';
import { isReadByFolder } from './s3-url.ts';

// What Personalize demands of the files of an import, as far as a manifest tells.
// Sources: Amazon Personalize developer guide, "Data format guidelines", "Service quotas".

export const LEAST_INTERACTIONS = 1_000;
const GIGABYTE = 1024 ** 3;
/** The quota of a FULL import, and the most to which AWS raises it. */
const FULL_IMPORT_BYTES = 100 * GIGABYTE;
const MOST_BYTES = 1024 * GIGABYTE;
const EXPORTABLE = ['INTERACTIONS', 'ITEMS', 'USERS'];

/** Why the data can't be imported at all: a sentence each. */
export function importFaults({ export: data }: Manifest): string[] {
  const { verification, datasetType, rows, bytes } = data;
  return [
    ...(verification === 'PASSED'
      ? []
      : [`The export has the verification ${verification}. Choose the manifest of an export that PASSED.`]),
    ...(EXPORTABLE.includes(datasetType)
      ? []
      : [`export.datasetType is ${JSON.stringify(datasetType)}; one of ${EXPORTABLE.join(', ')} is needed.`]),
    ...rowFaults(datasetType, rows),
    ...(bytes > MOST_BYTES ? [`The files have ${count(bytes)} bytes. An import may have ${count(MOST_BYTES)}.`] : []),
    ...valueFaults(data),
  ];
}

/** Too few rows for an import. */
export function rowFaults(datasetType: string, rows: number): string[] {
  if (rows === 0) return ['There are no rows to import.'];
  if (datasetType !== 'INTERACTIONS' || rows >= LEAST_INTERACTIONS) return [];
  return [`There are ${count(rows)} interactions. Personalize imports no fewer than ${count(LEAST_INTERACTIONS)}.`];
}

/** An import fails as a whole if a value does not have the form of its type, or if it is empty and must not be. */
function valueFaults({ warnings }: ManifestExport): string[] {
  return warnings
    .filter(({ row }) => row !== undefined)
    .map(
      ({ column, count: times, file, row, expected }) =>
        `The column ${column} has ${count(times)} ${times === 1 ? 'value' : 'values'} that an import refuses, ` +
        `first in row ${row} of ${file}. Expected: ${expected}. Correct a copy of the files, and import that.`,
    );
}

/** What may make the import fail, or differ from the export: a sentence each. */
export function importWarnings({ export: data }: Manifest): string[] {
  const { rowsWithLineBreaks, bytes, ingestionMode } = data;
  return [
    ...(rowsWithLineBreaks > 0
      ? [
          `${count(rowsWithLineBreaks)} rows have a line break inside a value. Personalize wants each record on one line: the import may fail.`,
        ]
      : []),
    ...(bytes > FULL_IMPORT_BYTES
      ? [`The files have ${count(bytes)} bytes. Above ${count(FULL_IMPORT_BYTES)}, the account needs a raised quota.`]
      : []),
    ...(ingestionMode === 'ALL'
      ? []
      : [
          `The export has the ingestion mode ${ingestionMode}: records that were added in the other way are not in it.`,
        ]),
  ];
}

/** Why Personalize can't import the files from where they are, so that copies are needed: half a sentence each.
 * @param columns the columns of the schema in the order of the first file */
export function copyReasons({ entries, export: data }: Manifest, columns: string[]): string[] {
  const inOrder = columns.join();
  const differing = data.files.find(({ header = [] }) => header.join() !== inOrder);
  const folders = new Set(entries.map(({ url }) => url.slice(0, url.lastIndexOf('/'))));
  const ofHeaders = data.warnings.filter(({ row, column, file }) => file && !row && !column);
  return [
    ...(differing ? [`the columns of ${differing.name} are not those of the schema, in one order in every file`] : []),
    ...(folders.size > 1 ? ['the files are in several folders, and an import reads one'] : []),
    ...ofHeaders.map(({ file, expected }) => `an import expects ${expected}, unlike ${file}`),
    ...(isReadByFolder({ entries }) && entries.some(({ url }) => !/\.csv$/i.test(url))
      ? ['the names of the files do not end in .csv']
      : []),
  ];
}

/** `12,345` */
export function count(number: number): string {
  return number.toLocaleString('en');
}
