import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Manifest } from '../../src/verify/manifest.ts';
import { findStateMachine, regionOf } from '../deployment.ts';
import { withCallDetails } from '../explain.ts';
import { UsageError } from '../usage-error.ts';
import { type CheckedFiles, checkFiles } from './check-files.ts';
import { readExcludedUsers } from './excluded-users.ts';
import { find } from './found.ts';
import { importFaults } from './import-rules.ts';
import type { RestoreOptions } from './options.ts';
import { planRestore, type RestorePlan } from './plan.ts';
import { readManifest } from './read-manifest.ts';
import { findRestoreRole } from './restore-role.ts';
import { digest, type RestoredSchema, restoredSchema, restoreNames } from './restored-schema.ts';

export interface Clients {
  personalize: PersonalizeClient;
  s3: S3Client;
  sfn: SFNClient;
}

/** Everything that was read before anything is made. */
export interface RestoreContext {
  manifest: Manifest;
  plan: RestorePlan;
  schema: RestoredSchema;
  files: CheckedFiles['files'];
  excluded: ReadonlySet<string>;
  /** The deployment that exports the restored dataset, with --prove. */
  stateMachineArn?: string;
}

/** Clients for the region of the dataset group. */
export function clientsFor({ region, datasetGroupArn }: RestoreOptions, environment: NodeJS.ProcessEnv): Clients {
  const ofArn = datasetGroupArn?.split(':')[3];
  if (region && ofArn && region !== ofArn) {
    throw new UsageError(`--dataset-group-arn is in ${ofArn}, not in ${region}. Leave out --region.`);
  }
  const config = { region: regionOf(region ?? ofArn, environment) };
  return {
    personalize: withCallDetails(new PersonalizeClient(config)),
    // The bytes are compared with the manifest by their content hash. S3's checksum of a whole object can't be computed here while it
    // is read in ranges.
    s3: withCallDetails(
      new S3Client({
        ...config,
        forcePathStyle: Boolean(environment.AWS_ENDPOINT_URL),
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
    ),
    sfn: withCallDetails(new SFNClient(config)),
  };
}

/** Reads the manifest, checks its files, and plans. Makes nothing.
 * @throws UsageError with every reason against the restore; what the SDK throws */
export async function readContext(
  options: RestoreOptions,
  { personalize, s3, sfn }: Clients,
  environment: NodeJS.ProcessEnv,
): Promise<RestoreContext> {
  const manifest = await readManifest(options.manifest, s3);
  refuseIf(importFaults(manifest));
  const excluded = await excludedBy(options);
  const schema = restoredSchema(manifest);
  const group = options.group ?? options.datasetGroupArn?.split('/').pop() ?? '';
  const excludedDigest = excluded.size > 0 ? digest([...excluded].sort()) : '';
  const names = restoreNames(manifest, schema, group, excludedDigest);
  const [files, found, roleArn, stateMachineArn] = await Promise.all([
    checkFiles(manifest, s3),
    find(manifest, schema, { ...options, schemaName: names.schema }, personalize),
    findRestoreRole(options, await personalize.config.region(), environment),
    options.prove ? stateMachineFor(options, sfn, environment) : undefined,
  ]);
  const planned = planRestore({ manifest, schema, names, options, roleArn, found, files });
  if ('faults' in planned) throw new UsageError(asList(planned.faults));
  const { plan } = planned;
  return { manifest, plan, schema, files: files.files, excluded, ...(stateMachineArn && { stateMachineArn }) };
}

async function excludedBy({ excludeUsers }: RestoreOptions): Promise<ReadonlySet<string>> {
  return excludeUsers === undefined ? new Set() : await readExcludedUsers(excludeUsers);
}

async function stateMachineFor({ stage }: RestoreOptions, sfn: SFNClient, environment: NodeJS.ProcessEnv) {
  return (stage ? undefined : environment.STATE_MACHINE_ARN) || (await findStateMachine(sfn, stage));
}

function refuseIf(faults: string[]): void {
  if (faults.length > 0) throw new UsageError(asList(faults));
}

export function asList(faults: string[]): string {
  return ["The export can't be restored:", ...faults.map((fault) => `- ${fault}`)].join('\n');
}
