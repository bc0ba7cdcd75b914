import type { CheckedFiles } from '../../../../cli/restore/check-files.ts';
import type { Found, FoundDataset, FoundImportJob } from '../../../../cli/restore/found.ts';
import type { RestoreOptions } from '../../../../cli/restore/options.ts';
import type { PlanInputs } from '../../../../cli/restore/plan.ts';
import { restoredSchema, restoreNames } from '../../../../cli/restore/restored-schema.ts';
import { exampleManifest } from '../../../../scripts/manifest-docs.ts';
import type { Manifest } from '../../../../src/verify/manifest.ts';

export type ExportChange = Partial<Manifest['export']>;

/** The manifest of the documentation's example, with changes. It has one file with two items. */
export function manifestWith(change: ExportChange = {}, entries?: Manifest['entries']): Manifest {
  const manifest = exampleManifest();
  return { ...manifest, ...(entries && { entries }), export: { ...manifest.export, ...change } };
}

/** A manifest with these files in one folder. */
export function manifestOfFiles(names: string[], headers: string[][] = []): Manifest {
  const { entries, export: data } = exampleManifest();
  const [entry] = entries;
  const [file] = data.files;
  if (!entry || !file) throw new Error('The example has no file.');
  const files = names.map((name, index) => ({ ...file, name, header: headers[index] ?? file.header ?? [] }));
  return manifestWith(
    { files },
    names.map((name) => ({ ...entry, url: data.path + name })),
  );
}

export const arn = (resource: string) => `arn:aws:personalize:eu-west-1:123456789012:${resource}`;

export function job(jobName: string, change: Partial<FoundImportJob> = {}): FoundImportJob {
  const datasetImportJobArn = arn(`dataset-import-job/${jobName}`);
  return { datasetImportJobArn, jobName, status: 'ACTIVE', createdAt: 2_000, ...change };
}

export function datasetWith(change: Partial<FoundDataset> = {}): FoundDataset {
  return {
    ...{ datasetArn: arn('dataset/copy/ITEMS'), status: 'ACTIVE', schemaArn: arn('schema/equal') },
    ...{ hasEqualSchema: true, createdAt: 1_000, importJobs: [], hasEventTracker: false },
    ...change,
  };
}

export interface Given {
  manifest?: Manifest;
  options?: Partial<RestoreOptions>;
  found?: Partial<Found>;
  files?: Partial<CheckedFiles>;
  roleArn?: string | undefined;
}

/** What a plan is made of: a restore of the example into a new group `copy`. */
export function inputsWith(given: Given = {}): PlanInputs {
  const { manifest = manifestWith() } = given;
  const schema = restoredSchema(manifest);
  return {
    ...{ manifest, schema, names: restoreNames(manifest, schema, 'copy') },
    roleArn: 'roleArn' in given ? given.roleArn : 'arn:aws:iam::123456789012:role/reader',
    options: { manifest: 's3://bucket/latest.json', group: 'copy', ...given.options },
    found: { sourceGroupHasKey: false, ...given.found },
    files: { faults: [], strangers: [], files: [], ...given.files },
  };
}
