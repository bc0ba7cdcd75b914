import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import * as limits from '../lambda/limits.ts';

/** A request to the pipeline: a CreateDatasetExportJob request in which every field but the subject may be left out.
 * Patterns and lengths are those of the API's model (personalize/2018-05-22), anchored; a resource has at most 50 tags. */
export const requestSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    datasetArn: {
      type: 'string',
      maxLength: limits.MAX_ARN_CHARACTERS,
      pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset/[^/]+/[^/]+$',
    },
    datasetGroupArn: {
      type: 'string',
      maxLength: limits.MAX_ARN_CHARACTERS,
      pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset-group/[^/]+$',
    },
    datasetImportJobArn: {
      type: 'string',
      maxLength: limits.MAX_ARN_CHARACTERS,
      pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset-import-job/[^/]+$',
    },
    jobName: {
      type: 'string',
      minLength: 1,
      maxLength: limits.MAX_RESOURCE_NAME_CHARACTERS,
      pattern: '^[a-zA-Z0-9][a-zA-Z0-9\\-_]*$',
    },
    roleArn: {
      type: 'string',
      maxLength: limits.MAX_ARN_CHARACTERS,
      pattern: '^arn:[a-z\\d-]+:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$',
    },
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
            path: { type: 'string', maxLength: limits.MAX_PATH_CHARACTERS, pattern: '^(s3|http|https)://.+$' },
            kmsKeyArn: {
              type: 'string',
              maxLength: limits.MAX_KMS_KEY_ARN_CHARACTERS,
              pattern: '^arn:aws[^:]*:kms:[^:]*:[0-9]{12}:key/.+$',
            },
          },
        },
      },
    },
    ingestionMode: { type: 'string', enum: ['BULK', 'PUT', 'ALL'] },
    tags: {
      type: 'array',
      maxItems: limits.MAX_TAGS,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['tagKey', 'tagValue'],
        properties: {
          tagKey: {
            type: 'string',
            minLength: 1,
            maxLength: limits.MAX_TAG_KEY_CHARACTERS,
            pattern: '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$',
          },
          tagValue: {
            type: 'string',
            maxLength: limits.MAX_TAG_VALUE_CHARACTERS,
            pattern: '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$',
          },
        },
      },
    },
    deadlineMinutes: { type: 'integer', minimum: 1, maximum: limits.MAX_DEADLINE_MINUTES },
    origin: {
      type: 'object',
      description: 'Where the request came from, for the notification: set by start-export.',
      maxProperties: limits.MAX_ORIGIN_FIELDS,
      additionalProperties: { type: 'string', maxLength: limits.MAX_ORIGIN_CHARACTERS },
    },
  },
  oneOf: [{ required: ['datasetArn'] }, { required: ['datasetGroupArn'] }, { required: ['datasetImportJobArn'] }],
  dependencies: { jobName: { not: { required: ['datasetGroupArn'] } } },
} as const satisfies JSONSchema;

const { origin, ...ofOne } = requestSchema.properties;

/** Many requests at once, in one execution. An import is waited for by an execution of its own. */
export const batchSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['exports'],
  properties: {
    exports: {
      type: 'array',
      minItems: 1,
      maxItems: limits.MAX_EXPORTS,
      items: { ...requestSchema, properties: ofOne },
    },
    origin,
  },
} as const satisfies JSONSchema;

export type ExportRequest = FromSchema<typeof requestSchema>;
export interface BatchRequest {
  exports: ExportRequest[];
  origin?: ExportRequest['origin'];
}
