import { readFileSync } from 'node:fs';
import type { Manifest } from '../src/verify/manifest.ts';
import { columnNames, tableName } from '../src/verify/table-input.ts';

/** The types of Athena for columns that are not text, by the kind of the column. */
const ATHENA_TYPES: Record<string, string> = { integer: 'bigint', decimal: 'double', boolean: 'boolean' };

/** A view on the table of a manifest's dataset, in which numbers and booleans have their types and an empty field is null. A value of
 * another form is null, too. */
export function athenaView({ export: facts }: Manifest, database: string): string {
  const header = facts.files.find((file) => file.header)?.header ?? [];
  const typeOf = new Map(facts.columns.map(({ name, type }) => [name, ATHENA_TYPES[type]]));
  const names = columnNames(header);
  const columns = header.map((given, index) => {
    const type = typeOf.get(given);
    const value = `nullif("${names[index]}", '')`;
    return `  ${type ? `try_cast(${value} AS ${type})` : value} AS "${names[index]}"`;
  });
  const table = tableName(facts);
  return [
    `CREATE OR REPLACE VIEW "${database}"."${table}_typed" AS`,
    `SELECT\n${columns.join(',\n')}`,
    `FROM "${database}"."${table}"`,
  ].join('\n');
}

/** @throws Error that says what is wrong with the file */
function manifestIn(path: string): Manifest {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Partial<Manifest>;
  if (!manifest.export?.files || !manifest.export.columns)
    throw new Error('It has no "export" with files and columns.');
  return manifest as Manifest;
}

if (import.meta.main) {
  const [path, database] = process.argv.slice(2);
  if (path === undefined || database === undefined) {
    console.error('Usage: npm run --silent view -- <file with a manifest> <Glue database>');
    process.exitCode = 2;
  } else {
    try {
      console.log(`${athenaView(manifestIn(path), database)};`);
    } catch (error) {
      console.error(`${path} is not a manifest: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
}
