import type { Manifest } from '../../src/verify/manifest.ts';
import type { CheckedFiles } from './check-files.ts';
import { datasetFaults, nextImport } from './existing-dataset.ts';
import type { Found } from './found.ts';
import { copyReasons, importFaults, importWarnings } from './import-rules.ts';
import type { RestoreOptions } from './options.ts';
import type { RestoredSchema, RestoreNames } from './restored-schema.ts';
import { folderOf, isReadByFolder, MOST_LOCATION_CHARACTERS } from './s3-url.ts';

/** Something that is made, or that exists and is used. */
export type Step<Made> = { action: 'create'; name: string } | ({ action: 'use' } & Made);

/** Temporary copies of the files. */
export interface Staging {
  /** `s3://bucket/prefix/`, for this restore alone. */
  folder: string;
  /** Half a sentence each. */
  reasons: string[];
}

/** What a restore is going to make, in this order. */
export interface RestorePlan {
  copies?: Staging;
  schema: Step<{ schemaArn: string }>;
  group: Step<{ datasetGroupArn: string }> & { name: string };
  dataset: Step<{ datasetArn: string }>;
  importJob: ImportStep;
  domain?: string;
  kmsKeyArn?: string;
  roleArn: string;
  datasetType: string;
  warnings: string[];
}

/** `use` is an import of an earlier run of the same command, which runs or has succeeded. */
export type ImportStep = { dataLocation: string } & (
  | { action: 'create'; base: string; number: number }
  | { action: 'use'; datasetImportJobArn: string }
);

/** Everything that a plan follows from. */
export interface PlanInputs {
  manifest: Manifest;
  schema: RestoredSchema;
  names: RestoreNames;
  options: RestoreOptions;
  roleArn: string | undefined;
  found: Found;
  files: CheckedFiles;
}

/** What to make, or why it can't be made.
 * @returns the plan, or a sentence for each reason against it */
export function planRestore(inputs: PlanInputs): { plan: RestorePlan } | { faults: string[] } {
  const { manifest, schema, names, options, roleArn, found, files } = inputs;
  const copies = copiesFor(inputs);
  const location = copies ? copyLocation(copies) : locationOf(manifest);
  const faults = [
    ...importFaults(manifest),
    ...files.faults,
    ...groupFaults(inputs),
    ...schemaFaults(inputs),
    ...datasetFaults(found, schema, names, options),
    ...stagingFaults(inputs),
    ...(roleArn ? [] : [ROLE_MISSING]),
  ];
  if (faults.length > 0 || !roleArn) return { faults };
  const { domain } = schema;
  return {
    plan: {
      ...(copies && { copies }),
      schema: schemaStep(inputs),
      group: groupStep(inputs),
      dataset: found.dataset
        ? { action: 'use', datasetArn: found.dataset.datasetArn }
        : { action: 'create', name: names.dataset },
      importJob: { ...nextImport(found.dataset, names.importJob), dataLocation: location },
      ...(domain && { domain }),
      ...(options.kmsKeyArn && { kmsKeyArn: options.kmsKeyArn }),
      roleArn,
      datasetType: manifest.export.datasetType,
      warnings: [...importWarnings(manifest), ...deletedUsersNote(inputs), ...datasetWarnings(inputs)],
    },
  };
}

const ROLE_MISSING =
  'No role is known with which Personalize may read the files. Give --role-arn, or deploy with the setting restoreRole.';

function copiesFor({ manifest, schema, options, names, files }: PlanInputs): Staging | undefined {
  const tooLong = locationOf(manifest).length > MOST_LOCATION_CHARACTERS;
  const reasons = [
    ...(options.excludeUsers === undefined ? [] : ['users are left out']),
    ...copyReasons(manifest, schema.columns),
    ...files.strangers.slice(0, 1).map((url) => `the folder has other objects, such as ${url}`),
    ...(tooLong ? [`their location has more than ${MOST_LOCATION_CHARACTERS} characters`] : []),
  ];
  return reasons.length === 0
    ? undefined
    : { folder: `${options.staging ?? 's3://staging/'}${names.importJob}/`, reasons };
}

