import {
  CreateTableCommand,
  type CreateTableCommandInput,
  GetTableCommand,
  type GetTableCommandInput,
  GlueClient,
  type TableInput,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { sdkError } from '../builders.ts';

export interface FakeGlue {
  client: GlueClient;
  /** The tables of the one database, by name. */
  tables: Map<string, { input: TableInput; version: number }>;
  calls: string[];
  /** Called before a call is carried out, and after it: may throw, or wait. */
  before: (operation: string) => void | Promise<void>;
  after: (operation: string) => void | Promise<void>;
}

const SEEN_VERSIONS = 'Update table failed due to concurrent modifications.';

/** Glue in memory with the database `exports`, whose tables have versions. */
export function fakeGlue(tables: TableInput[] = []): FakeGlue {
  const client = new GlueClient({});
  const fake: FakeGlue = {
    client,
    tables: new Map(tables.map((input) => [input.Name ?? '', { input, version: 0 }])),
    calls: [],
    before: () => {},
    after: () => {},
  };
  const answer = (operation: string, act: (input: never) => unknown) => async (input: { DatabaseName?: string }) => {
    fake.calls.push(operation);
    await fake.before(operation);
    if (input.DatabaseName !== 'exports') {
      throw sdkError('EntityNotFoundException', { message: `Database ${input.DatabaseName} not found.`, status: 400 });
    }
    const result = act(input as never);
    await fake.after(operation);
    return result;
  };
  const existing = (name = '') => {
    const table = fake.tables.get(name);
    if (!table) throw sdkError('EntityNotFoundException', { message: 'Entity Not Found', status: 400 });
    return table;
  };
  mockClient(client)
    .on(GetTableCommand)
    .callsFake(
      answer('GetTable', ({ Name }: GetTableCommandInput) => {
        const { input, version } = existing(Name);
        return { Table: { ...input, VersionId: String(version) } };
      }),
    )
    .on(CreateTableCommand)
    .callsFake(
      answer('CreateTable', ({ TableInput: input }: CreateTableCommandInput) => {
        const name = input?.Name ?? '';
        if (fake.tables.has(name)) throw sdkError('AlreadyExistsException', { status: 400 });
        fake.tables.set(name, { input: input as TableInput, version: 0 });
        return {};
      }),
    )
    .on(UpdateTableCommand)
    .callsFake(
      answer('UpdateTable', ({ TableInput: input, VersionId }: UpdateTableCommandInput) => {
        const { version } = existing(input?.Name);
        if (VersionId !== String(version)) {
          throw sdkError('ConcurrentModificationException', { message: SEEN_VERSIONS, status: 400 });
        }
        fake.tables.set(input?.Name ?? '', { input: input as TableInput, version: version + 1 });
        return {};
      }),
    );
  return fake;
}
