import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import type { FromSchema } from 'json-schema-to-ts';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  exampleFile,
  exampleManifest,
  PAGE,
  SCHEMA,
  schemaText,
  withGenerated,
} from '../../../scripts/manifest-docs.ts';
import type { Manifest } from '../../../src/verify/manifest.ts';
import { manifestProperties, manifestSchema } from '../../../src/verify/manifest-schema.ts';
import { documentedHash } from './documented-hash.ts';
import { describingPersonalize, FOLDER, MANIFEST, verifyAtOnce, verifyEvent } from './export-in-s3.ts';
import { fakeS3, jsonAt } from './fake-s3.ts';

const ajv = new Ajv({ strict: true, allErrors: true });
addFormats.default(ajv);
const validators = { published: ajv.compile(manifestSchema), strict: ajv.compile(manifestProperties) };

function expectValid(manifest: unknown): void {
  for (const [name, validate] of Object.entries(validators)) {
    validate(manifest);
    expect(validate.errors, name).toBeNull();
  }
}

it('the schema of a manifest has the type of the code', () => {
  expectTypeOf<FromSchema<typeof manifestProperties>>().toEqualTypeOf<Manifest>();
});

it.each<[string, Record<string, string>]>([
  ['passed', { 'part-0.csv': 'USER_ID,AGE,SCORE\nu1,1,0.5\n' }],
  ['passed with warnings', { 'part-0.csv': 'USER_ID,AGE,SCORE,COLOUR\nu1,one,0.5,red\n' }],
  ['failed', { 'part-0.csv': 'USER_ID,AGE,SCORE\nu1\n', 'part-1.csv': '\n' }],
  ['failed without an object', {}],
])('the manifest of an export that %s is what the schema says', async (_, files) => {
  const objects = Object.entries(files).map(([name, content]) => [FOLDER + name, content]);
  const s3 = fakeS3(Object.fromEntries(objects));
  const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1234';
  const { export: planned, ...event } = verifyEvent();
  const jobOutput = { s3DataDestination: { ...planned.jobOutput.s3DataDestination, kmsKeyArn } };
  await verifyAtOnce(s3, { ...event, export: { ...planned, jobOutput } }, describingPersonalize());
  expectValid(jsonAt(s3, MANIFEST));
  expect(jsonAt<Manifest>(s3, MANIFEST).export.kmsKeyArn).toBe(kmsKeyArn);
});

describe('the schema of a manifest', () => {
  const example = exampleManifest();

  it.each<[string, object]>([
    ['without its block', { ...example, export: undefined }],
    ['of another version', { ...example, export: { ...example.export, version: '2' } }],
    ['with a malformed hash', { ...example, export: { ...example.export, contentHash: 'f00' } }],
    ['whose entry is not mandatory', { ...example, entries: [{ ...example.entries[0], mandatory: false }] }],
    ['with a malformed time', { ...example, export: { ...example.export, createdAt: 'yesterday' } }],
  ])('the schema of a manifest refuses a manifest %s', (_, manifest) => {
    expect(validators.published(JSON.parse(JSON.stringify(manifest)))).toBe(false);
  });

  it('the schema of a manifest allows a property that a later deployment adds, at any depth', () => {
    const files = example.export.files.map((file) => ({ ...file, added: 1 }));
    const later = { ...example, added: 1, export: { ...example.export, files } };
    expect(validators.published(later)).toBe(true);
    expect(validators.strict(later)).toBe(false);
  });
});

describe('the documented example', () => {
  it('the documented example is valid', () => {
    expectValid(exampleManifest());
  });

  it('the documented example describes the file that the page shows', () => {
    const [names = [], ...rows] = parse(exampleFile) as string[][];
    const { contentHash, rows: count } = exampleManifest().export;
    expect({ contentHash, count }).toEqual({ contentHash: documentedHash(names, rows), count: rows.length });
  });
});

it("the manifest's page and schema are up to date (if not: npm run docs)", async () => {
  expect(JSON.parse(await readFile(SCHEMA, 'utf8'))).toEqual(JSON.parse(schemaText()));
  const page = await readFile(PAGE, 'utf8');
  expect(page).toContain('"contentHash"');
  expect(withGenerated(page)).toBe(page);
});
