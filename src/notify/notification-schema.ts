import type { JSONSchema } from 'json-schema-to-ts';
import { MAX_FINDINGS, MAX_ORIGIN_FIELDS, MAX_REASON_CHARACTERS } from '../lambda/limits.ts';
import { withOtherProperties } from '../lambda/with-other-properties.ts';

const text = { type: 'string', minLength: 1 } as const;
const time = { type: 'string', format: 'date-time' } as const;
const seconds = { type: 'integer', minimum: 0 } as const;

const count = { type: 'integer', minimum: 0 } as const;

const findingProperties = {
  file: { ...text, description: 'The name of the object below `path`.' },
  row: { type: 'integer', minimum: 1, description: 'The row, counted from 1 without the header.' },
  column: { ...text, description: 'The name of the column.' },
  expected: { ...text, description: 'What was expected there.' },
} as const;

/** Every property of the document. A test compares the TypeScript type with it. */
export const notificationProperties = {
  type: 'object',
  additionalProperties: false,
  required: [
    'version',
    'outcome',
    'stage',
    'account',
    'region',
    'endedAt',
    'executionArn',
    'consoleUrl',
    'runbook',
    'rerunCommand',
  ],
  properties: {
    version: { const: '1', description: 'The version of this document.' },
    outcome: {
      enum: [
        'ACTIVE',
        'CREATE FAILED',
        'TIMED OUT',
        'REJECTED',
        'IMPORT FAILED',
        'NOTHING TO EXPORT',
        'STATUS UNKNOWN',
      ],
      description: 'How the export ended. Also a message attribute.',
    },
    stage: { ...text, description: 'The stage of the deployment.' },
    account: { ...text, description: 'The AWS account of the deployment.' },
    region: { ...text, description: 'The region of the deployment.' },
    datasetArn: {
      ...text,
      description: 'The dataset. For a rejected request, the dataset that the request names, if that is a valid ARN.',
    },
    datasetType: {
      ...text,
      description: 'The type of the dataset in capitals: INTERACTIONS, ITEMS or USERS. Also a message attribute.',
    },
    datasetGroup: { ...text, description: 'The name of the dataset group. Also a message attribute.' },
    ingestionMode: { ...text, description: 'Which records were requested: BULK, PUT or ALL.' },
    jobName: { ...text, description: 'The requested name of the export job.' },
    datasetExportJobArn: {
      ...text,
      description: 'The export job in Personalize. Present only if the job is known to exist.',
    },
    datasetImportJobArn: { ...text, description: 'The import that the export waited for.' },
    path: {
      ...text,
      description:
        'The folder in S3 that has the data, with a trailing slash. If the outcome is not ACTIVE, the requested folder.',
    },
    files: {
      type: 'object',
      additionalProperties: false,
      required: ['count', 'bytes'],
      description: 'The objects below `path`. Only for ACTIVE; missing if the folder could not be listed.',
      properties: {
        count: { type: 'integer', minimum: 0, description: 'The number of objects.' },
        bytes: { type: 'integer', minimum: 0, description: 'Their total size.' },
        atLeast: { const: true, description: 'There are more objects than were counted.' },
      },
    },
    verification: {
      enum: ['PASSED', 'FAILED', 'NOT VERIFIED'],
      description:
        'Whether the data was read and found to be whole. Only for ACTIVE; missing if the export is not in the bucket and below the prefix of the deployment, or if the deployment does not verify. Also a message attribute.',
    },
    verificationReason: {
      ...text,
      description: 'Why `verification` is FAILED or NOT VERIFIED, for people. Do not parse it.',
    },
    verificationRemedy: { ...text, description: 'What to do about that, for people. Do not parse it.' },
    rows: { ...count, description: 'The number of rows in all files, without headers. Not for NOT VERIFIED.' },
    manifest: {
      ...text,
      description: 'The manifest in S3 that describes the data: [manifest.md](manifest.md). Not for NOT VERIFIED.',
    },
    findings: {
      type: 'array',
      description: `What is wrong with the data: the first ${MAX_FINDINGS} findings. Only for FAILED.`,
      items: { type: 'object', additionalProperties: false, required: ['expected'], properties: findingProperties },
    },
    findingsCount: { type: 'integer', minimum: 1, description: 'The number of all findings. Only for FAILED.' },
    warnings: {
      type: 'array',
      description:
        'What is not as expected, but does not make the verification fail: one entry per kind and column, with the first place.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['expected', 'count'],
        properties: { ...findingProperties, count: { type: 'integer', minimum: 1, description: 'How often.' } },
      },
    },
    unchanged: {
      const: true,
      description:
        'The data has the same content hash as the export before, by its manifest. For an export that passed, the message attribute `unchanged` is `true` or `false`.',
    },
    table: {
      ...text,
      description:
        'The table of the dataset in the Glue Data Catalog, as `<database>.<table>`: [query.md](query.md). Only for PASSED, and only if the deployment has the setting `glueDatabase`.',
    },
    tableReason: {
      ...text,
      description: 'Why the table does not have this export, for people. Missing if it does. Do not parse it.',
    },
    tableRemedy: { ...text, description: 'What to do about that, for people. Do not parse it.' },
    status: {
      ...text,
      description:
        "The last known status of the export job, or of the import if the export did not start. These are Personalize's own words, and new ones may appear.",
    },
    reason: {
      ...text,
      description: `Why the outcome is not ACTIVE, for people: the message of the service or of the error, truncated to ${MAX_REASON_CHARACTERS.toLocaleString('en')} characters. Do not parse it.`,
    },
    remedy: { type: 'string', minLength: 1, description: 'What to do about it, for people. Do not parse it.' },
    startedAt: {
      ...time,
      description:
        'When the export job was created. If none was created, when it was queued or when the execution started.',
    },
    endedAt: { ...time, description: 'When the export job ended. If none ended, when the outcome was determined.' },
    durationSeconds: { ...seconds, description: 'From `startedAt` to `endedAt`.' },
    queuedSeconds: { ...seconds, description: 'How long the job waited to be created before `startedAt`.' },
    adopted: {
      const: true,
      description:
        'A job with the requested `jobName` already existed. It is the same export, was created after this execution started, and was not created by it.',
    },
    executionArn: {
      ...text,
      description: 'The execution of the state machine. All documents of a request have the same one.',
    },
    consoleUrl: { type: 'string', format: 'uri', description: 'The execution in the AWS console.' },
    runbook: { ...text, description: 'The section of the runbook about this outcome, as a path in the repository.' },
    rerunCommand: {
      ...text,
      description:
        'A command of the AWS CLI for a POSIX shell that starts the same export again. For a rejected request, it starts the same request again.',
    },
    origin: {
      type: 'object',
      additionalProperties: { type: 'string' },
      maxProperties: MAX_ORIGIN_FIELDS,
      description:
        'Where the request came from: `trigger` names the trigger, and the other fields depend on it, such as `schedule`, `key` or `eventId`. Missing if a person started the execution without an origin.',
    },
  },
} as const satisfies JSONSchema;

