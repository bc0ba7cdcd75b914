import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

/** Two days: at the longest poll interval a dataset spends far fewer than Step Functions' 25,000 history events. */
const MAX_DEADLINE_MINUTES = 2_880;

/** A request to the pipeline: a CreateDatasetExportJob request in which every field but the subject may be left out.
 * Patterns and lengths are those of the API's model (personalize/2018-05-22), anchored; a resource has at most 50 tags. */
export const requestSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    datasetArn: {
      type: 'string',
      maxLength: 256,
      pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset/[^/]+/[^/]+$',
    },
    datasetGroupArn: {
      type: 'string',
      maxLength: 256,
      pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset-group/[^/]+$',
    },
    datasetImportJobArn: {
      type: 'string',
      maxLength: 256,
      pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset-import-job/[^/]+$',
    },
    jobName: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-zA-Z0-9][a-zA-Z0-9\\-_]*$' },
    roleArn: { type: 'string', maxLength: 256, pattern: '^arn:[a-z\\d-]+:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$' },
    jobOutput: {
      type: 'object',
      additionalProperties: false,
      required: ['s3DataDestination'],
      properties: {
        s3DataDestination: {
          type: 'object',
          additionalProperties: false,
          required: ['path'],
          properties: {
            path: { type: 'string', maxLength: 256, pattern: '^(s3|http|https)://.+$' },
            kmsKeyArn: { type: 'string', maxLength: 2048, pattern: '^arn:aws[^:]*:kms:[^:]*:[0-9]{12}:key/.+$' },
          },
        },
      },
    },
    ingestionMode: { type: 'string', enum: ['BULK', 'PUT', 'ALL'] },
    tags: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['tagKey', 'tagValue'],
        properties: {
          tagKey: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$' },
          tagValue: { type: 'string', maxLength: 256, pattern: '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$' },
        },
      },
    },
    deadlineMinutes: { type: 'integer', minimum: 1, maximum: MAX_DEADLINE_MINUTES },
    origin: {
      type: 'object',
      description: 'Where the request came from, for the notification: set by start-export.',
      maxProperties: 10,
      additionalProperties: { type: 'string', maxLength: 1024 },
    },
  },
  oneOf: [{ required: ['datasetArn'] }, { required: ['datasetGroupArn'] }, { required: ['datasetImportJobArn'] }],
  dependencies: { jobName: { not: { required: ['datasetGroupArn'] } } },
} as const satisfies JSONSchema;

const { origin, ...ofOne } = requestSchema.properties;

/** One execution's history has 25,000 events: with a hundred exports each may be looked at some twenty times. */
export const MAX_EXPORTS = 100;

/** Many requests at once, in one execution. An import is waited for by an execution of its own. */
export const batchSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['exports'],
  properties: {
    exports: { type: 'array', minItems: 1, maxItems: MAX_EXPORTS, items: { ...requestSchema, properties: ofOne } },
    origin,
  },
} as const satisfies JSONSchema;

export type ExportRequest = FromSchema<typeof requestSchema>;
export interface BatchRequest {
  exports: ExportRequest[];
  origin?: ExportRequest['origin'];
}
