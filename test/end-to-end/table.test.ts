import { CreateTableCommand, DeleteTableCommand, GetTableCommand, type Table } from '@aws-sdk/client-glue';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { readTemplate } from 'local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoDatasets } from '../../demo/data.ts';
import { importDatasets } from '../../demo/import-datasets.ts';
import { receiveNotifications } from '../../demo/notifications.ts';
import { localStack } from '../../scripts/local-stack.ts';
import type { Notification } from '../../src/notify/notification.ts';
import type { Manifest } from '../../src/verify/manifest.ts';
import {
  createDatasets,
  type Deployment,
  datasetArn,
  deploy,
  execute,
  hits,
  ofExecution,
  patient,
  receiveNotification,
  setFaults,
} from '../deployment.ts';
import { withoutPermission } from './iam/permissions.ts';

// The packaged stage `local` has the setting glueDatabase: default, and the local AWS has that database.
const DATABASE = 'default';
const users = datasetArn('demo-shop', 'USERS');
const usersTable = 'demo_shop_users_all';

let deployment: Deployment;
let imported: Notification[];
/** The tables after the imports. */
let first: Record<string, Table | undefined>;

beforeAll(async () => {
  deployment = await deploy();
  const signal = AbortSignal.timeout(30_000);
  await importDatasets(deployment.aws.environment, demoDatasets(), () => {}, signal);
  imported = await receiveNotifications(deployment.aws.environment, demoDatasets().length, signal);
  const types = imported.map(({ datasetType = '' }) => datasetType);
  const tables = await Promise.all(types.map((type) => tableNamed(`demo_shop_${type.toLowerCase()}_all`)));
  first = Object.fromEntries(types.map((type, index) => [type, tables[index]]));
}, 60_000);
afterAll(() => deployment?.close());

const importOf = (type: string) => imported.find(({ datasetType }) => datasetType === type) as Notification;
const jobIn = (table: Table | undefined) => table?.Parameters?.['personalizeExport.datasetExportJobArn'];

async function tableNamed(Name: string, { glue }: Pick<Deployment, 'glue'> = deployment): Promise<Table | undefined> {
  const answer = glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name }));
  return await answer.then(
    ({ Table }) => Table,
    ({ name }) => {
      expect(name).toBe('EntityNotFoundException');
      return undefined;
    },
  );
}

/** When the export job of a manifest was created. */
async function creationIn(manifest: string): Promise<string> {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(manifest) ?? [];
  const { Body } = await deployment.s3.send(new GetObjectCommand({ Bucket, Key }));
  return (JSON.parse((await Body?.transformToString()) ?? '') as Manifest).export.createdAt;
}

async function exportOf(arn: string): Promise<Notification> {
  const execution = await execute(deployment, { datasetArn: arn });
  const received = await receiveNotification(deployment, ofExecution(execution));
  return received?.notification as Notification;
}

it.each(['INTERACTIONS', 'USERS'])('the first export of %s has a table with its folder', (type) => {
  const { table, tableReason, path, manifest, rows } = importOf(type);
  expect({ table, tableReason }).toEqual({ table: `${DATABASE}.demo_shop_${type.toLowerCase()}_all` });
  const { StorageDescriptor, Parameters } = first[type] ?? {};
  expect(StorageDescriptor?.Location).toBe(path);
  expect(Parameters).toMatchObject({ 'personalizeExport.manifest': manifest, 'personalizeExport.rows': String(rows) });
});

it('the table has the columns of the file, in its order', () => {
  const columns = first.INTERACTIONS?.StorageDescriptor?.Columns;
  const schema = demoDatasets().find(({ datasetType }) => datasetType === 'Interactions')?.schema;
  const { fields = [] } = (schema ?? {}) as { fields?: { name: string }[] };
  expect(columns?.map(({ Name }) => Name)).toEqual(fields.map(({ name }) => name.toLowerCase()));
});

it('an export with a line break inside a value has no table, and its notification says so', async () => {
  expect(importOf('ITEMS')).toMatchObject({
    verification: 'PASSED',
    tableReason: expect.stringMatching(/^A line break inside a value/),
    tableRemedy: expect.stringContaining('docs/query.md'),
  });
  expect(await tableNamed('demo_shop_items_all')).toBeUndefined();
});

it('the table moves to the next export', async () => {
  const { table, path } = await exportOf(users);
  expect(table).toBe(`${DATABASE}.${usersTable}`);
  expect((await tableNamed(usersTable))?.StorageDescriptor?.Location).toBe(path);
});

it('the table stays at the export before one that fails verification', async () => {
  const before = await tableNamed(usersTable);
  await setFaults(deployment, { job: 'export', output: 'short-row', times: 1 });
  const failed = await exportOf(users);
  expect(failed.verification).toBe('FAILED');
  expect(failed).not.toHaveProperty('table');
  expect(await tableNamed(usersTable)).toEqual(before);
});

it('many exports at once, with faults of Glue, never move the table back and end at the newest', async () => {
  const operations = ['GetTable', 'UpdateTable'];
  await setFaults(
    deployment,
    ...operations.map((operation) => ({ service: 'glue', operation, error: 'ThrottlingException', probability: 0.1 })),
    { service: 'glue', operation: 'UpdateTable', cut: 'after', probability: 0.1 },
  );
  const at = patient(deployment);
  const createdAt = async () => (await tableNamed(usersTable, at))?.Parameters?.['personalizeExport.createdAt'] ?? '';
  const seen: string[] = [];
  let isOver = false;
  const watch = async () => {
    while (!isOver) seen.push(await createdAt());
  };
  const executing = Promise.all(Array.from({ length: 10 }, () => execute(deployment, { datasetArn: users }))).finally(
    () => {
      isOver = true;
    },
  );
  const [executions] = await Promise.all([executing, watch()]);
  await setFaults(deployment);
  const outcomes = executions.map(({ output }) => JSON.parse(output ?? '').outcomes[0]);
  expect(outcomes.map(({ verification }) => verification)).toEqual(executions.map(() => 'PASSED'));
  expect(seen).toEqual([...seen].sort());
  const times = await Promise.all(outcomes.map(({ manifest }) => creationIn(manifest)));
  expect(await createdAt()).toBe(times.sort().at(-1));
});

