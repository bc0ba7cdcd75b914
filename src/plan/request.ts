import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import * as limits from '../lambda/limits.ts';

// What the input of an execution may be: a request, a batch of requests, or a rejection.
//
// Patterns and lengths are those of the API's model (personalize/2018-05-22), anchored. A person never reads a pattern:
// the `description` and the first of the `examples` beside it replace it in messages. So do the words beside `not`.

const datasetArn = {
  type: 'string',
  maxLength: limits.MAX_ARN_CHARACTERS,
  pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset/[^/]+/[^/]+$',
  description: 'a dataset ARN',
  examples: ['arn:aws:personalize:eu-west-1:123456789012:dataset/shop/INTERACTIONS'],
} as const satisfies JSONSchema;

const datasetGroupArn = {
  type: 'string',
  maxLength: limits.MAX_ARN_CHARACTERS,
  pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset-group/[^/]+$',
  description: 'a dataset group ARN',
  examples: ['arn:aws:personalize:eu-west-1:123456789012:dataset-group/shop'],
} as const satisfies JSONSchema;

const datasetImportJobArn = {
  type: 'string',
  maxLength: limits.MAX_ARN_CHARACTERS,
  pattern: '^arn:[a-z\\d-]+:personalize:[^:]*:[^:]*:dataset-import-job/[^/]+$',
  description: 'a dataset import job ARN',
  examples: ['arn:aws:personalize:eu-west-1:123456789012:dataset-import-job/nightly-items'],
} as const satisfies JSONSchema;

const jobName = {
  type: 'string',
  minLength: 1,
  maxLength: limits.MAX_RESOURCE_NAME_CHARACTERS,
  pattern: '^[a-zA-Z0-9][a-zA-Z0-9\\-_]*$',
  description: 'a job name of letters, digits, hyphens and underscores that starts with a letter or a digit',
  examples: ['nightly-items'],
} as const satisfies JSONSchema;

const roleArn = {
  type: 'string',
  maxLength: limits.MAX_ARN_CHARACTERS,
  pattern: '^arn:[a-z\\d-]+:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$',
  description: 'an IAM role ARN',
  examples: ['arn:aws:iam::123456789012:role/personalize-exports'],
} as const satisfies JSONSchema;

const jobOutput = {
  type: 'object',
  additionalProperties: false,
  required: ['s3DataDestination'],
  properties: {
    s3DataDestination: {
      type: 'object',
      additionalProperties: false,
      required: ['path'],
      properties: {
        path: {
          type: 'string',
          maxLength: limits.MAX_PATH_CHARACTERS,
          pattern: '^(s3|http|https)://.+$',
          description: 'an S3 path that starts with s3://, http:// or https://',
          examples: ['s3://my-bucket/exports/'],
        },
        kmsKeyArn: {
          type: 'string',
          maxLength: limits.MAX_KMS_KEY_ARN_CHARACTERS,
          pattern: '^arn:aws[^:]*:kms:[^:]*:[0-9]{12}:key/.+$',
          description: 'a KMS key ARN (Personalize takes no alias)',
          examples: ['arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
        },
      },
    },
  },
} as const satisfies JSONSchema;

const tagText = {
  type: 'string',
  pattern: '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$',
  description: 'a tag text of letters, digits, spaces and the characters _ . : / = + - @',
  examples: ['search-team'],
} as const satisfies JSONSchema;

const tags = {
  type: 'array',
  maxItems: limits.MAX_TAGS,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['tagKey', 'tagValue'],
    properties: {
      tagKey: { ...tagText, minLength: 1, maxLength: limits.MAX_TAG_KEY_CHARACTERS },
      tagValue: { ...tagText, maxLength: limits.MAX_TAG_VALUE_CHARACTERS },
    },
  },
} as const satisfies JSONSchema;

/** Where a request came from, for the reader of its notification. Nothing is decided by it. */
const origin = {
  type: 'object',
  maxProperties: limits.MAX_ORIGIN_FIELDS,
  additionalProperties: { type: 'string', maxLength: limits.MAX_ORIGIN_CHARACTERS },
} as const satisfies JSONSchema;

/** The names of the dataset groups that the request is limited to: datasets of other groups are skipped. */
const onlyDatasetGroups = {
  type: 'array',
  minItems: 1,
  maxItems: limits.MAX_DATASET_GROUPS,
  items: { type: 'string', minLength: 1, maxLength: limits.MAX_RESOURCE_NAME_CHARACTERS },
} as const satisfies JSONSchema;

/** If nothing can be exported, the execution ends without a notification. Set by triggers for events that did not request an export. */
const quietIfNothing = { type: 'boolean' } as const satisfies JSONSchema;

/** The fields that say what is exported. A request has exactly one of them. */
const subjects = { datasetArn, datasetGroupArn, datasetImportJobArn };

/** A CreateDatasetExportJob request in which every field but the subject is optional, and the pipeline's own fields. */
const fields = {
  ...subjects,
  jobName,
  roleArn,
  jobOutput,
  ingestionMode: { type: 'string', enum: ['BULK', 'PUT', 'ALL'] },
  tags,
  deadlineMinutes: { type: 'integer', minimum: 1, maximum: limits.MAX_DEADLINE_MINUTES },
} as const satisfies Record<string, JSONSchema>;

const request = {
  type: 'object',
  additionalProperties: false,
  oneOf: [{ required: ['datasetArn'] }, { required: ['datasetGroupArn'] }, { required: ['datasetImportJobArn'] }],
  dependencies: {
    jobName: {
      not: { required: ['datasetGroupArn'] },
      description:
        'jobName is not allowed with datasetGroupArn, because each dataset of the group gets a job of its own. Remove jobName.',
    },
  },
} as const satisfies JSONSchema;

/** One request. Its triggers add `origin`, `onlyDatasetGroups` and `quietIfNothing`. */
export const requestSchema = {
  ...request,
  properties: { ...fields, onlyDatasetGroups, quietIfNothing, origin },
} as const satisfies JSONSchema;

/** Many requests in one execution. */
export const batchSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['exports'],
  properties: {
    exports: {
      type: 'array',
      minItems: 1,
      maxItems: limits.MAX_EXPORTS,
      items: { ...request, properties: fields },
    },
    origin,
  },
} as const satisfies JSONSchema;

/** What a trigger makes of an event that can never become a request: the reason. The execution ends as REJECTED and quotes
 * it. Other fields are ignored, because nothing is exported. */
export const rejectionSchema = {
  type: 'object',
  required: ['rejection'],
  properties: {
    rejection: { type: 'string', minLength: 1, maxLength: limits.MAX_REJECTION_CHARACTERS },
    origin,
  },
} as const satisfies JSONSchema;

export type Origin = FromSchema<typeof origin>;
export type ExportRequest = FromSchema<typeof requestSchema>;
export type Rejection = FromSchema<typeof rejectionSchema>;
export interface BatchRequest {
  exports: ExportRequest[];
  origin?: Origin;
}
export type Subject = keyof typeof subjects;
export const SUBJECTS = Object.keys(subjects) as Subject[];
