import type { JSONSchema } from 'json-schema-to-ts';
import { withOtherProperties } from '../lambda/with-other-properties.ts';

const text = { type: 'string', minLength: 1 } as const;
const time = { type: 'string', format: 'date-time' } as const;
const count = { type: 'integer', minimum: 0 } as const;

const meta = {
  type: 'object',
  additionalProperties: false,
  required: ['content_length', 'record_count'],
  properties: {
    content_length: { ...count, description: 'Bytes.' },
    record_count: { ...count, description: 'Rows, without headers.' },
  },
} as const;

const finding = {
  file: { ...text, description: 'The name of the object below `path`.' },
  row: { type: 'integer', minimum: 1, description: 'The row, counted from 1 without the header.' },
  column: { ...text, description: 'The name of the column.' },
  expected: { ...text, description: 'What was expected there.' },
} as const;

const column = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'type', 'inSchema', 'nullable', 'nulls', 'lineBreaks'],
  properties: {
    name: { ...text, description: 'The name of the column.' },
    type: {
      enum: ['text', 'integer', 'decimal', 'boolean'],
      description: 'From the Avro schema: `int` and `long` are integers, `float` and `double` decimals.',
    },
    inSchema: { type: 'boolean', description: 'Whether the column is in the schema.' },
    nullable: { type: 'boolean', description: 'Whether the schema allows null.' },
    nulls: { ...count, description: 'Empty fields.' },
    min: { ...text, description: 'The smallest value, as a decimal number. Only for integers and decimals.' },
    max: { ...text, description: 'The largest value, as a decimal number. Only for integers and decimals.' },
    lineBreaks: { ...count, description: 'Values with a line break inside.' },
  },
} as const;

const file = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'bytes', 'etag', 'rows'],
  properties: {
    name: { ...text, description: 'The key of the object below `path`.' },
    bytes: { ...count, description: 'Its size.' },
    etag: { ...text, description: 'Its ETag, without quotes.' },
    rows: { ...count, description: 'Its rows, without the header.' },
    header: {
      type: 'array',
      items: { type: 'string' },
      description: 'Its columns, in its order. Missing if the header could not be read.',
    },
    checksum: {
      type: 'object',
      additionalProperties: false,
      required: ['algorithm', 'value'],
      description: 'The checksum that S3 stores with it, if it does.',
      properties: {
        algorithm: { ...text, description: 'Such as `CRC64NVME` or `CRC32`.' },
        value: { ...text, description: 'In Base64.' },
        type: { ...text, description: '`FULL_OBJECT`, or `COMPOSITE` for a checksum of the checksums of its parts.' },
      },
    },
  },
} as const;

const exportBlock = {
  type: 'object',
  additionalProperties: false,
  required: [
    ...['version', 'verification', 'verifiedAt', 'datasetExportJobArn', 'jobName', 'datasetArn', 'datasetType'],
    ...['datasetGroup', 'schemaArn', 'schema', 'ingestionMode', 'path', 'createdAt', 'endedAt', 'rows', 'bytes'],
    ...['rowsWithLineBreaks', 'contentHash', 'columns', 'files', 'findings', 'findingsCount', 'warnings'],
  ],
  properties: {
    version: { const: '1', description: 'The version of this block.' },
    verification: { enum: ['PASSED', 'FAILED'], description: 'Whether the data is whole.' },
    verifiedAt: { ...time, description: 'When the data had been read.' },
    datasetExportJobArn: { ...text, description: 'The export job in Personalize.' },
    jobName: { ...text, description: 'Its name.' },
    datasetArn: { ...text, description: 'The dataset.' },
    datasetType: { ...text, description: 'INTERACTIONS, ITEMS or USERS.' },
    datasetGroup: { ...text, description: 'The name of the dataset group.' },
    domain: { ...text, description: 'The domain of the schema. Missing in a custom dataset group.' },
    schemaArn: { ...text, description: 'The schema of the dataset.' },
    schema: { ...text, description: 'The Avro schema itself, as it was then.' },
    ingestionMode: { ...text, description: 'Which records were exported: BULK, PUT or ALL.' },
    path: { ...text, description: 'The folder in S3 that has the data, with a trailing slash.' },
    kmsKeyArn: { ...text, description: 'The key that encrypts the data, if the request or the deployment names one.' },
    createdAt: { ...time, description: 'When the export job was created. Orders the exports of a dataset.' },
    endedAt: { ...time, description: 'When the export job ended.' },
    rows: { ...count, description: 'The number of rows, without headers.' },
    bytes: { ...count, description: 'The size of all files.' },
    rowsWithLineBreaks: { ...count, description: 'Rows with a line break inside a value.' },
    contentHash: {
      type: 'string',
      pattern: '^[0-9a-f]{32}$',
      description: 'A hash of the rows: see [The content hash](#the-content-hash).',
    },
    columns: { type: 'array', items: column, description: 'The columns of the schema, then any others.' },
    files: { type: 'array', items: file, description: 'The data files, by key.' },
    findings: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, required: ['expected'], properties: finding },
      description: 'What is wrong with the data: the first 20 findings.',
    },
    findingsCount: { ...count, description: 'The number of all findings.' },
    warnings: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['expected', 'count'],
        properties: { ...finding, count: { type: 'integer', minimum: 1, description: 'How often.' } },
      },
      description: 'What is not as expected: one entry per kind and column, with the first place.',
    },
    previousManifest: {
      ...text,
      description: 'The manifest that `latest.json` had held before. Missing if there was none of an older export.',
    },
    unchanged: { const: true, description: 'The previous manifest has the same content hash.' },
  },
} as const;

/** Every property of a manifest. A test compares the TypeScript type with it. */
export const manifestProperties = {
  type: 'object',
  additionalProperties: false,
  required: ['entries', 'schema', 'meta', 'author', 'export'],
  properties: {
    entries: {
      type: 'array',
      description: 'The data files.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['url', 'mandatory', 'meta'],
        properties: {
          url: { ...text, description: 'The file.' },
          mandatory: { const: true, description: '`COPY` fails if the file is missing.' },
          meta,
        },
      },
    },
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['elements'],
      description: 'The columns in the order of the first file, with their types in Redshift.',
      properties: {
        elements: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['name', 'type'],
            properties: {
              name: { ...text, description: 'The name of the column.' },
              type: {
                type: 'object',
                additionalProperties: false,
                required: ['base'],
                properties: { base: { ...text, description: 'Its type in Redshift.' } },
              },
            },
          },
        },
      },
    },
    meta: { ...meta, description: 'The size and the rows of all files.' },
    author: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'version'],
      description: 'What wrote the manifest.',
      properties: { name: text, version: text },
    },
    export: { ...exportBlock, description: 'What this project adds.' },
  },
} as const satisfies JSONSchema;

/** The published schema: it allows properties that a later deployment adds. */
export const manifestSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:personalize-dataset-export:manifest:1',
  title: 'The data of one export of a dataset',
  description:
    'The manifest of an export. A later deployment may add optional properties within version 1: ignore properties that you do not know.',
  ...withOtherProperties(manifestProperties),
};
