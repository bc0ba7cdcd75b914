import * as validators from '#validators';
import { optional, required, requiredNumber } from '../src/lambda/environment.ts';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import { type ExportDefaults, planExports } from '../src/plan/plan-exports.ts';
import { pollBounds } from '../src/poll/poll-bounds.ts';
import type { PlanExportsEvent } from '../src/state.ts';

const defaults: ExportDefaults = {
  stateMachineArn: required('STATE_MACHINE_ARN'),
  roleArn: required('PERSONALIZE_ROLE_ARN'),
  bucket: required('EXPORT_BUCKET'),
  keyPrefix: required('EXPORT_KEY_PREFIX'),
  kmsKeyArn: optional('EXPORT_KMS_KEY_ARN'),
  ingestionMode: required('INGESTION_MODE') as ExportDefaults['ingestionMode'],
  tags: JSON.parse(required('EXPORT_JOB_TAGS')),
  deadlineMinutes: requiredNumber('DEADLINE_MINUTES'),
  pollBounds: pollBounds(),
  verifyExports: required('VERIFY_EXPORTS') === 'true',
};

export const handler = lambdaTask(validators.planExportsEvent, (event: PlanExportsEvent) =>
  planExports(event, defaults),
);
