import * as validators from '#validators';
import { optional, required } from '../src/lambda/environment.ts';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import { startExport } from '../src/trigger/start-export.ts';
import type { StartExportEvent } from '../src/trigger/start-export-event.ts';

const settings = {
  stateMachineArn: required('STATE_MACHINE_ARN'),
  importDatasetGroups: optional('IMPORT_DATASET_GROUPS')?.split(',') ?? [],
};

export const handler = lambdaTask(validators.startExportEvent, (event: StartExportEvent) =>
  startExport(event, settings),
);
