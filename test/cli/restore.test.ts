import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateEventTrackerCommand,
  DescribeDatasetGroupCommand,
  ListDatasetGroupsCommand,
  ListDatasetImportJobsCommand,
} from '@aws-sdk/client-personalize';
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { clientConfig } from 'local-aws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withCallDetails } from '../../cli/explain.ts';
import { assertTogether, type RestoreOptions } from '../../cli/restore/options.ts';
import { type RestoreRun, runRestore } from '../../cli/restore/run.ts';
import {
  clientsOf,
  createDatasets,
  type Deployment,
  datasetArn,
  datasetGroupArn,
  deploy,
  setFaults,
} from '../deployment.ts';
import { runCommand } from './command-line.ts';
import { exported, importRole, manifestOf, rowsFor, rowsIn, textAt } from './exported.ts';

// `npm run restore` against the packaged stack: whole rounds.
const STAGING_BUCKET = 'staging-copies';
const staging = `s3://${STAGING_BUCKET}/tmp/`;

let deployment: Deployment;
let environment: Record<string, string>;
let clients: RestoreRun['clients'];
let folder: string;
let interactions: string;
let items: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restore-'));
  deployment = await deploy();
  environment = deployment.aws.environment;
  const { personalize, s3, sfn } = clientsOf(clientConfig(environment));
  clients = { personalize: withCallDetails(personalize), s3, sfn };
  await s3.send(new CreateBucketCommand({ Bucket: STAGING_BUCKET }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: STAGING_BUCKET, VersioningConfiguration }));
  [interactions, items] = await Promise.all([
    exported(deployment, 'shop', 'Interactions'),
    exported(deployment, 'catalog', 'Items'),
  ]);
}, 60_000);
afterAll(async () => {
  await deployment?.close();
  await rm(folder, { recursive: true });
});

/** Runs the command in this process: as a process of its own, each run would take a second of one processor.
 * @param interruptAt a text of the output at which Ctrl-C is pressed */
async function restore(manifest: string, args: Partial<RestoreOptions>, interruptAt?: string): Promise<Ran> {
  const controller = new AbortController();
  const ran: Ran = { exitCode: 0, stdout: '', stderr: '' };
  const write = (text: string) => {
    ran.stdout += text;
    if (interruptAt && ran.stdout.includes(interruptAt)) controller.abort();
  };
  const options = { manifest, roleArn: importRole, yes: true, ...args };
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

interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
  document?: Record<string, unknown>;
}

async function fileOf(content: string): Promise<string> {
  const file = join(folder, randomUUID());
  await writeFile(file, content);
  return file;
}

