import { type Manifest, urlOfManifest } from '../../src/verify/manifest.ts';
import { importName } from './existing-dataset.ts';
import { count } from './import-rules.ts';
import type { RestorePlan } from './plan.ts';

/** A plan for people: a line per step. */
export function planLines({ entries, export: data }: Manifest, plan: RestorePlan, region: string): string[] {
  const files = entries.length === 1 ? '1 file' : `${count(entries.length)} files`;
  const rows = data.rows === 1 ? '1 row' : `${count(data.rows)} rows`;
  return [
    `Export ${data.jobName} of ${data.datasetGroup}/${data.datasetType}, created ${data.createdAt}, mode ${data.ingestionMode}`,
    `  ${files}, ${rows}, ${count(data.bytes)} bytes, as the manifest says`,
    `  ${urlOfManifest(data)}`,
    '',
    `Restore into ${plan.group.name}/${data.datasetType} in ${region}`,
    ...copyLines(plan),
    ...stepLines(plan),
    ...plan.warnings.map((warning) => `  note    ${warning}`),
  ];
}

function copyLines({ copies }: RestorePlan): string[] {
  if (!copies) return [];
  return [
    `  copy    the rows to ${copies.folder}, which is deleted afterwards`,
    ...copies.reasons.map((reason) => `          because ${reason}`),
  ];
}

function stepLines({ schema, group, dataset, importJob, domain, kmsKeyArn, roleArn }: RestorePlan): string[] {
  const details = [domain && `domain ${domain}`, kmsKeyArn && `key ${kmsKeyArn}`].filter(Boolean).join(', ');
  return [
    schema.action === 'use' ? `  use     schema ${schema.schemaArn}` : `  create  schema ${schema.name}`,
    group.action === 'use'
      ? `  use     dataset group ${group.datasetGroupArn}`
      : `  create  dataset group ${group.name}${details && ` (${details})`}`,
    dataset.action === 'use' ? `  use     dataset ${dataset.datasetArn}` : `  create  dataset ${dataset.name}`,
    importJob.action === 'use'
      ? `  follow  import ${importJob.datasetImportJobArn}, which was started before`
      : `  import  ${importJob.dataLocation} (${importName(importJob.base, importJob.number)}, FULL, with the role ${roleArn})`,
  ];
}
