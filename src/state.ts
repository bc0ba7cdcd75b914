import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

// The state of an execution: what each task is given and the part of it that the task returns.

/** Of an import that the export waits for. `none`: the request named no import. */
const importSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['phase'],
  properties: {
    phase: { enum: ['none', 'pending', 'succeeded', 'failed', 'timed-out'] },
    datasetImportJobArn: { type: 'string' },
    datasetArn: { type: 'string' },
    datasetType: { type: 'string' },
    datasetGroup: { type: 'string' },
    status: { type: 'string' },
    failureReason: { type: 'string' },
    startedAt: { type: 'string' },
    deadline: { type: 'string' },
    waitSeconds: { type: 'integer' },
  },
} as const satisfies JSONSchema;

/** One dataset's CreateDatasetExportJob request, complete, and what its notification tells besides. `exportsInExecution`:
 * how many share the execution's history and state. */
const plannedExportSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'datasetArn',
    'datasetType',
    'datasetGroup',
    'jobName',
    'roleArn',
    'jobOutput',
    'ingestionMode',
    'deadline',
  ],
  properties: {
    datasetArn: { type: 'string' },
    datasetType: { type: 'string' },
    datasetGroup: { type: 'string' },
    jobName: { type: 'string' },
    roleArn: { type: 'string' },
    jobOutput: {
      type: 'object',
      required: ['s3DataDestination'],
      properties: {
        s3DataDestination: {
          type: 'object',
          required: ['path'],
          properties: { path: { type: 'string' }, kmsKeyArn: { type: 'string' } },
        },
      },
    },
    ingestionMode: { enum: ['BULK', 'PUT', 'ALL'] },
    tags: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tagKey', 'tagValue'],
        properties: { tagKey: { type: 'string' }, tagValue: { type: 'string' } },
      },
    },
    deadline: { type: 'string' },
    origin: { type: 'object', additionalProperties: { type: 'string' } },
    exportsInExecution: { type: 'integer' },
  },
} as const satisfies JSONSchema;

/** Of an export job. `queued`: not created, since a quota is full or the dataset is in use. `absent`: its creation failed,
 * and it is not there. `pastSeconds`: how long this dataset's export jobs have taken. `adopted`: the job was there before
 * this execution asked for it. */
const jobSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['phase'],
  properties: {
    phase: { enum: ['queued', 'absent', 'pending', 'succeeded', 'failed', 'timed-out'] },
    datasetExportJobArn: { type: 'string' },
    status: { type: 'string' },
    failureReason: { type: 'string' },
    queuedAt: { type: 'string' },
    startedAt: { type: 'string' },
    endedAt: { type: 'string' },
    adopted: { type: 'boolean' },
    pastSeconds: { type: 'array', items: { type: 'number' } },
    waitSeconds: { type: 'integer' },
    polls: { type: 'integer' },
  },
} as const satisfies JSONSchema;

/** What a Catch puts at `$.error`, and that of CreateExportJob at `$.createError`. */
const caughtErrorSchema = {
  type: 'object',
  required: ['Error'],
  properties: { Error: { type: 'string' }, Cause: { type: 'string' } },
} as const satisfies JSONSchema;

/** StartExport: an event from EventBridge. */
export const startExportEventSchema = {
  type: 'object',
  required: ['id', 'source', 'detail-type', 'detail'],
  properties: {
    id: { type: 'string' },
    source: { type: 'string' },
    'detail-type': { type: 'string' },
    detail: { type: 'object' },
  },
} as const satisfies JSONSchema;

/** PlanExports: `request` is checked apart, so that a wrong one is told by its own fields' names. */
export const planExportsEventSchema = {
  type: 'object',
  required: ['request', 'executionName', 'startedAt'],
  properties: { request: {}, executionName: { type: 'string' }, startedAt: { type: 'string' } },
} as const satisfies JSONSchema;

export const describeImportJobEventSchema = {
  type: 'object',
  required: ['import'],
  properties: { import: { ...importSchema, required: ['phase', 'datasetImportJobArn', 'startedAt', 'deadline'] } },
} as const satisfies JSONSchema;

export const createExportJobEventSchema = {
  type: 'object',
  required: ['export'],
  properties: { export: plannedExportSchema, job: jobSchema },
} as const satisfies JSONSchema;

export const describeExportJobEventSchema = {
  type: 'object',
  required: ['export', 'job'],
  properties: { export: plannedExportSchema, job: jobSchema },
} as const satisfies JSONSchema;

/** Notify: of one dataset (`export`), or of an execution that exports nothing (`request`, and `import` if it got so far). */
export const notifyEventSchema = {
  type: 'object',
  required: ['executionName'],
  properties: {
    executionName: { type: 'string' },
    export: plannedExportSchema,
    job: jobSchema,
    import: importSchema,
    request: {},
    startedAt: { type: 'string' },
    createError: caughtErrorSchema,
    error: caughtErrorSchema,
  },
} as const satisfies JSONSchema;

export type EventBridgeEvent = FromSchema<typeof startExportEventSchema>;
export type ImportState = FromSchema<typeof importSchema>;
export type PlannedExport = FromSchema<typeof plannedExportSchema>;
export type Job = FromSchema<typeof jobSchema>;
export type CaughtError = FromSchema<typeof caughtErrorSchema>;
export type PlanExportsEvent = FromSchema<typeof planExportsEventSchema>;
export type DescribeImportJobEvent = FromSchema<typeof describeImportJobEventSchema>;
export type CreateExportJobEvent = FromSchema<typeof createExportJobEventSchema>;
export type DescribeExportJobEvent = FromSchema<typeof describeExportJobEventSchema>;
export type NotifyEvent = FromSchema<typeof notifyEventSchema>;

/** A dataset of the group that is not exported, and why. */
export interface SkippedDataset {
  datasetArn: string;
  reason: string;
}

/** What PlanExports returns: the state that the rest of the machine works on. */
export interface Plan {
  import: ImportState;
  exports: PlannedExport[];
  skipped: SkippedDataset[];
  startedAt: string;
}