describe('a fault of Glue', () => {
  it.each([
    ['throttled', { error: 'ThrottlingException', times: 3 }],
    ['answered with a 5xx status', { error: 'InternalServiceException', times: 3 }],
    ['cut before Glue acted', { cut: 'before', times: 2 }],
    ['cut after Glue acted', { cut: 'after', times: 1 }],
    ['refused because of another change', { error: 'ConcurrentModificationException', times: 2 }],
  ])('a fault of Glue does not keep the table from the export: the update is %s', async (_, fault) => {
    await setFaults(deployment, { service: 'glue', operation: 'UpdateTable', ...fault });
    const { verification, tableReason, datasetExportJobArn } = await exportOf(users);
    expect(await hits(deployment)).toEqual([fault.times]);
    await setFaults(deployment);
    expect({ verification, tableReason }).toEqual({ verification: 'PASSED' });
    expect(jobIn(await tableNamed(usersTable))).toBe(datasetExportJobArn);
  });

  it('a lost answer of Glue to the creation of the table leaves the table at the export', async () => {
    await deployment.glue.send(new DeleteTableCommand({ DatabaseName: DATABASE, Name: usersTable }));
    await setFaults(deployment, { service: 'glue', operation: 'CreateTable', cut: 'after', times: 1 });
    const { tableReason, datasetExportJobArn } = await exportOf(users);
    await setFaults(deployment);
    expect(tableReason).toBeUndefined();
    expect(jobIn(await tableNamed(usersTable))).toBe(datasetExportJobArn);
  });

  it.each([
    ['AccessDeniedException', 'Insufficient Lake Formation permission(s): Required Alter', /Lake Formation, grant/],
    ['EntityNotFoundException', 'Database default not found.', /The database default of the setting glueDatabase/],
    ['GlueEncryptionException', 'KMS refused', /kms:Decrypt/],
  ])('a fault of Glue changes neither ACTIVE nor PASSED: %s: %s', async (error, message, remedy) => {
    const before = await tableNamed(usersTable);
    const operation = error === 'EntityNotFoundException' ? ['GetTable', 'CreateTable'] : ['UpdateTable'];
    await setFaults(deployment, ...operation.map((one) => ({ service: 'glue', operation: one, error, message })));
    const notification = await exportOf(users);
    await setFaults(deployment);
    expect(notification).toMatchObject({
      outcome: 'ACTIVE',
      verification: 'PASSED',
      tableReason: `${error}: ${message}`,
      tableRemedy: expect.stringMatching(remedy),
    });
    expect(await tableNamed(usersTable)).toEqual(before);
  });
});

it.each(['glue:GetTable', 'glue:CreateTable', 'glue:UpdateTable'])(
  'a role without %s leaves the export ACTIVE and PASSED, and the notification says what it lacks',
  async (action) => {
    const template = await readTemplate(localStack.packageDir);
    const changed = structuredClone(template);
    withoutPermission('TablePolicy', action)(changed);
    if (action === 'glue:CreateTable') {
      await deployment.glue.send(new DeleteTableCommand({ DatabaseName: DATABASE, Name: usersTable }));
    }
    deployment.aws.updatePolicies(changed);
    const notification = await exportOf(users);
    deployment.aws.updatePolicies(template);
    expect(notification).toMatchObject({
      outcome: 'ACTIVE',
      verification: 'PASSED',
      tableReason: expect.stringMatching(`^AccessDeniedException: .* is not authorized to perform: ${action} on`),
      tableRemedy: expect.stringContaining('Let the role of the function verify-export use the database'),
    });
    await exportOf(users);
  },
);

describe('a table that is taken', () => {
  it('a table of another dataset with the same name stays, and the notification names both datasets', async () => {
    await createDatasets(deployment, 'demo_shop', ['Users']);
    const before = await tableNamed(usersTable);
    const other = datasetArn('demo_shop', 'USERS');
    const { verification, tableReason = '' } = await exportOf(other);
    expect(verification).toBe('PASSED');
    expect(tableReason).toMatch(/^Two datasets have the table name demo_shop_users_all/);
    expect(tableReason).toContain(users);
    expect(tableReason).toContain(other);
    expect(await tableNamed(usersTable)).toEqual(before);
  });

  it('a table of another owner stays as it is', async () => {
    await createDatasets(deployment, 'shop', ['Users']);
    const TableInput = { Name: 'shop_users_all', Parameters: { classification: 'parquet' } };
    await deployment.glue.send(new CreateTableCommand({ DatabaseName: DATABASE, TableInput }));
    const { verification, tableReason, tableRemedy } = await exportOf(datasetArn('shop', 'USERS'));
    expect({ verification, tableReason, tableRemedy }).toEqual({
      verification: 'PASSED',
      tableReason: expect.stringMatching(/^Another owner has the table shop_users_all/),
      tableRemedy: expect.stringMatching(/^The table is left as it is/),
    });
    expect(await tableNamed('shop_users_all')).toMatchObject({ ...TableInput, VersionId: '0' });
  });
});
