import { readFileSync, writeFileSync } from 'node:fs';
import { mock } from 'node:test';
import { dataFileReader } from '../src/verify/data-file-reader.ts';
import type { ExportFacts } from '../src/verify/export-facts.ts';
import { type Manifest, manifestOf } from '../src/verify/manifest.ts';
import { manifestProperties, manifestSchema } from '../src/verify/manifest-schema.ts';
import { emptyMeasures } from '../src/verify/measures.ts';
import { between, fieldsTable } from './generated-docs.ts';

/** The files that `npm run docs` generates from the code. */
export const PAGE = 'docs/manifest.md';
export const SCHEMA = 'docs/manifest-v1.schema.json';

const VERIFIED = '2026-03-14T09:13:05.000Z';
const arn = (resource: string) => `arn:aws:personalize:eu-west-1:123456789012:${resource}`;
const fields = [
  { name: 'ITEM_ID', type: 'string' },
  { name: 'GENRES', type: ['null', 'string'], categorical: true },
  { name: 'PRICE', type: ['null', 'float'] },
  { name: 'CREATION_TIMESTAMP', type: 'long' },
];

/** What the example describes. The page has the content of the file, too. */
export const exampleFile = [
  'ITEM_ID,GENRES,PRICE,CREATION_TIMESTAMP',
  'i1,comedy|drama,9.99,1767225600',
  'i2,"drama, musical",,1767312000',
  '',
].join('\n');
const facts: ExportFacts = {
  datasetExportJobArn: arn('dataset-export-job/items-nightly-0f3c'),
  jobName: 'items-nightly-0f3c',
  datasetArn: arn('dataset/shop/ITEMS'),
  datasetType: 'ITEMS',
  datasetGroup: 'shop',
  schemaArn: arn('schema/shop-items'),
  schema: JSON.stringify({
    ...{ type: 'record', name: 'Items', namespace: 'com.amazonaws.personalize.schema' },
    ...{ fields, version: '1.0' },
  }),
  ingestionMode: 'ALL',
  path: 's3://exports-bucket/exports/shop/ITEMS/dt=2026-03-14/items-nightly-0f3c/',
  kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  createdAt: '2026-03-14T09:00:00.000Z',
  endedAt: '2026-03-14T09:12:30.000Z',
};

/** The manifest of the example. */
export function exampleManifest(): Manifest {
  const file = {
    ...{ name: 'part-00000.csv', bytes: Buffer.byteLength(exampleFile), rows: 0 },
    etag: '9b2cf535f27731c974343645a3985328',
    checksum: { algorithm: 'CRC64NVME', value: 'n0rfwIUUhRk=', type: 'FULL_OBJECT' },
  };
  const measures = emptyMeasures(facts.schema, [file]);
  const reader = dataFileReader(measures, file);
  reader.push(Buffer.from(exampleFile));
  reader.end();
  reader.settle();
  mock.timers.enable({ apis: ['Date'], now: Date.parse(VERIFIED) });
  try {
    return manifestOf(facts, measures, undefined);
  } finally {
    mock.timers.reset();
  }
}

/** The page with the tables of fields and the example between their markers. */
export function withGenerated(page: string): string {
  const { properties } = manifestProperties;
  const example = ['```json', JSON.stringify(exampleManifest(), null, 2), '```'].join('\n');
  return [
    ['fields', fieldsTable(manifestProperties)],
    ['export fields', fieldsTable(properties.export)],
    ['column fields', fieldsTable(properties.export.properties.columns.items)],
    ['file fields', fieldsTable(properties.export.properties.files.items)],
    ['example file', ['```csv', `${exampleFile}\`\`\``].join('\n')],
    ['example', example],
  ].reduce((text, [mark = '', content = '']) => between(text, mark, content), page);
}

/** The content of the schema file. */
export function schemaText(): string {
  return `${JSON.stringify(manifestSchema, null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(SCHEMA, schemaText());
  writeFileSync(PAGE, withGenerated(readFileSync(PAGE, 'utf8')));
}
