import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListDatasetGroupsCommand, ListDatasetImportJobsCommand } from '@aws-sdk/client-personalize';
import { CreateBucketCommand, ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { clientConfig } from 'local-aws';
import { expect } from 'vitest';
import { withCallDetails } from '../../cli/explain.ts';
import { assertTogether, type RestoreOptions } from '../../cli/restore/options.ts';
import { type RestoreRun, runRestore } from '../../cli/restore/run.ts';
import { clientsOf, datasetArn, deploy } from '../deployment.ts';
import { exported, importRole } from './exported.ts';

const STAGING_BUCKET = 'staging-copies';
/** A folder in a bucket that keeps versions. */
export const staging = `s3://${STAGING_BUCKET}/tmp/`;

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
  document?: Record<string, unknown>;
}

export type Restoring = Awaited<ReturnType<typeof restoring>>;

/** The packaged stack with an export of 1,200 interactions and one of 8 items, and what a test asks about restores. */
export async function restoring() {
  const folder = await mkdtemp(join(tmpdir(), 'restore-'));
  const deployment = await deploy();
  const { environment } = deployment.aws;
  const { personalize, s3, sfn } = clientsOf(clientConfig(environment));
  const clients = { personalize: withCallDetails(personalize), s3, sfn };
  await s3.send(new CreateBucketCommand({ Bucket: STAGING_BUCKET }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: STAGING_BUCKET, VersioningConfiguration }));
  const [interactions, items] = await Promise.all([
    exported(deployment, 'shop', 'Interactions'),
    exported(deployment, 'catalog', 'Items'),
  ]);
  return {
    ...{ deployment, environment, interactions, items },
    restore: (manifest: string, args: Partial<RestoreOptions>, interruptAt?: string) =>
      restoreHere({ manifest, roleArn: importRole, yes: true, ...args }, clients, environment, interruptAt),
    async fileOf(content: string): Promise<string> {
      const file = join(folder, randomUUID());
      await writeFile(file, content);
      return file;
    },
    /** The copies that are left, with all versions. */
    async copies(): Promise<string[]> {
      const list = new ListObjectVersionsCommand({ Bucket: STAGING_BUCKET });
      const { Versions = [], DeleteMarkers = [] } = await s3.send(list);
      return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
    },
    async importsOf(group: string, type: string) {
      const list = new ListDatasetImportJobsCommand({ datasetArn: datasetArn(group, type) });
      return (await personalize.send(list)).datasetImportJobs ?? [];
    },
    async groups(): Promise<(string | undefined)[]> {
      const { datasetGroups = [] } = await personalize.send(new ListDatasetGroupsCommand({}));
      return datasetGroups.map(({ name }) => name);
    },
    async close() {
      await deployment.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Runs the command in this process: as a process of its own, each run would take a second of one processor.
 * @param interruptAt a text of the output at which Ctrl-C is pressed */
async function restoreHere(
  options: RestoreOptions,
  clients: RestoreRun['clients'],
  environment: Record<string, string>,
  interruptAt?: string,
): Promise<Ran> {
  const controller = new AbortController();
  const ran: Ran = { exitCode: 0, stdout: '', stderr: '' };
  const write = (text: string) => {
    ran.stdout += text;
    if (interruptAt && ran.stdout.includes(interruptAt)) controller.abort();
  };
  assertTogether(options);
  ran.exitCode = await runRestore(options, {
    ...{ clients, environment, signal: controller.signal },
    stream: { write } as unknown as NodeJS.WriteStream,
    printError: (text) => {
      ran.stderr += `${text}\n`;
    },
    printDocument: (document) => {
      ran.document = JSON.parse(JSON.stringify(document));
    },
    ask: async () => false,
  });
  return ran;
}

export function succeeded({ exitCode, stdout, stderr }: Ran): void {
  expect({ exitCode, said: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, said: '' });
}