/** The copies that are left, with all versions. */
async function copies(): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await deployment.s3.send(
    new ListObjectVersionsCommand({ Bucket: STAGING_BUCKET }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
}

async function importsOf(group: string, type: string) {
  const list = new ListDatasetImportJobsCommand({ datasetArn: datasetArn(group, type) });
  const { datasetImportJobs = [] } = await deployment.personalize.send(list);
  return datasetImportJobs;
}

async function groups(): Promise<(string | undefined)[]> {
  const { datasetGroups = [] } = await deployment.personalize.send(new ListDatasetGroupsCommand({}));
  return datasetGroups.map(({ name }) => name);
}

function succeeded({ exitCode, stdout, stderr }: Ran): void {
  expect({ exitCode, said: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, said: '' });
}

describe.concurrent('npm run restore', () => {
  it('restores every row of an export into a new group with the role of the deployment, and proves it', async () => {
    const ran = await restore(interactions, { group: 'restored', prove: true, roleArn: environment.RESTORE_ROLE_ARN });
    succeeded(ran);
    expect(ran.stdout).toContain('Proved: the restored dataset has the same 1,200 rows.');
    const again = await manifestOf(deployment, datasetArn('restored', 'INTERACTIONS'));
    expect(await rowsIn(deployment, again)).toEqual(await rowsIn(deployment, interactions));
  });

  it('restores values with quotes, commas and line breaks, and gives one document', async () => {
    const latest = items.replace(/dt=.*$/, 'latest.json');
    const ran = await restore(latest, { group: 'items-copy', roleArn: undefined });
    succeeded(ran);
    expect(ran.document).toMatchObject({
      ...{ status: 'RESTORED', rows: 8, datasetArn: datasetArn('items-copy', 'ITEMS') },
      contentHash: JSON.parse(await textAt(deployment, items)).export.contentHash,
    });
    expect(ran.stdout).toMatch(/1 rows have a line break/);
    const again = await manifestOf(deployment, datasetArn('items-copy', 'ITEMS'));
    expect(await rowsIn(deployment, again)).toEqual(await rowsIn(deployment, items));
  });

  it('leaves out excluded users, proves the rest, and deletes the copies', async () => {
    const users = await fileOf('u1\nu2\nunknown\n');
    const args = { group: 'without-users', prove: true, excludeUsers: users, staging };
    const ran = await restore(interactions, args);
    succeeded(ran);
    expect(ran.stdout).toContain('Left out: 60 rows of 2 of the 3 users. Kept: 1,140 rows.');
    expect(ran.stdout).toContain('Proved: the restored dataset has the same 1,140 rows.');
    const again = await manifestOf(deployment, datasetArn('without-users', 'INTERACTIONS'));
    const wanted = (await rowsIn(deployment, interactions)).filter((row) => !/\["USER_ID","u[12]"\]/.test(row));
    expect(await rowsIn(deployment, again)).toEqual(wanted);
    expect(await copies()).not.toContainEqual(expect.stringContaining(ran.stdout.match(/restore-\w+-\w+/)?.[0] ?? '?'));
  });

  it('makes nothing when too few rows are kept, and deletes the copies', async () => {
    const users = await fileOf(Array.from({ length: 20 }, (_, index) => `u${index}`).join('\n'));
    const args = { group: 'too-few', excludeUsers: users, staging };
    const { exitCode, stdout, stderr } = await restore(interactions, args);
    expect(stderr).toContain('There are 600 interactions.');
    expect(exitCode).toBe(2);
    expect(await groups()).not.toContain('too-few');
    expect(await copies()).not.toContainEqual(expect.stringContaining(stdout.match(/restore-\w+-\w+/)?.[0] ?? '?'));
  });

  it('continues where it was interrupted, at each step, and imports once', async () => {
    const users = await fileOf('u1\n');
    const args = { group: 'interrupted', excludeUsers: users, staging };
    for (const step of ['copies writing', 'dataset group', 'dataset interrupted', 'import restore-', 'import CREATE']) {
      const { exitCode, stderr } = await restore(interactions, args, `  ${step}`);
      expect({ step, exitCode, stderr }).toMatchObject({
        exitCode: 130,
        stderr: expect.stringContaining('Interrupted'),
      });
    }
    const ran = await restore(interactions, { ...args, prove: true });
    succeeded(ran);
    expect(ran.stdout).toContain('Proved: the restored dataset has the same 1,170 rows.');
    expect(await importsOf('interrupted', 'INTERACTIONS')).toHaveLength(1);
    expect(await copies()).not.toContainEqual(expect.stringContaining(ran.stdout.match(/restore-\w+-\w+/)?.[0] ?? '?'));
  });

  it('says that an export is restored already when the same command runs again', async () => {
    const args = { group: 'twice' };
    succeeded(await restore(items, args));
    const again = await restore(items, args);
    succeeded(again);
    expect(again.stdout).toMatch(/follow {2}import .*which was started before/);
    expect(await importsOf('twice', 'ITEMS')).toHaveLength(1);
  });

  it('refuses a dataset with data, and replaces it with --into-existing', async () => {
    const changed = [...rowsFor('Items').slice(0, 4), ['new', 'title', 'drama', '1']];
    const newer = await exported(deployment, 'newer', 'Items', changed);
    const refused = await restore(items, { group: 'newer' });
    expect(refused.stderr).toMatch(/dataset\/newer\/ITEMS is not empty: the import newer-import is ACTIVE/);
    expect(refused.exitCode).toBe(2);
    succeeded(await restore(items, { group: 'newer', intoExisting: true, prove: true }));
    const again = await manifestOf(deployment, datasetArn('newer', 'ITEMS'));
    expect(await rowsIn(deployment, again)).toEqual(await rowsIn(deployment, items));
    expect(await rowsIn(deployment, newer)).not.toEqual(await rowsIn(deployment, items));
  });

  it('keeps the domain of the dataset group', async () => {
    const users = await exported(deployment, 'with-domain', 'Users', undefined, { domain: 'ECOMMERCE' });
    const ran = await restore(users, { group: 'domain-kept', prove: true });
    succeeded(ran);
    const group = new DescribeDatasetGroupCommand({ datasetGroupArn: datasetGroupArn('domain-kept') });
    expect((await deployment.personalize.send(group)).datasetGroup?.domain).toBe('ECOMMERCE');
  });

  it('asks for a key where the exported group has one, and restores without it on request', async () => {
    const key = { kmsKeyArn: environment.EXPORT_KEY_ARN ?? '', roleArn: importRole };
    const users = await exported(deployment, 'with-key', 'Users', undefined, key);
    const refused = await restore(users, { group: 'key-asked' });
    expect(refused.stderr).toMatch(/group with-key has a KMS key of its own\. Give --kms-key-arn .* or --unencrypted/);
    succeeded(await restore(users, { group: 'key-asked', kmsKeyArn: key.kmsKeyArn }));
    const group = new DescribeDatasetGroupCommand({ datasetGroupArn: datasetGroupArn('key-asked') });
    expect((await deployment.personalize.send(group)).datasetGroup?.kmsKeyArn).toBe(key.kmsKeyArn);
  });

  it('restores into a group that exists, by its ARN', async () => {
    await createDatasets(deployment, 'existing', ['Users']);
    const ran = await restore(items, { datasetGroupArn: datasetGroupArn('existing') });
    succeeded(ran);
    expect(ran.document).toMatchObject({ datasetArn: datasetArn('existing', 'ITEMS') });
  });

  it('shows the plan and makes nothing with --dry-run', async () => {
    const ran = await restore(items, { group: 'planned', dryRun: true });
    succeeded(ran);
    expect(ran.stdout).toMatch(/create {2}dataset group planned\n/);
    expect(ran.stdout).toContain('Nothing was made: --dry-run.');
    expect(await groups()).not.toContain('planned');
  });

  it.each<[what: string, change: (manifest: string) => string, args: Partial<RestoreOptions>, says: RegExp]>([
    [
      'a file of another size',
      (text) => text.replaceAll('"bytes": ', '"bytes": 1').replaceAll('"content_length": ', '"content_length": 1'),
      {},
      /bytes, and the manifest says 1/,
    ],
    [
      'a file of another ETag',
      (text) =>
        text
          .replace(/"etag": "../, '"etag": "zz')
          .replace(/"checksum": \{[^}]*\}/, '"checksum": {"algorithm": "CRC32", "value": "x"}'),
      {},
      /the manifest says zz/,
    ],
    [
      'a file that is gone',
      (text) => text.replace(/part-00000\.csv/g, 'part-00001.csv'),
      {},
      /part-00001\.csv does not exist/,
    ],
    ['no JSON', () => 'x', {}, /is not JSON/],
    ['another document', () => '{"entries": []}', {}, /is not a manifest of an export:\nschema: is missing/],
    [
      'entries that are not its files',
      (text) => text.replace(/"record_count": /, '"record_count": 1'),
      {},
      /do not describe the same files/,
    ],
    [
      'a location that is not in S3',
      (text) => text.replace(/"url": "s3:/, '"url": "http:'),
      {},
      /is not a location such as/,
    ],
    [
      'an escape sequence',
      (text) => text.replace('"datasetType": "ITEMS"', '"datasetType": "\\u001b[31mITEMS"'),
      {},
      /export\.datasetType is /,
    ],
    ['no deployment for a proof', (text) => text, { prove: true, stage: 'prod' }, /no state machine .*-prod/],
  ])('refuses %s, and makes nothing', async (what, change, args, says) => {
    const manifest = await fileOf(change(await textAt(deployment, items)));
    const group = `refused-${what.replaceAll(' ', '-')}`;
    const { exitCode, stdout, stderr } = await restore(manifest, { group, ...args });
    expect(stderr).toMatch(says);
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    expect(exitCode).toBe(2);
    expect(await groups()).not.toContain(group);
  });

  it('says which role it lacks', async () => {
    const { exitCode, stderr } = await runCommand(
      'restore',
      ['--manifest', items, '--group', 'no-role', '--stage', 'other', '--yes'],
      environment,
    );
    expect(stderr).toMatch(/No role is known .* Give --role-arn, or deploy with the setting restoreRole/);
    expect(exitCode).toBe(2);
  });

  it('makes nothing when the answer is no', async () => {
    const { exitCode, stderr } = await restore(items, { group: 'answered-no', yes: false });
    expect(stderr).toBe('Nothing was made.\n');
    expect(exitCode).toBe(2);
    expect(await groups()).not.toContain('answered-no');
  });
});

describe('npm run restore, as a process,', () => {
  const command = (args: string[], options?: Parameters<typeof runCommand>[3]) =>
    runCommand('restore', ['--manifest', items, '--role-arn', importRole, ...args], environment, options);

  it('makes nothing without an answer', async () => {
    const { exitCode, stderr } = await command(['--group', 'unanswered']);
    expect(stderr).toContain('there was no answer. Give --yes');
    expect(exitCode).toBe(2);
    expect(await groups()).not.toContain('unanswered');
  });

  it('ends on Ctrl-C, and restores with the same command after the answer yes', async () => {
    const args = ['--group', 'by-process'];
    const interrupted = await command([...args, '--yes'], {
      when: ['dataset by-process-items creating', ({ interrupt }) => interrupt()],
    });
    expect(interrupted.stderr).toMatch(/Interrupted\.\nMade or used so far:\n.*dataset-group\/by-process/s);
    expect(interrupted.exitCode).toBe(130);
    const { exitCode, stdout } = await command([...args, '--json'], { stdin: 'yes\n' });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'RESTORED', rows: 8 });
    expect(exitCode).toBe(0);
  });

  it('prints no escape sequence of a manifest', async () => {
    const change = (text: string) => text.replace('"jobName": "', '"jobName": "\\u001b[31m');
    const manifest = await fileOf(change(await textAt(deployment, items)));
    const { exitCode, stdout } = await command(['--group', 'hostile', '--dry-run', '--manifest', manifest]);
    expect(stdout).toContain('Export  [31m');
    expect(stdout).not.toContain('\u001b');
    expect(exitCode).toBe(0);
  });
});

