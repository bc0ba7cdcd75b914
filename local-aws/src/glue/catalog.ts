import { AwsError } from '../protocols/aws-json.ts';

export type Members = Record<string, unknown>;

/** A table: its members as the API gives them. */
export interface Table {
  /** As given, without those that the service makes. */
  input: Members;
  createTime: number;
  updateTime: number;
  version: number;
}

/** A database with its tables. All names are in lower case. */
export interface Database {
  input: Members;
  createTime: number;
  tables: Map<string, Table>;
}

export type Databases = Map<string, Database>;

/** The Data Catalog stores names in lower case. */
export function stored(name: unknown): string {
  return String(name).toLowerCase();
}

export function newDatabase(input: Members): Database {
  return { input: { ...input, Name: stored(input.Name) }, createTime: now(), tables: new Map() };
}

/** @throws AwsError `EntityNotFoundException` */
export function databaseOf(databases: Databases, name: unknown): Database {
  const database = databases.get(stored(name));
  if (!database) throw new AwsError('EntityNotFoundException', `Database ${stored(name)} not found.`);
  return database;
}

/** @throws AwsError `EntityNotFoundException` */
export function tableOf({ tables }: Database, name: unknown): Table {
  const table = tables.get(stored(name));
  if (!table) throw new AwsError('EntityNotFoundException', 'Entity Not Found');
  return table;
}

/** A new table. @throws AwsError `AlreadyExistsException` */
export function createTable({ tables }: Database, input: Members): void {
  const name = stored(input.Name);
  if (tables.has(name)) throw new AwsError('AlreadyExistsException', 'Table already exists.');
  tables.set(name, { input: { ...input, Name: name }, createTime: now(), updateTime: now(), version: 0 });
}

/** Replaces what the table is, and gives it the next version.
 * @param versionId the version that the caller has seen, if the update is only for that one
 * @throws AwsError `EntityNotFoundException`, `ConcurrentModificationException` */
export function updateTable(database: Database, input: Members, versionId: unknown): void {
  const table = tableOf(database, input.Name);
  if (versionId !== undefined && versionId !== String(table.version)) {
    throw new AwsError('ConcurrentModificationException', 'Update table failed due to concurrent modifications.');
  }
  table.input = { ...input, Name: stored(input.Name) };
  table.updateTime = now();
  table.version += 1;
}

/** Epoch seconds. */
function now(): number {
  return Date.now() / 1000;
}
