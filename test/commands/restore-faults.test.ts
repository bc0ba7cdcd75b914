import { CreateEventTrackerCommand } from '@aws-sdk/client-personalize';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../cli/command-line.ts';
import { datasetGroupArn, setFaults } from '../deployment.ts';
import { exported, importRole, textAt } from './exported.ts';
import { type Restoring, restoring, staging, succeeded } from './restoring.ts';

// `npm run restore` as a process, and while calls to the packaged stack fail.

let at: Restoring;
beforeAll(async () => {
  at = await restoring();
}, 60_000);
afterAll(() => at?.close());

describe('npm run restore, as a process,', () => {
  const command = (args: string[], options?: Parameters<typeof runCommand>[3]) =>
    runCommand('restore', ['--manifest', at.items, '--role-arn', importRole, ...args], at.environment, options);

  it('npm run restore creates nothing without an answer', async () => {
    const { exitCode, stderr } = await command(['--group', 'unanswered']);
    expect(stderr).toContain('there was no answer. Give --yes');
    expect(exitCode).toBe(2);
    expect(await at.groups()).not.toContain('unanswered');
  });

  it('npm run restore ends on Ctrl-C, and restores with the same command after the answer yes', async () => {
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

  it('npm run restore prints no escape sequence of a manifest', async () => {
    const change = (text: string) => text.replace('"jobName": "', '"jobName": "\\u001b[31m');
    const manifest = await at.fileOf(change(await textAt(at.deployment, at.items)));
    const { exitCode, stdout } = await command(['--group', 'hostile', '--dry-run', '--manifest', manifest]);
    expect(stdout).toContain('Export  [31m');
    expect(stdout).not.toContain('\u001b');
    expect(exitCode).toBe(0);
  });
});

describe('npm run restore, while calls fail,', () => {
  afterEach(async () => void (await setFaults(at.deployment)));

  const service = 'personalize';
  it.each<[what: string, fault: object]>([
    ['CreateDatasetGroup is throttled', { operation: 'CreateDatasetGroup', error: 'ThrottlingException', times: 4 }],
    ['the answer to CreateSchema is lost', { operation: 'CreateSchema', cut: 'after', times: 1 }],
    ['the answer to CreateDataset is lost', { operation: 'CreateDataset', cut: 'after', times: 1 }],
    ['the answer to the import is lost', { operation: 'CreateDatasetImportJob', cut: 'after', times: 1 }],
    ['too many imports run', { operation: 'CreateDatasetImportJob', error: 'LimitExceededException', times: 4 }],
    ['the status can not be read for a while', { operation: 'DescribeDatasetImportJob', status: 500, times: 4 }],
  ])('npm run restore restores once although %s', async (what, fault) => {
    await setFaults(at.deployment, { service, ...fault });
    const group = what.replaceAll(' ', '-');
    const ran = await at.restore(at.items, { group });
    succeeded(ran);
    const imports = await at.importsOf(group, 'ITEMS');
    expect(imports.map((job) => job.datasetImportJobArn)).toEqual([ran.document?.datasetImportJobArn]);
  });

  it('npm run restore says that the role of the deployment may not read copies elsewhere', async () => {
    const users = await at.fileOf('u1\n');
    const roleArn = at.environment.RESTORE_ROLE_ARN;
    const args = { group: 'unreadable', excludeUsers: users, staging, roleArn };
    const { exitCode, stderr } = await at.restore(at.interactions, args);
    expect(stderr).toMatch(/is CREATE FAILED: Insufficient privileges for accessing data in S3.*staging-copies/);
    expect(exitCode).toBe(1);
    expect(await at.copies()).toEqual([]);
  });

  it('npm run restore refuses interactions of a group with an event tracker', async () => {
    await setFaults(at.deployment, { service, operation: 'CreateDatasetImportJob', error: 'AccessDeniedException' });
    await at.restore(at.interactions, { group: 'tracked' });
    await setFaults(at.deployment);
    const tracker = { name: 'tracker', datasetGroupArn: datasetGroupArn('tracked') };
    await at.deployment.personalize.send(new CreateEventTrackerCommand(tracker));
    expect((await at.restore(at.interactions, { group: 'tracked' })).stderr).toContain(
      'its group has an event tracker',
    );
  });

  it('npm run restore says why an import failed, deletes the copies, and imports again with the same command', async () => {
    await setFaults(at.deployment, { job: 'import', failureReason: 'The bucket is on fire.', times: 1 });
    const users = await at.fileOf('u3\n');
    const args = { group: 'failed', excludeUsers: users, staging };
    const failed = await at.restore(at.interactions, args);
    expect(failed.stderr).toMatch(/is CREATE FAILED: The bucket is on fire\.\nMade or used so far:\n {2}arn:/);
    expect(failed.exitCode).toBe(1);
    expect(await at.copies()).toEqual([]);
    const again = await at.restore(at.interactions, args);
    succeeded(again);
    expect(again.stdout).toMatch(/restore-interactions-\w+-2, FULL/);
  });

  it('npm run restore reads many files by their folder, and copies them once the folder has another object', async () => {
    await setFaults(at.deployment, { job: 'export', output: 'many-small-files' });
    const manifest = await exported(at.deployment, 'many', 'Interactions');
    await setFaults(at.deployment);
    const byFolder = await at.restore(manifest, { group: 'many-by-folder', prove: true });
    succeeded(byFolder);
    expect(byFolder.stdout).toMatch(/\d\d files, 1,200 rows.*import {2}s3:\S+\/ \(/s);
    const [, Bucket, folder] = byFolder.stdout.match(/import {2}s3:\/\/([^/]+)\/(\S+)/) ?? [];
    await at.deployment.s3.send(new PutObjectCommand({ Bucket, Key: `${folder}_CHECK`, Body: 'x' }));
    const refused = await at.restore(manifest, { group: 'many-copied' });
    expect(refused.stderr).toMatch(/the folder has other objects, such as .*_CHECK\. Give --staging/);
    const copied = await at.restore(manifest, { group: 'many-copied', staging, prove: true });
    succeeded(copied);
    expect(copied.stdout).toContain('Proved: the restored dataset has the same 1,200 rows.');
    expect(await at.copies()).toEqual([]);
  });

  it('npm run restore names the action that is missing, and what was made', async () => {
    await setFaults(at.deployment, { service, operation: 'CreateDataset', error: 'AccessDeniedException' });
    const { exitCode, stderr } = await at.restore(at.items, { group: 'denied' });
    expect(stderr).toMatch(/need the action personalize:CreateDataset/);
    expect(stderr).toMatch(/Made or used so far:\n.*dataset-group\/denied\nThe same command continues from there/s);
    expect(exitCode).toBe(2);
  });
});
