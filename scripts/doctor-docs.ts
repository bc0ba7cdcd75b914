import { readFileSync, writeFileSync } from 'node:fs';
import { CHECKS } from '../cli/doctor/checks.ts';
import { findingProperties, reportProperties, reportSchema } from '../cli/doctor/report-schema.ts';
import { between, fieldsTable } from './generated-docs.ts';

/** The files that `npm run docs` generates from the code. */
export const PAGE = 'docs/doctor.md';
export const SCHEMA = 'docs/doctor-v1.schema.json';

/** The page with the list of the checks and the tables of fields between their markers. */
export function withGenerated(page: string): string {
  return [
    ['checks', checksTable()],
    ['fields', fieldsTable(reportProperties)],
    ['finding fields', fieldsTable(findingProperties)],
  ].reduce((text, [mark = '', content = '']) => between(text, mark, content), page);
}

function checksTable(): string {
  const rows = CHECKS.map(({ name, checks, actions }) => `| \`${name}\` | ${checks} | ${actionsOf(actions)} |`);
  return ['| check | what is checked | IAM actions |', '|---|---|---|', ...rows].join('\n');
}

const actionsOf = (actions: readonly string[]) => actions.map((action) => `\`${action}\``).join(', ') || 'none';

/** The content of the schema file. */
export function schemaText(): string {
  return `${JSON.stringify(reportSchema, null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(SCHEMA, schemaText());
  writeFileSync(PAGE, withGenerated(readFileSync(PAGE, 'utf8')));
}