/** All copies are one object. */
export function copyLocation({ folder }: Staging): string {
  return `${folder}data.csv`;
}

function locationOf({ entries }: Manifest): string {
  const [{ url = '' } = {}] = entries;
  return isReadByFolder({ entries }) ? folderOf(url) : url;
}

function stagingFaults(inputs: PlanInputs): string[] {
  const { manifest, options } = inputs;
  const copies = copiesFor(inputs);
  const { staging, excludeUsers } = options;
  if (excludeUsers !== undefined && manifest.export.datasetType === 'ITEMS') {
    return ['--exclude-users is for interactions and users. The export has items.'];
  }
  if (!copies) return [];
  if (staging === undefined) {
    const reasons = copies.reasons.join('; ');
    return [
      `Personalize can't import the files as they are: ${reasons}. Give --staging s3://bucket/prefix/ for temporary copies.`,
    ];
  }
  if (manifest.entries.some(({ url }) => staging.startsWith(folderOf(url)))) {
    return [
      `--staging ${staging} is inside the export. Choose another folder: the copies would become part of the export.`,
    ];
  }
  if (copyLocation(copies).length <= MOST_LOCATION_CHARACTERS) return [];
  return [
    `--staging is too long: the location of the copies would have more than ${MOST_LOCATION_CHARACTERS} characters.`,
  ];
}

function groupFaults({ manifest, found, options, schema }: PlanInputs): string[] {
  const { group, sourceGroupHasKey } = found;
  if (group) {
    const domains = `${group.domain ?? 'none'}, and the export has ${schema.domain ?? 'none'}`;
    return [
      ...((group.domain ?? '') === (schema.domain ?? '')
        ? []
        : [`The dataset group has the domain ${domains}. Choose another group.`]),
      ...(/FAILED|DELETE/.test(group.status)
        ? [
            `The dataset group ${group.datasetGroupArn} is ${group.status}. ${group.failureReason ?? ''} Delete it, or choose another.`,
          ]
        : []),
    ];
  }
  if (!sourceGroupHasKey || options.kmsKeyArn || options.unencrypted) return [];
  const why =
    sourceGroupHasKey === 'unknown'
      ? `Whether the dataset group ${manifest.export.datasetGroup} had a KMS key of its own can't be found out, because it can't be described.`
      : `The dataset group ${manifest.export.datasetGroup} has a KMS key of its own.`;
  return [`${why} Give --kms-key-arn for the new group, or --unencrypted.`];
}

function schemaFaults({ found, names }: PlanInputs): string[] {
  if (!found.schema || found.schema.isEqual || found.dataset) return [];
  return [`There is another schema with the name ${names.schema}. Delete it, or choose another dataset group.`];
}

function schemaStep({ found, names }: PlanInputs): RestorePlan['schema'] {
  const schemaArn = found.dataset?.schemaArn ?? (found.schema?.isEqual ? found.schema.schemaArn : undefined);
  return schemaArn ? { action: 'use', schemaArn } : { action: 'create', name: names.schema };
}

function groupStep({ found, options }: PlanInputs): RestorePlan['group'] {
  if (!found.group) return { action: 'create', name: options.group ?? '' };
  const { datasetGroupArn } = found.group;
  return { action: 'use', datasetGroupArn, name: datasetGroupArn.split('/').pop() ?? '' };
}

/** A deletion of users in Personalize does not touch what was exported before. */
function deletedUsersNote({ manifest, options }: PlanInputs): string[] {
  const { datasetType, endedAt } = manifest.export;
  if (datasetType === 'ITEMS' || options.excludeUsers !== undefined) return [];
  return [
    `The data is of ${endedAt}. Users that were deleted since then come back, unless --exclude-users names them.`,
  ];
}

function datasetWarnings({ found, options }: PlanInputs): string[] {
  if (!found.dataset || !options.intoExisting) return [];
  return [
    'The dataset exists. What was imported into it in bulk is replaced, and records that were added one by one stay.',
  ];
}
