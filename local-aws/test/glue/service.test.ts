import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  GetTableCommand,
  GlueClient,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { glueService } from '../../src/glue/service.ts';
import { serve } from '../serve.ts';

let server: Awaited<ReturnType<typeof serve>>;
let glue: GlueClient;

beforeAll(async () => {
  server = await serve({ services: [glueService({ accountId: '123456789012' })] });
  glue = new GlueClient({ ...server.client, maxAttempts: 1 });
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'Exports', Description: 'Ours' } }));
});
afterAll(async () => {
  glue.destroy();
  await server.close();
});

const input: TableInput = {
  Name: 'Items',
  TableType: 'EXTERNAL_TABLE',
  Parameters: { 'skip.header.line.count': '1' },
  StorageDescriptor: {
    Columns: [{ Name: 'item_id', Type: 'string' }],
    Location: 's3://bucket/exports/',
    SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde', Parameters: { quoteChar: '"' } },
  },
};
const inExports = { DatabaseName: 'exports' };
const create = (Name: string) => glue.send(new CreateTableCommand({ ...inExports, TableInput: { ...input, Name } }));
const get = async (Name: string) => (await glue.send(new GetTableCommand({ ...inExports, Name }))).Table;
const update = (Name: string, VersionId?: string, Description?: string) =>
  glue.send(
    new UpdateTableCommand({
      ...{ ...inExports, VersionId, SkipArchive: true },
      TableInput: { ...input, Name, Description },
    }),
  );

it('Glue has a database default, as an account in which Athena is used', async () => {
  const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'default' }));
  expect(Database).toMatchObject({ Name: 'default', CatalogId: '123456789012' });
});

it('Glue stores the name of a database in lower case', async () => {
  const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'EXPORTS' }));
  expect(Database).toMatchObject({ Name: 'exports', Description: 'Ours', CreateTime: expect.any(Date) });
});

it('Glue describes a table as it was given, with its database and the version 0', async () => {
  await create('Items');
  expect(await get('ITEMS')).toEqual({
    ...input,
    Name: 'items',
    DatabaseName: 'exports',
    CatalogId: '123456789012',
    CreateTime: expect.any(Date),
    UpdateTime: expect.any(Date),
    VersionId: '0',
    IsRegisteredWithLakeFormation: false,
  });
});

it('Glue replaces a table and counts its version if the version of the update is the current one', async () => {
  await create('moved');
  await update('moved', '0', 'first');
  await update('moved', '1', 'second');
  expect(await get('moved')).toMatchObject({ VersionId: '2', Description: 'second' });
});

it('Glue replaces a table without a version, whatever the current one is', async () => {
  await create('forced');
  await update('forced');
  await update('forced');
  expect(await get('forced')).toMatchObject({ VersionId: '2' });
});

it('Glue refuses all but one of many updates of the same version', async () => {
  await create('contended');
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, (_, index) => update('contended', '0', `${index}`)),
  );
  const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
  expect(refusals).toEqual(Array.from({ length: 4 }, () => 'ConcurrentModificationException'));
  expect(await get('contended')).toMatchObject({ VersionId: '1' });
});

it('Glue deletes a table', async () => {
  await create('deleted');
  await glue.send(new DeleteTableCommand({ ...inExports, Name: 'deleted' }));
  await expect(get('deleted')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
});

const withTable = (TableInput: object) =>
  new CreateTableCommand({ ...inExports, TableInput: { ...input, ...TableInput } });

it('Glue refuses a database that exists', async () => {
  const again = new CreateDatabaseCommand({ DatabaseInput: { Name: 'exports' } });
  await expect(glue.send(again)).rejects.toMatchObject({ name: 'AlreadyExistsException' });
});

it('Glue refuses a table that exists', async () => {
  await create('twice');
  await expect(create('twice')).rejects.toMatchObject({ name: 'AlreadyExistsException' });
});

it.each([
  ['GetTable', new GetTableCommand({ DatabaseName: 'missing', Name: 'items' })],
  ['CreateTable', new CreateTableCommand({ DatabaseName: 'missing', TableInput: input })],
  ['UpdateTable', new UpdateTableCommand({ DatabaseName: 'missing', TableInput: input })],
  ['DeleteTable', new DeleteTableCommand({ DatabaseName: 'missing', Name: 'items' })],
])('%s says which database is missing', async (_, command) => {
  await expect(glue.send(command as GetTableCommand)).rejects.toMatchObject({
    name: 'EntityNotFoundException',
    message: 'Database missing not found.',
  });
});

it.each([
  ['an empty name', { Name: '' }, /at 'TableInput.Name'.*length greater than or equal to 1/],
  ['a name that is too long', { Name: 'n'.repeat(256) }, /at 'TableInput.Name'.*less than or equal to 255/],
  ['a name of two lines', { Name: 'a\nb' }, /at 'TableInput.Name'.*regular expression/],
  [
    'a long comment of a column',
    { StorageDescriptor: { Columns: [{ Name: 'a', Comment: 'c'.repeat(256) }] } },
    /at 'TableInput.StorageDescriptor.Columns.1.member.Comment'/,
  ],
])('Glue refuses %s', async (_, table, message) => {
  await expect(glue.send(withTable(table))).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringMatching(message),
  });
});

it('Glue refuses an update whose two names differ', async () => {
  const input = { DatabaseName: 'default', TableInput: { Name: 'one' }, Name: 'other' };
  await expect(glue.send(new UpdateTableCommand(input))).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: 'Name is other, but TableInput.Name is one.',
  });
});

it('Glue refuses parameters that are not text', async () => {
  const command = withTable({ Parameters: { rows: 1 as never } });
  await expect(glue.send(command)).rejects.toMatchObject({ name: 'SerializationException' });
});

it.each([
  ['a view', withTable({ ViewDefinition: { IsProtected: true } })],
  ['indexes of partitions', new CreateTableCommand({ ...inExports, TableInput: input, PartitionIndexes: [] })],
  ['a transaction', new GetTableCommand({ ...inExports, Name: 'items', TransactionId: 't1' })],
])('Glue answers that %s is not emulated with 501', async (_, command) => {
  await expect(glue.send(command as GetTableCommand)).rejects.toMatchObject({
    name: 'NotImplemented',
    $metadata: { httpStatusCode: 501 },
  });
});

it('Glue refuses an operation that is not emulated', async () => {
  await expect(glue.send(new GetDatabasesCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
});

it('Glue knows only the catalog of the account', async () => {
  const command = new GetTableCommand({ ...inExports, CatalogId: '999999999999', Name: 'items' });
  await expect(glue.send(command)).rejects.toMatchObject({ name: 'EntityNotFoundException' });
});
