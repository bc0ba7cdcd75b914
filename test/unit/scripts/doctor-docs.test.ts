import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHECKS } from '../../../cli/doctor/checks.ts';
import { reportSchema } from '../../../cli/doctor/report-schema.ts';
import { PAGE, SCHEMA, withGenerated } from '../../../scripts/doctor-docs.ts';

it('docs/doctor.md lists every check: if it does not, run npm run docs', () => {
  const page = readFileSync(PAGE, 'utf8');
  expect(withGenerated(page)).toBe(page);
  for (const { name } of CHECKS) expect(page).toContain(`| \`${name}\` |`);
});

it('docs/doctor-v1.schema.json is the schema of the code: if it is not, run npm run docs', () => {
  expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toEqual(reportSchema);
});
