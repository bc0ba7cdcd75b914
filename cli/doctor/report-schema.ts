import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

const text = { type: 'string', minLength: 1 } as const;

/** Every property of a finding. docs/doctor.md shows them. */
export const findingProperties = {
  type: 'object',
  additionalProperties: false,
  required: ['check', 'state', 'seen'],
  properties: {
    check: { ...text, description: 'The check, by its name in the list above.' },
    subject: {
      ...text,
      description: 'What the finding is about, if the check has several findings: a rule, a function, a dataset group.',
    },
    state: {
      enum: ['ok', 'warn', 'fail', 'unknown'],
      description:
        '`fail`: exports fail or never start. `warn`: exports work, but something needs attention. `unknown`: it could not be found out.',
    },
    seen: { ...text, description: 'What was seen.' },
    why: { ...text, description: 'Why it matters. Always present unless the state is `ok`.' },
    fix: {
      ...text,
      description: 'The command or the setting that corrects it. Always present unless the state is `ok`.',
    },
    because: {
      enum: [
        'no permission',
        'not emulated',
        'throttled',
        'timeout',
        'unreachable',
        'no answer',
        'no stack',
        'not checked',
        'error',
      ],
      description: 'Why the state is `unknown`. `no answer`: a documented member is missing in the answer.',
    },
    action: { ...text, description: 'The IAM action of the call that failed, such as `cloudtrail:DescribeTrails`.' },
  },
} as const satisfies JSONSchema;

const count = { type: 'integer', minimum: 0 } as const;

/** Every property of the document of `npm run doctor -- --json`. */
export const reportProperties = {
  type: 'object',
  additionalProperties: false,
  required: [
    'version',
    'verdict',
    'summary',
    'stage',
    'stackName',
    'account',
    'region',
    'checkedAt',
    'counts',
    'findings',
  ],
  properties: {
    version: { const: '1', description: 'The version of this document.' },
    verdict: {
      enum: ['ok', 'warn', 'fail', 'unknown'],
      description:
        '`fail` if anything fails, else `unknown` if the deployment could not be asked, else `warn` if anything warns, else `ok`.',
    },
    summary: { ...text, description: 'The verdict as a sentence.' },
    stage: { ...text, description: 'The stage of the deployment.' },
    stackName: { ...text, description: 'The name of its stack.' },
    account: { type: 'string', pattern: '^\\d{12}$', description: 'The account.' },
    region: { ...text, description: 'The region.' },
    checkedAt: { type: 'string', format: 'date-time', description: 'When the checks began.' },
    counts: {
      type: 'object',
      additionalProperties: false,
      required: ['ok', 'warn', 'fail', 'unknown'],
      properties: { ok: count, warn: count, fail: count, unknown: count },
      description: 'How many findings have each state.',
    },
    findings: { type: 'array', items: findingProperties, description: 'The findings, in the order of the checks.' },
  },
} as const satisfies JSONSchema;

export const reportSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Report of npm run doctor, version 1',
  ...reportProperties,
} as const satisfies JSONSchema;

export type Finding = FromSchema<typeof findingProperties>;
/** A finding before its check is known. Without `why`, that of the check applies. */
export type Observation = Omit<Finding, 'check'>;
export type Report = FromSchema<typeof reportProperties>;
export type State = Finding['state'];
export type Because = NonNullable<Finding['because']>;
