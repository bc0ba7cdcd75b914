import { DescribeDatasetGroupCommand } from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RestoreOptions } from '../../cli/restore/options.ts';
import { runCommand } from '../cli/command-line.ts';
import { createDatasets, datasetArn, datasetGroupArn } from '../deployment.ts';
import { exported, importRole, manifestOf, rowsFor, rowsIn, textAt } from './exported.ts';
import { type Restoring, restoring, staging, succeeded } from './restoring.ts';

// `npm run restore` against the packaged stack: whole rounds.

let at: Restoring;
beforeAll(async () => {
  at = await restoring();
}, 60_000);
afterAll(() => at?.close());

describe.concurrent('npm run restore', () => {
  it('npm run restore restores every row of an export into a new group with the role of the deployment, and proves it', async () => {
    const ran = await at.restore(at.interactions, {
      group: 'restored',
      prove: true,
      roleArn: at.environment.RESTORE_ROLE_ARN,
    });
    succeeded(ran);
    expect(ran.stdout).toContain('Proved: the restored dataset has the same 1,200 rows.');
    const again = await manifestOf(at.deployment, datasetArn('restored', 'INTERACTIONS'));
    expect(await rowsIn(at.deployment, again)).toEqual(await rowsIn(at.deployment, at.interactions));
  });

  it('npm run restore restores values with quotes, commas and line breaks, and gives one document', async () => {
    const latest = at.items.replace(/dt=.*$/, 'latest.json');
    const ran = await at.restore(latest, { group: 'items-copy', roleArn: undefined });
    succeeded(ran);
    expect(ran.document).toMatchObject({
      ...{ status: 'RESTORED', rows: 8, datasetArn: datasetArn('items-copy', 'ITEMS') },
      contentHash: JSON.parse(await textAt(at.deployment, at.items)).export.contentHash,
    });
    expect(ran.stdout).toMatch(/1 rows have a line break/);
    const again = await manifestOf(at.deployment, datasetArn('items-copy', 'ITEMS'));
    expect(await rowsIn(at.deployment, again)).toEqual(await rowsIn(at.deployment, at.items));
  });

  it('npm run restore leaves out excluded users, proves the rest, and deletes the copies', async () => {
    const users = await at.fileOf('u1\nu2\nunknown\n');
    const args = { group: 'without-users', prove: true, excludeUsers: users, staging };
    const ran = await at.restore(at.interactions, args);
    succeeded(ran);
    expect(ran.stdout).toContain('Left out: 60 rows of 2 of the 3 users. Kept: 1,140 rows.');
    expect(ran.stdout).toContain('Proved: the restored dataset has the same 1,140 rows.');
    const again = await manifestOf(at.deployment, datasetArn('without-users', 'INTERACTIONS'));
    const wanted = (await rowsIn(at.deployment, at.interactions)).filter((row) => !/\["USER_ID","u[12]"\]/.test(row));
    expect(await rowsIn(at.deployment, again)).toEqual(wanted);
    expect(await at.copies()).not.toContainEqual(
      expect.stringContaining(ran.stdout.match(/restore-\w+-\w+/)?.[0] ?? '?'),
    );
  });

  it('npm run restore creates nothing when too few rows are kept, and deletes the copies', async () => {
    const users = await at.fileOf(Array.from({ length: 20 }, (_, index) => `u${index}`).join('\n'));
    const args = { group: 'too-few', excludeUsers: users, staging };
    const { exitCode, stdout, stderr } = await at.restore(at.interactions, args);
    expect(stderr).toContain('There are 600 interactions.');
    expect(exitCode).toBe(2);
    expect(await at.groups()).not.toContain('too-few');
    expect(await at.copies()).not.toContainEqual(expect.stringContaining(stdout.match(/restore-\w+-\w+/)?.[0] ?? '?'));
  });

  it('npm run restore continues where it was interrupted, at each step, and imports once', async () => {
    const users = await at.fileOf('u1\n');
    const args = { group: 'interrupted', excludeUsers: users, staging };
    for (const step of ['copies writing', 'dataset group', 'dataset interrupted', 'import restore-', 'import CREATE']) {
      const { exitCode, stderr } = await at.restore(at.interactions, args, `  ${step}`);
      expect({ step, exitCode, stderr }).toMatchObject({
        exitCode: 130,
        stderr: expect.stringContaining('Interrupted'),
      });
    }
    const ran = await at.restore(at.interactions, { ...args, prove: true });
    succeeded(ran);
    expect(ran.stdout).toContain('Proved: the restored dataset has the same 1,170 rows.');
    expect(await at.importsOf('interrupted', 'INTERACTIONS')).toHaveLength(1);
    expect(await at.copies()).not.toContainEqual(
      expect.stringContaining(ran.stdout.match(/restore-\w+-\w+/)?.[0] ?? '?'),
    );
  });

  it('npm run restore says that an export is restored already when the same command runs again', async () => {
    const args = { group: 'twice' };
    succeeded(await at.restore(at.items, args));
    const again = await at.restore(at.items, args);
    succeeded(again);
    expect(again.stdout).toMatch(/follow {2}import .*which was started before/);
    expect(await at.importsOf('twice', 'ITEMS')).toHaveLength(1);
  });

  it('npm run restore refuses a dataset with data, and replaces it with --into-existing', async () => {
    const changed = [...rowsFor('Items').slice(0, 4), ['new', 'title', 'drama', '1']];
    const newer = await exported(at.deployment, 'newer', 'Items', changed);
    const refused = await at.restore(at.items, { group: 'newer' });
    expect(refused.stderr).toMatch(/dataset\/newer\/ITEMS is not empty: the import newer-import is ACTIVE/);
    expect(refused.exitCode).toBe(2);
    succeeded(await at.restore(at.items, { group: 'newer', intoExisting: true, prove: true }));
    const again = await manifestOf(at.deployment, datasetArn('newer', 'ITEMS'));
    expect(await rowsIn(at.deployment, again)).toEqual(await rowsIn(at.deployment, at.items));
    expect(await rowsIn(at.deployment, newer)).not.toEqual(await rowsIn(at.deployment, at.items));
  });

  it('npm run restore keeps the domain of the dataset group', async () => {
    const users = await exported(at.deployment, 'with-domain', 'Users', undefined, { domain: 'ECOMMERCE' });
    const ran = await at.restore(users, { group: 'domain-kept', prove: true });
    succeeded(ran);
    const group = new DescribeDatasetGroupCommand({ datasetGroupArn: datasetGroupArn('domain-kept') });
    expect((await at.deployment.personalize.send(group)).datasetGroup?.domain).toBe('ECOMMERCE');
  });

  it('npm run restore asks for a key where the exported group has one, and restores without it on request', async () => {
    const key = { kmsKeyArn: at.environment.EXPORT_KEY_ARN ?? '', roleArn: importRole };
    const users = await exported(at.deployment, 'with-key', 'Users', undefined, key);
    const refused = await at.restore(users, { group: 'key-asked' });
    expect(refused.stderr).toMatch(/group with-key has a KMS key of its own\. Give --kms-key-arn .* or --unencrypted/);
    succeeded(await at.restore(users, { group: 'key-asked', kmsKeyArn: key.kmsKeyArn }));
    const group = new DescribeDatasetGroupCommand({ datasetGroupArn: datasetGroupArn('key-asked') });
    expect((await at.deployment.personalize.send(group)).datasetGroup?.kmsKeyArn).toBe(key.kmsKeyArn);
  });

  it('npm run restore restores into a group that exists, by its ARN', async () => {
    await createDatasets(at.deployment, 'existing', ['Users']);
    const ran = await at.restore(at.items, { datasetGroupArn: datasetGroupArn('existing') });
    succeeded(ran);
    expect(ran.document).toMatchObject({ datasetArn: datasetArn('existing', 'ITEMS') });
  });

  it('npm run restore shows the plan and creates nothing with --dry-run', async () => {
    const ran = await at.restore(at.items, { group: 'planned', dryRun: true });
    succeeded(ran);
    expect(ran.stdout).toMatch(/create {2}dataset group planned\n/);
    expect(ran.stdout).toContain('Nothing was made: --dry-run.');
    expect(await at.groups()).not.toContain('planned');
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
  ])('npm run restore refuses %s, and creates nothing', async (what, change, args, says) => {
    const manifest = await at.fileOf(change(await textAt(at.deployment, at.items)));
    const group = `refused-${what.replaceAll(' ', '-')}`;
    const { exitCode, stdout, stderr } = await at.restore(manifest, { group, ...args });
    expect(stderr).toMatch(says);
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    expect(exitCode).toBe(2);
    expect(await at.groups()).not.toContain(group);
  });

  it('npm run restore says which role it lacks', async () => {
    const { exitCode, stderr } = await runCommand(
      'restore',
      ['--manifest', at.items, '--group', 'no-role', '--stage', 'other', '--yes'],
      at.environment,
    );
    expect(stderr).toMatch(/No role is known .* Give --role-arn, or deploy with the setting restoreRole/);
    expect(exitCode).toBe(2);
  });

  it('npm run restore creates nothing when the answer is no', async () => {
    const { exitCode, stderr } = await at.restore(at.items, { group: 'answered-no', yes: false });
    expect(stderr).toBe('Nothing was made.\n');
    expect(exitCode).toBe(2);
    expect(await at.groups()).not.toContain('answered-no');
  });
});
