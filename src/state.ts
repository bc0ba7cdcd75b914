import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

// The state of an execution: what each task gets, and the part of the state that it returns.

/** `$.import`: the import that the exports wait for. Its phase is `none` if they wait for none. `endedAt`: when it became
 * ACTIVE. */
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
    endedAt: { type: 'string' },
    deadline: { type: 'string' },
    waitSeconds: { type: 'integer' },
  },
} as const satisfies JSONSchema;

/** `$.export`: one complete CreateDatasetExportJob request, and what its notification adds. `given`: the optional fields that
 * the request gave; the others are the deployment's defaults. `pathTemplate`: the path as the request gave it, if it has
 * placeholders. `exportsInExecution`: how many exports share the execution's history and state. `verify`: missing in an
 * execution that an older deployment planned. */
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
    given: { type: 'array', items: { type: 'string' } },
    pathTemplate: { type: 'string' },
    origin: { type: 'object', additionalProperties: { type: 'string' } },
    exportsInExecution: { type: 'integer' },
    verify: { type: 'boolean' },
  },
} as const satisfies JSONSchema;

/** `$.job`: an export job. `queued`: not created yet, because a quota is full or the dataset is in use. `absent`: its creation
 * failed, and no job exists. `pastSeconds`: how long earlier export jobs of the dataset took. `adopted`: another
 * request created the job. */
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

/** `$.nothingToExport`: the requests that cover nothing that can be exported, and why. */
const nothingToExportSchema = {
  type: 'object',
  required: ['reason'],
  properties: { reason: { type: 'string' }, datasetGroup: { type: 'string' } },
} as const satisfies JSONSchema;

const findingProperties = {
  file: { type: 'string' },
  row: { type: 'integer' },
  column: { type: 'string' },
  expected: { type: 'string' },
} as const;

/** The verification of an export. `pending`: what was found so far is in S3 under the key `progress`, and another call
 * continues from there. `bytesRead` of `bytes` were read. `tableReason`: why `table`, in Glue, does not have this export. */
const verificationSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['phase', 'calls', 'startedAt'],
  properties: {
    phase: { enum: ['pending', 'done'] },
    calls: { type: 'integer' },
    startedAt: { type: 'string' },
    progress: { type: 'string' },
    rows: { type: 'integer' },
    bytesRead: { type: 'integer' },
    bytes: { type: 'integer' },
    result: { enum: ['PASSED', 'FAILED', 'NOT VERIFIED'] },
    reason: { type: 'string' },
    manifest: { type: 'string' },
    findings: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, required: ['expected'], properties: findingProperties },
    },
    findingsCount: { type: 'integer' },
    warnings: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['expected', 'count'],
        properties: { ...findingProperties, count: { type: 'integer' } },
      },
    },
    unchanged: { type: 'boolean' },
    table: { type: 'string' },
    tableReason: { type: 'string' },
  },
} as const satisfies JSONSchema;

/** What a Catch writes to `$.error`. Those of CreateExportJob and VerifyExport write to `$.createError` and `$.verifyError`. */
const caughtErrorSchema = {
  type: 'object',
  required: ['Error'],
  properties: { Error: { type: 'string' }, Cause: { type: 'string' } },
} as const satisfies JSONSchema;

/** PlanExports. It validates `request` itself, so that messages name the fields as the request does. */
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

/** CreateExportJob. An execution that an earlier version of the state machine started has no `startedAt` and no `import`. */
export const createExportJobEventSchema = {
  type: 'object',
  required: ['export'],
  properties: { export: plannedExportSchema, job: jobSchema, startedAt: { type: 'string' }, import: importSchema },
} as const satisfies JSONSchema;

export const describeExportJobEventSchema = {
  type: 'object',
  required: ['export', 'job'],
  properties: { export: plannedExportSchema, job: jobSchema, startedAt: { type: 'string' }, import: importSchema },
} as const satisfies JSONSchema;

/** VerifyExport: first without a `verification`, then with the one that it returned. */
export const verifyExportEventSchema = {
  type: 'object',
  required: ['export', 'job', 'executionName'],
  properties: {
    export: plannedExportSchema,
    job: jobSchema,
    executionName: { type: 'string' },
    verification: verificationSchema,
  },
} as const satisfies JSONSchema;

/** Notify, about one export (`export`), or about a request without exports (`request`, with `error`, `nothingToExport` or a
 * failed `import`). */
export const notifyEventSchema = {
  type: 'object',
  required: ['executionName'],
  properties: {
    executionName: { type: 'string' },
    export: plannedExportSchema,
    job: jobSchema,
    import: importSchema,
    request: {},
    nothingToExport: nothingToExportSchema,
    startedAt: { type: 'string' },
    verification: verificationSchema,
    createError: caughtErrorSchema,
    verifyError: caughtErrorSchema,
    error: caughtErrorSchema,
  },
} as const satisfies JSONSchema;

export type ImportState = FromSchema<typeof importSchema>;
export type NothingToExport = FromSchema<typeof nothingToExportSchema>;
export type PlannedExport = FromSchema<typeof plannedExportSchema>;
export type Job = FromSchema<typeof jobSchema>;
export type Verification = FromSchema<typeof verificationSchema>;
export type CaughtError = FromSchema<typeof caughtErrorSchema>;
export type PlanExportsEvent = FromSchema<typeof planExportsEventSchema>;
export type DescribeImportJobEvent = FromSchema<typeof describeImportJobEventSchema>;
export type CreateExportJobEvent = FromSchema<typeof createExportJobEventSchema>;
export type DescribeExportJobEvent = FromSchema<typeof describeExportJobEventSchema>;
export type VerifyExportEvent = FromSchema<typeof verifyExportEventSchema>;
export type NotifyEvent = FromSchema<typeof notifyEventSchema>;

/** A dataset that the request covers but that is not exported, or a dataset group without datasets, and why. */
export interface Skipped {
  datasetArn?: string;
  datasetGroupArn?: string;
  reason: string;
}

/** What PlanExports returns: the state for the rest of the execution. `nothingToExport`: some request covers nothing
 * that can be exported, and a notification says so. */
export interface Plan {
  import: ImportState;
  exports: PlannedExport[];
  skipped: Skipped[];
  nothingToExport?: NothingToExport;
  startedAt: string;
}
