import * as validators from '#validators';
import { optional } from '../src/lambda/environment.ts';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import type { VerifyExportEvent } from '../src/state.ts';
import { verifyExport } from '../src/verify/verify-export.ts';

const settings = { glueDatabase: optional('GLUE_DATABASE') };

export const handler = lambdaTask(validators.verifyExportEvent, (event: VerifyExportEvent, context) =>
  verifyExport(event, () => context.getRemainingTimeInMillis(), settings),
);
