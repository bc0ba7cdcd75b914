import * as sdk from '@aws-sdk/client-glue';
import type { Account } from '../protocols/account.ts';
import { AwsError, type Operation, type Operations } from '../protocols/aws-json.ts';
import { checkInput } from '../protocols/check-input.ts';
import type { JsonService } from '../protocols/json-call.ts';
import { inputShape, type OperationSchema, project } from '../protocols/sdk-schema.ts';
import {
  createTable,
  type Databases,
  databaseOf,
  type Members,
  newDatabase,
  stored,
  tableOf,
  updateTable,
} from './catalog.ts';
import { constraints } from './constraints.ts';

/** Emulates the part of Glue's Data Catalog that has databases and their tables. As in an account where Athena is used, there is a
 * database `default`. Versions are counted, but earlier ones are not kept. State is in memory. */
export function glueService(account: Pick<Account, 'accountId'>): JsonService {
  const databases: Databases = new Map([['default', newDatabase({ Name: 'default' })]]);
  return {
    targetPrefix: 'AWSGlue',
    eventSource: 'glue.amazonaws.com',
    operations: operationsOn(databases, account),
  };
}

/** The members of each operation's input that are emulated. Any other is refused: it would change what the operation does. */
const EMULATED = {
  CreateDatabase: { input: ['DatabaseInput'], DatabaseInput: ['Name', 'Description', 'LocationUri', 'Parameters'] },
  GetDatabase: { input: ['Name'] },
  CreateTable: { input: ['DatabaseName', 'TableInput'] },
  GetTable: { input: ['DatabaseName', 'Name'] },
  // There are no earlier versions to skip, and nothing that could be forced.
  UpdateTable: { input: ['DatabaseName', 'Name', 'TableInput', 'VersionId', 'SkipArchive'] },
  DeleteTable: { input: ['DatabaseName', 'Name'] },
};

const TABLE_MEMBERS = [
  ...['Name', 'Description', 'Owner', 'LastAccessTime', 'LastAnalyzedTime', 'Retention', 'StorageDescriptor'],
  ...['PartitionKeys', 'TableType', 'Parameters'],
];

function operationsOn(databases: Databases, { accountId }: Pick<Account, 'accountId'>): Operations {
  return {
    CreateDatabase: operation('CreateDatabase', accountId, ({ DatabaseInput }) => {
      const database = newDatabase(DatabaseInput as Members);
      const name = String(database.input.Name);
      if (databases.has(name)) throw new AwsError('AlreadyExistsException', 'Database already exists.');
      databases.set(name, database);
    }),
    GetDatabase: operation('GetDatabase', accountId, ({ Name }) => {
      const { input, createTime } = databaseOf(databases, Name);
      return { Database: project(sdk.Database$, { ...input, CreateTime: createTime, CatalogId: accountId }) };
    }),
    CreateTable: operation('CreateTable', accountId, ({ DatabaseName, TableInput }) =>
      createTable(databaseOf(databases, DatabaseName), tableInput(TableInput)),
    ),
    GetTable: operation('GetTable', accountId, ({ DatabaseName, Name }) => {
      const { input, createTime, updateTime, version } = tableOf(databaseOf(databases, DatabaseName), Name);
      const made = {
        DatabaseName: stored(DatabaseName),
        CreateTime: createTime,
        UpdateTime: updateTime,
        VersionId: String(version),
        CatalogId: accountId,
        IsRegisteredWithLakeFormation: false,
      };
      return { Table: project(sdk.Table$, { ...input, ...made }) };
    }),
    UpdateTable: operation('UpdateTable', accountId, ({ DatabaseName, Name, TableInput, VersionId }) => {
      const input = tableInput(TableInput);
      if (Name !== undefined && stored(Name) !== stored(input.Name)) {
        throw new AwsError('InvalidInputException', `Name is ${Name}, but TableInput.Name is ${input.Name}.`);
      }
      updateTable(databaseOf(databases, DatabaseName), input, VersionId);
    }),
    DeleteTable: operation('DeleteTable', accountId, ({ DatabaseName, Name }) => {
      const database = databaseOf(databases, DatabaseName);
      tableOf(database, Name);
      database.tables.delete(stored(Name));
    }),
  };
}

/** Makes an operation that is called only with input that the API allows and that is emulated. */
function operation(name: keyof typeof EMULATED, accountId: string, run: (input: Members) => unknown): Operation {
  const shape = inputShape((sdk as unknown as Record<string, OperationSchema>)[`${name}$`] as OperationSchema);
  return (given) => {
    const { CatalogId, ...input } = checkInput(shape, given, constraints, 'InvalidInputException');
    // The catalog of the account may be named. There is no other.
    if (CatalogId !== undefined && CatalogId !== accountId) {
      throw new AwsError('EntityNotFoundException', `Catalog ${CatalogId} not found.`);
    }
    for (const [member, known] of Object.entries(EMULATED[name])) {
      refuseOthers(member === 'input' ? input : (input[member] as Members), known, name);
    }
    return run(input) ?? {};
  };
}

/** The model lets `TableInput` be missing, for tables of another kind. */
function tableInput(given: unknown): Members {
  if (given === undefined) throw new AwsError('InvalidInputException', 'TableInput must not be null.');
  refuseOthers(given as Members, TABLE_MEMBERS, 'TableInput');
  return given as Members;
}

function refuseOthers(given: Members, known: string[], where: string): void {
  const other = Object.keys(given).find((member) => !known.includes(member));
  if (other) throw new AwsError('NotImplemented', `${other} of ${where} is not emulated.`, 501);
}
