import type { Found, FoundDataset, FoundImportJob } from './found.ts';
import type { RestoreOptions } from './options.ts';
import type { RestoredSchema, RestoreNames } from './restored-schema.ts';

/** Why a dataset that exists can't be restored into: a sentence each. The API does not tell whether a dataset is empty, so
 * that every sign of data counts. */
export function datasetFaults(
  { dataset }: Found,
  { columns }: RestoredSchema,
  names: RestoreNames,
  { intoExisting }: RestoreOptions,
): string[] {
  if (!dataset) return [];
  const { datasetArn, status, hasEqualSchema } = dataset;
  if (/FAILED|DELETE/.test(status)) return [`${datasetArn} is ${status}. Delete it, or choose another dataset group.`];
  if (!hasEqualSchema) {
    return [
      `${datasetArn} has another schema. The same fields are needed in this order: ${columns.join(', ')}. Choose another dataset group.`,
    ];
  }
  const sign = intoExisting ? undefined : signOfData(dataset, names);
  return sign ? [`${datasetArn} is not empty: ${sign}. Choose another dataset group, or give --into-existing.`] : [];
}

function signOfData(dataset: FoundDataset, names: RestoreNames): string | undefined {
  const [job] = countingJobs(dataset);
  if (job && !isOurs(job, names.importJob)) return `the import ${job.jobName} is ${job.status}`;
  if (dataset.hasEventTracker && /\/INTERACTIONS$/i.test(dataset.datasetArn)) {
    return 'its group has an event tracker, which may have added interactions';
  }
  return undefined;
}

/** The import to follow, or the name of the next one. A name can be used once, by a failed job, too.
 * @param base the name of the first import */
export function nextImport(dataset: FoundDataset | undefined, base: string) {
  const [newest] = dataset ? countingJobs(dataset) : [];
  if (newest && isOurs(newest, base)) {
    return { action: 'use' as const, datasetImportJobArn: newest.datasetImportJobArn };
  }
  const taken = (dataset?.importJobs ?? [])
    .filter((job) => isOurs(job, base))
    .map(({ jobName }) => numberOf(jobName, base));
  return { action: 'create' as const, base, number: Math.max(0, ...taken) + 1 };
}

/** The name of an import: the base name, then `<base>-2` and so on. */
export function importName(base: string, number: number): string {
  return number === 1 ? base : `${base}-${number}`;
}

/** The jobs that have brought data, or may: not failed, and not of a deleted dataset that had the same ARN. */
function countingJobs({ importJobs, createdAt }: FoundDataset): FoundImportJob[] {
  return importJobs.filter((job) => job.status !== 'CREATE FAILED' && job.createdAt >= createdAt);
}

function isOurs({ jobName }: FoundImportJob, base: string): boolean {
  return numberOf(jobName, base) > 0;
}

/** 1 for the base name itself, 2 for `<base>-2`, 0 for any other name. */
function numberOf(jobName: string, base: string): number {
  if (jobName === base) return 1;
  const number = jobName.startsWith(`${base}-`) ? Number(jobName.slice(base.length + 1)) : 0;
  return Number.isInteger(number) && number > 1 ? number : 0;
}
