import { bucketCheck } from './bucket-check.ts';
import type { Check } from './check.ts';
import { credentialsCheck } from './credentials-check.ts';
import { datasetCheck } from './dataset-check.ts';
import { datasetsCheck } from './datasets-check.ts';
import { deadLettersCheck } from './dead-letters-check.ts';
import { definitionCheck } from './definition-check.ts';
import { executionsCheck } from './executions-check.ts';
import { existingCheck } from './existing-check.ts';
import { functionsCheck } from './functions-check.ts';
import { keyCheck } from './key-check.ts';
import { roleCheck } from './role-check.ts';
import { rulesCheck } from './rules-check.ts';
import { runningJobsCheck } from './running-jobs-check.ts';
import { schedulesCheck } from './schedules-check.ts';
import { stackCheck } from './stack-check.ts';
import { topicsCheck } from './topics-check.ts';
import { trailCheck } from './trail-check.ts';

/** Every check, in the order of the output. docs/doctor.md lists them. */
export const CHECKS: readonly Check[] = [
  credentialsCheck,
  stackCheck,
  functionsCheck,
  definitionCheck,
  trailCheck,
  rulesCheck,
  schedulesCheck,
  topicsCheck,
  deadLettersCheck,
  executionsCheck,
  roleCheck,
  bucketCheck,
  keyCheck,
  existingCheck,
  datasetsCheck,
  runningJobsCheck,
  datasetCheck,
];
