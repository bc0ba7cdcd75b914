import { readFileSync, writeFileSync } from 'node:fs';
import { athenaView } from '../cli/view.ts';
import type { Manifest } from '../src/verify/manifest.ts';
import { tableInput } from '../src/verify/table-input.ts';
import { between } from './generated-docs.ts';
import { exampleManifest } from './manifest-docs.ts';

/** The file with statements that `npm run docs` generates from the example of docs/manifest.md. */
export const PAGE = 'docs/query.md';

const DATABASE = 'exports';

/** The types of DuckDB for columns that are not text, by the kind of the column. */
const DUCKDB_TYPES: Record<string, string> = { integer: 'BIGINT', decimal: 'DOUBLE', boolean: 'BOOLEAN' };

/** Reads the files that the manifest lists, by the types that it gives its columns. */
export function duckDbSelect({ export: { columns } }: Manifest, manifest: string): string {
  const types = columns
    .map(({ name, type }) => `'${name.replaceAll("'", "''")}': '${DUCKDB_TYPES[type] ?? 'VARCHAR'}'`)
    .join(', ');
  return [
    'SET VARIABLE files = (',
    `  SELECT list(entry.url) FROM (SELECT unnest(entries) AS entry FROM read_json('${manifest}'))`,
    ');',
    'SELECT count(*), min(CREATION_TIMESTAMP), max(CREATION_TIMESTAMP)',
    "FROM read_csv(getvariable('files'), header = true, delim = ',', quote = '\"', escape = '\"',",
    `  types = {${types}});`,
  ].join('\n');
}

/** A table for the columns of the manifest, and the statement that loads its files. */
export function redshiftCopy({ schema }: Manifest, table: string, manifest: string): string {
  const columns = schema.elements.map(({ name, type: { base } }) => {
    const type = base === 'character varying' ? 'varchar(max)' : base;
    return `  "${name.toLowerCase().replaceAll('"', '""')}" ${type}`;
  });
  return [
    `CREATE TABLE ${table} (\n${columns.join(',\n')}\n);`,
    `COPY ${table} FROM '${manifest}'`,
    "IAM_ROLE '<role>' MANIFEST FORMAT CSV IGNOREHEADER 1 EMPTYASNULL;",
  ].join('\n');
}

/** The page with the statements between their markers. */
export function withGenerated(page: string): string {
  const manifest = exampleManifest();
  const latest = 's3://exports-bucket/manifests/shop/ITEMS/ALL/latest.json';
  const sql = (text: string) => ['```sql', text, '```'].join('\n');
  const parameters = Object.entries(tableInput(manifest).Parameters ?? {})
    .filter(([name]) => name.startsWith('personalizeExport.'))
    .map(([name, value]) => `| \`${name}\` | \`${value}\` |`);
  return [
    ['parameters', ['| parameter | in the example |', '|---|---|', ...parameters].join('\n')],
    ['view', sql(athenaView(manifest, DATABASE))],
    ['duckdb', sql(duckDbSelect(manifest, latest))],
    ['redshift', sql(redshiftCopy(manifest, 'items', latest))],
  ].reduce((text, [mark = '', content = '']) => between(text, mark, content), page);
}

if (import.meta.main) writeFileSync(PAGE, withGenerated(readFileSync(PAGE, 'utf8')));
