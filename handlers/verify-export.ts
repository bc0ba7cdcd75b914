import * as validators from '#validators';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import type { VerifyExportEvent } from '../src/state.ts';
import { verifyExport } from '../src/verify/verify-export.ts';

export const handler = lambdaTask(validators.verifyExportEvent, (event: VerifyExportEvent, context) =>
  verifyExport(event, () => context.getRemainingTimeInMillis()),
);
