import { styleText } from 'node:util';
import { plainText } from '../src/lambda/plain-text.ts';
import { cut } from '../src/lambda/shorten.ts';
import type { Notification } from '../src/notify/notification.ts';
import { textFor } from '../src/notify/notification-text.ts';
import type { DemoDataset } from './data.ts';
import type { Download, DownloadedFile } from './download.ts';
import { labelOf } from './own-files.ts';

/** How the export of a dataset ended, what was downloaded of it, and how many rows were imported. */
export interface Result {
  dataset: DemoDataset;
  notification: Notification;
  download?: Download;
  importedRows?: number;
}

const MAX_REASON = 200;

/** The results in a few lines: a line per dataset, the first rows of the first export, and what to do about failures. */
export function summary(results: Result[], folder: string): string[] {
  const exported = results.flatMap(({ download }) => download?.files ?? []);
  return [
    '',
    ...results.map(resultLine),
    ...notes(results),
    ...(exported[0] ? ['', ...rowLines(exported[0])] : []),
    '',
    ...(exported.length > 0 ? [`The exported files are below ${folder}.`] : []),
    'Each export sent a notification. npm run demo -- --verbose prints them.',
  ];
}

/** The results with every notification and every file. */
export function details(results: Result[]): string[] {
  return results.flatMap(({ dataset, notification, download, importedRows }) => [
    '',
    `Notification: ${dataset.datasetType}`,
    textFor(notification),
    ...notes([{ dataset, notification, download, importedRows }]),
    ...(download?.files ?? []).flatMap((file) => ['', ...rowLines(file)]),
    ...(download ? ['', `${rowsText(download, importedRows ?? 0)}.`] : []),
  ]);
}

function resultLine({ dataset, notification, download, importedRows }: Result): string {
  const { outcome, verification, reason } = notification;
  const what = download
    ? [rowsText(download, importedRows ?? 0), verification && `verification ${verification}`]
    : [reason && cut(plainText(reason), MAX_REASON)];
  const shown = styleText(outcome === 'ACTIVE' ? 'green' : ['red', 'bold'], outcome, { stream: process.stdout });
  return `${dataset.datasetType.padEnd(12)}  ${[shown, ...what].filter(Boolean).join(', ')}`;
}

const exportedRows = ({ files }: Download) => files.reduce((sum, { rows }) => sum + rows, 0);

function rowsText(download: Download, imported: number): string {
  return `${counted(exportedRows(download))} exported of ${imported.toLocaleString('en')} imported`;
}

/** What a reader would ask about these results, each sentence once.
 * Source: Amazon Personalize developer guide, "Exporting the training data in a dataset to Amazon S3". */
function notes(results: Result[]): string[] {
  return [...new Set(results.flatMap(notesOn))];
}

function notesOn({ dataset, notification, download, importedRows = 0 }: Result): string[] {
  const { outcome, remedy } = notification;
  const rows = download ? exportedRows(download) : importedRows;
  const newest = dataset.datasetType === 'Interactions' ? '' : ', and of the rows of one id only the newest';
  return [
    ...(rows < importedRows ? [`An export has rows that are equal in every field only once${newest}.`] : []),
    ...(remedy ? [remedy] : []),
    ...(outcome === 'IMPORT FAILED' && dataset.file ? [`The file was given as ${labelOf(dataset)}.`] : []),
    ...(download?.refused ?? []).map(
      (uri) => `${JSON.stringify(uri)} was not downloaded: its key is not a path below a folder.`,
    ),
  ];
}

/** The rows are the user's data: no escape sequence in them may reach the terminal. */
function rowLines({ file, bytes, rows, first }: DownloadedFile): string[] {
  const shown = rows >= first.length ? `; the first ${first.length - 1}:` : ':';
  return [
    file,
    `${bytes.toLocaleString('en')} bytes, ${counted(rows)}${shown}`,
    ...first.map((line) => `  ${plainText(line)}`),
  ];
}

/** `1 row`, `2,000 rows`. */
function counted(rows: number): string {
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
}