describe('npm run restore, while calls fail,', () => {
  afterEach(async () => void (await setFaults(deployment)));

  const service = 'personalize';
  it.each<[what: string, fault: object]>([
    ['CreateDatasetGroup is throttled', { operation: 'CreateDatasetGroup', error: 'ThrottlingException', times: 4 }],
    ['the answer to CreateSchema is lost', { operation: 'CreateSchema', cut: 'after', times: 1 }],
    ['the answer to CreateDataset is lost', { operation: 'CreateDataset', cut: 'after', times: 1 }],
    ['the answer to the import is lost', { operation: 'CreateDatasetImportJob', cut: 'after', times: 1 }],
    ['too many imports run', { operation: 'CreateDatasetImportJob', error: 'LimitExceededException', times: 4 }],
    ['the status can not be read for a while', { operation: 'DescribeDatasetImportJob', status: 500, times: 4 }],
  ])('restores once although %s', async (what, fault) => {
    await setFaults(deployment, { service, ...fault });
    const group = what.replaceAll(' ', '-');
    const ran = await restore(items, { group });
    succeeded(ran);
    const imports = await importsOf(group, 'ITEMS');
    expect(imports.map((job) => job.datasetImportJobArn)).toEqual([ran.document?.datasetImportJobArn]);
  });

  it('says that the role of the deployment may not read copies elsewhere', async () => {
    const users = await fileOf('u1\n');
    const roleArn = environment.RESTORE_ROLE_ARN;
    const args = { group: 'unreadable', excludeUsers: users, staging, roleArn };
    const { exitCode, stderr } = await restore(interactions, args);
    expect(stderr).toMatch(/is CREATE FAILED: Insufficient privileges for accessing data in S3.*staging-copies/);
    expect(exitCode).toBe(1);
    expect(await copies()).toEqual([]);
  });

  it('refuses interactions of a group with an event tracker', async () => {
    await setFaults(deployment, { service, operation: 'CreateDatasetImportJob', error: 'AccessDeniedException' });
    await restore(interactions, { group: 'tracked' });
    await setFaults(deployment);
    const tracker = { name: 'tracker', datasetGroupArn: datasetGroupArn('tracked') };
    await deployment.personalize.send(new CreateEventTrackerCommand(tracker));
    expect((await restore(interactions, { group: 'tracked' })).stderr).toContain('its group has an event tracker');
  });

  it('says why an import failed, deletes the copies, and imports again with the same command', async () => {
    await setFaults(deployment, { job: 'import', failureReason: 'The bucket is on fire.', times: 1 });
    const users = await fileOf('u3\n');
    const args = { group: 'failed', excludeUsers: users, staging };
    const failed = await restore(interactions, args);
    expect(failed.stderr).toMatch(/is CREATE FAILED: The bucket is on fire\.\nMade or used so far:\n {2}arn:/);
    expect(failed.exitCode).toBe(1);
    expect(await copies()).toEqual([]);
    const again = await restore(interactions, args);
    succeeded(again);
    expect(again.stdout).toMatch(/restore-interactions-\w+-2, FULL/);
  });

  it('reads many files by their folder, and copies them once the folder has another object', async () => {
    await setFaults(deployment, { job: 'export', output: 'many-small-files' });
    const manifest = await exported(deployment, 'many', 'Interactions');
    await setFaults(deployment);
    const byFolder = await restore(manifest, { group: 'many-by-folder', prove: true });
    succeeded(byFolder);
    expect(byFolder.stdout).toMatch(/\d\d files, 1,200 rows.*import {2}s3:\S+\/ \(/s);
    const [, Bucket, folder] = byFolder.stdout.match(/import {2}s3:\/\/([^/]+)\/(\S+)/) ?? [];
    await deployment.s3.send(new PutObjectCommand({ Bucket, Key: `${folder}_CHECK`, Body: 'x' }));
    const refused = await restore(manifest, { group: 'many-copied' });
    expect(refused.stderr).toMatch(/the folder has other objects, such as .*_CHECK\. Give --staging/);
    const copied = await restore(manifest, { group: 'many-copied', staging, prove: true });
    succeeded(copied);
    expect(copied.stdout).toContain('Proved: the restored dataset has the same 1,200 rows.');
    expect(await copies()).toEqual([]);
  });

  it('names the action that is missing, and what was made', async () => {
    await setFaults(deployment, { service, operation: 'CreateDataset', error: 'AccessDeniedException' });
    const { exitCode, stderr } = await restore(items, { group: 'denied' });
    expect(stderr).toMatch(/need the action personalize:CreateDataset/);
    expect(stderr).toMatch(/Made or used so far:\n.*dataset-group\/denied\nThe same command continues from there/s);
    expect(exitCode).toBe(2);
  });
});
