import type { JSONSchema } from 'json-schema-to-ts';

const text = { type: 'string', minLength: 1 } as const;
const time = { type: 'string', format: 'date-time' } as const;
const seconds = { type: 'integer', minimum: 0 } as const;

/** Every property of the document, without the rules between them: the TypeScript type is checked against it. */
export const notificationProperties = {
  type: 'object',
  additionalProperties: false,
  required: ['version', 'outcome', 'endedAt', 'executionArn', 'consoleUrl'],
  properties: {
    version: { const: '1', description: 'The version of this document.' },
    outcome: {
      enum: ['ACTIVE', 'CREATE FAILED', 'TIMED OUT', 'REJECTED', 'IMPORT FAILED', 'STATUS UNKNOWN'],
      description: 'How the export ended. Also a message attribute.',
    },
    datasetArn: {
      ...text,
      description: 'The dataset. Of a rejected request, what it asked for; missing where that is no ARN of a dataset.',
    },
    datasetType: {
      ...text,
      description: 'The type of the dataset in capitals: INTERACTIONS, ITEMS or USERS. Also a message attribute.',
    },
    datasetGroup: { ...text, description: 'The name of the dataset group. Also a message attribute.' },
    ingestionMode: { ...text, description: 'Which records were asked for: BULK, PUT or ALL.' },
    jobName: { ...text, description: 'The name under which the export job was asked for.' },
    datasetExportJobArn: {
      ...text,
      description: 'The export job in Personalize, where one is known to exist. With it the job can be described.',
    },
    datasetImportJobArn: { ...text, description: 'The import that the export waited for.' },
    path: {
      ...text,
      description: 'The folder in S3, ending in /, where the data is; or would have been, if not ACTIVE.',
    },
    files: {
      type: 'object',
      additionalProperties: false,
      required: ['count', 'bytes'],
      description: 'What is below `path`. Only of ACTIVE, and missing where the folder could not be listed.',
      properties: {
        count: { type: 'integer', minimum: 0, description: 'How many objects.' },
        bytes: { type: 'integer', minimum: 0, description: 'Their size altogether.' },
        atLeast: { const: true, description: 'There are more than were counted.' },
      },
    },
    status: {
      ...text,
      description:
        "The last status that was read of the export job, or of the import where that is as far as it came. Personalize's own word: more may come.",
    },
    reason: {
      ...text,
      description:
        'Why it is not ACTIVE, for people: in the words of the service or of the error, cut after 8,000 characters. Do not parse it.',
    },
    remedy: { type: 'string', minLength: 1, description: 'What to do now, for people. Do not parse it.' },
    startedAt: {
      ...time,
      description: 'When the export job was created; or queued, or the execution started, where it came no further.',
    },
    endedAt: { ...time, description: 'When the end was noticed.' },
    durationSeconds: { ...seconds, description: 'From `startedAt` to `endedAt`.' },
    queuedSeconds: { ...seconds, description: 'How long the job waited to be created, before `startedAt`.' },
    adopted: {
      const: true,
      description: 'The job was there before this execution asked for it, and is the same export.',
    },
    executionArn: {
      ...text,
      description: 'The execution of the state machine: the same in all documents of a request.',
    },
    consoleUrl: { type: 'string', format: 'uri', description: 'The execution in the AWS console.' },
    origin: {
      type: 'object',
      additionalProperties: { type: 'string' },
      maxProperties: 10,
      description:
        'Where the request came from: `way`, and what that way knows, such as `schedule`, `key` or `eventId`. Missing where a person started the execution and gave none.',
    },
  },
} as const satisfies JSONSchema;

const dataset = ['datasetArn', 'datasetType', 'datasetGroup', 'ingestionMode', 'jobName', 'path'];
const when = (outcome: string, then: object, otherwise?: object) => ({
  if: { properties: { outcome: { const: outcome } } },
  then,
  ...(otherwise && { else: otherwise }),
});

/** What must be there, and what can't be, by outcome. */
const rules = [
  when(
    'ACTIVE',
    {
      required: [...dataset, 'datasetExportJobArn', 'status', 'startedAt', 'durationSeconds'],
      properties: { reason: false, remedy: false },
    },
    { required: ['reason', 'remedy'], properties: { files: false } },
  ),
  when('CREATE FAILED', { required: dataset }),
  when('STATUS UNKNOWN', { required: dataset }),
  when('TIMED OUT', { anyOf: [{ required: dataset }, { required: ['datasetImportJobArn'] }] }),
  when('IMPORT FAILED', { required: ['datasetImportJobArn'], properties: { datasetExportJobArn: false } }),
  when('REJECTED', { properties: { datasetExportJobArn: false, status: false } }),
];

const head = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:personalize-dataset-export:notification:1',
  title: 'How the export of a dataset ended',
  description:
    'The document that is published to the topic. A later deployment may add optional properties within version 1: ignore those that you do not know.',
};

/** The schema that is published: with room for properties of a later deployment. */
export const notificationSchema = {
  ...head,
  ...notificationProperties,
  additionalProperties: true,
  properties: {
    ...notificationProperties.properties,
    files: { ...notificationProperties.properties.files, additionalProperties: true },
  },
  allOf: rules,
};

/** For our own tests: a property that is not documented is a fault. */
export const strictNotificationSchema = { ...notificationProperties, allOf: rules };
