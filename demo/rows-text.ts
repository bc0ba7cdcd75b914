import type { DemoDataset } from './data.ts';

/** `1 row`, `2,000 rows`. */
export function counted(rows: number): string {
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
}

/** Says how many of the imported rows were exported, and why not all.
 * Source: Amazon Personalize developer guide, "Exporting the training data in a dataset to Amazon S3". */
export function rowsText({ datasetType }: DemoDataset, exported: number, imported: number): string {
  const text = `${counted(exported)} exported of ${imported.toLocaleString('en')} imported.`;
  if (exported >= imported) return text;
  const newest = datasetType === 'Interactions' ? '' : ', and of the rows of one id only the newest';
  return `${text} An export has rows that are equal in every field only once${newest}.`;
}