const dataset = ['datasetArn', 'datasetType', 'datasetGroup', 'ingestionMode', 'jobName', 'path'];
const when = (outcome: string, then: object, otherwise?: object) => ({
  if: { properties: { outcome: { const: outcome } } },
  then,
  ...(otherwise && { else: otherwise }),
});

const whenVerification = (verification: string, then: object, otherwise?: object) => ({
  if: { required: ['verification'], properties: { verification: { const: verification } } },
  then,
  ...(otherwise && { else: otherwise }),
});

/** Which properties each outcome requires or forbids. */
const rules = [
  when(
    'ACTIVE',
    {
      required: [...dataset, 'datasetExportJobArn', 'status', 'startedAt', 'durationSeconds'],
      properties: { reason: false, remedy: false },
    },
    { required: ['reason', 'remedy'], properties: { files: false, verification: false } },
  ),
  {
    if: { required: ['verification'] },
    else: {
      properties: {
        verificationReason: false,
        rows: false,
        manifest: false,
        findings: false,
        unchanged: false,
        table: false,
      },
    },
  },
  whenVerification(
    'PASSED',
    { required: ['rows', 'manifest'], properties: { verificationReason: false, findings: false } },
    { properties: { unchanged: false, table: false } },
  ),
  whenVerification('FAILED', {
    required: ['verificationReason', 'verificationRemedy', 'rows', 'manifest', 'findings', 'findingsCount'],
  }),
  whenVerification('NOT VERIFIED', {
    required: ['verificationReason', 'verificationRemedy'],
    properties: { rows: false, manifest: false, findings: false },
  }),
  { dependencies: { tableReason: ['table', 'tableRemedy'], tableRemedy: ['tableReason'] } },
  when('CREATE FAILED', { required: dataset }),
  when('STATUS UNKNOWN', { required: dataset }),
  when('TIMED OUT', { anyOf: [{ required: dataset }, { required: ['datasetImportJobArn'] }] }),
  when('IMPORT FAILED', { required: ['datasetImportJobArn'], properties: { datasetExportJobArn: false } }),
  when('REJECTED', { properties: { datasetExportJobArn: false, status: false } }),
  when('NOTHING TO EXPORT', { properties: { datasetExportJobArn: false, status: false, path: false } }),
];

const head = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:personalize-dataset-export:notification:1',
  title: 'How the export of a dataset ended',
  description:
    'The document that is published to the topic. A later deployment may add optional properties within version 1: ignore properties that you do not know.',
};

/** The published schema: it allows properties that a later deployment adds. */
export const notificationSchema = {
  ...head,
  ...withOtherProperties(notificationProperties),
  allOf: rules,
};

/** For the project's own tests: it refuses undocumented properties. */
export const strictNotificationSchema = { ...notificationProperties, allOf: rules };
