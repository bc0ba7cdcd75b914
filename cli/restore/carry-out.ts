import type { S3Client } from '@aws-sdk/client-s3';
import { UsageError } from '../usage-error.ts';
import { asList, type RestoreContext } from './context.ts';
import { deleteCopies, measureCopies, writeCopies } from './copies.ts';
import { count, rowFaults } from './import-rules.ts';
import type { KeptRows } from './kept-rows.ts';
import { importActive, type Made, type Making, makeDataset, makeImport } from './make.ts';
import { copyLocation } from './plan.ts';

/** What a restore has brought into the dataset. */
export interface Restored {
  datasetArn: string;
  rows: number;
  contentHash: string;
  /** With copies. */
  kept?: KeptRows;
}

/** Whether an import may be reading the copies. */
interface CopiesInUse {
  yes: boolean;
}

/** Carries out a plan. Each step uses what exists by now.
 * @param made receives the ARN of each step as soon as it is known
 * @throws ImportFailedError; UsageError; what the SDK throws; AbortError */
export async function carryOut(
  context: RestoreContext,
  made: Made,
  making: Making & { s3: S3Client },
): Promise<Restored> {
  const { copies } = context.plan;
  if (!copies) return await makeAll(context, made, making, { yes: false });
  const inUse = { yes: context.plan.importJob.action === 'use' };
  try {
    return await makeAll(context, made, making, inUse);
  } finally {
    if (inUse.yes) {
      making.log(`The import may still read the copies in ${copies.folder}. The same command waits, and deletes them.`);
    } else await removeCopies(copies.folder, making);
  }
}

/** A failure is reported, and does not hide how the restore ended. */
async function removeCopies(folder: string, { s3, log }: Making & { s3: S3Client }): Promise<void> {
  try {
    await deleteCopies(folder, s3);
    log(`The copies in ${folder} are deleted.`);
  } catch (error) {
    log(`The copies could not be deleted: ${(error as Error).message} Delete ${folder}, with all versions.`);
  }
}

async function makeAll(
  context: RestoreContext,
  made: Made,
  making: Making & { s3: S3Client },
  inUse: CopiesInUse,
): Promise<Restored> {
  const { manifest, plan } = context;
  const kept = plan.copies && (await copyRows(context, making));
  const datasetArn = await makeDataset(plan, context.schema, made, making);
  making.signal.throwIfAborted();
  inUse.yes = plan.copies !== undefined;
  made.datasetImportJobArn = await makeImport(plan, datasetArn, making);
  await importActive(made.datasetImportJobArn, making).catch((error: Error) => {
    if (error.name === 'ImportFailedError') inUse.yes = false;
    throw error;
  });
  inUse.yes = false;
  const { rows, contentHash } = kept ?? manifest.export;
  return { datasetArn, rows, contentHash, ...(kept && { kept }) };
}

/** Writes the copies, unless the import that reads them was started before. */
async function copyRows(
  { manifest, plan, schema, files, excluded }: RestoreContext,
  { s3, signal, log, show }: Making & { s3: S3Client },
): Promise<KeptRows> {
  const { copies, importJob } = plan;
  if (!copies) throw new Error('The plan has no copies.');
  const source: Parameters<typeof writeCopies>[1] = [files, { columns: schema.columns, excluded }, s3];
  const { contentHash } = manifest.export;
  show('copies', importJob.action === 'create' ? 'writing' : 'reading');
  const kept =
    importJob.action === 'create'
      ? await writeCopies(copyLocation(copies), source, contentHash, signal)
      : await measureCopies(source, contentHash, signal);
  if (excluded.size > 0) log(exclusionText(kept, excluded.size));
  const faults = rowFaults(plan.datasetType, kept.rows);
  if (faults.length > 0) throw new UsageError(asList(faults));
  return kept;
}

function exclusionText({ excludedUsers, excludedRows, rows }: KeptRows, users: number): string {
  return `Left out: ${count(excludedRows)} rows of ${count(excludedUsers)} of the ${count(users)} users. Kept: ${count(rows)} rows.`;
}
