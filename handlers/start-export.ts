import * as validators from '#validators';
import { required } from '../src/lambda/environment.ts';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import type { EventBridgeEvent } from '../src/state.ts';
import { startExport } from '../src/trigger/start-export.ts';

const stateMachineArn = required('STATE_MACHINE_ARN');

export const handler = lambdaTask(validators.startExportEvent, (event: EventBridgeEvent) =>
  startExport(event, stateMachineArn),
);
