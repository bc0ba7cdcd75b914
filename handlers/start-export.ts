import * as validators from '#validators';
import { required } from '../src/environment.ts';
import { lambdaTask } from '../src/lambda-task.ts';
import { startExport } from '../src/start-export.ts';
import type { EventBridgeEvent } from '../src/state.ts';

const stateMachineArn = required('STATE_MACHINE_ARN');

export const handler = lambdaTask(validators.startExportEvent, (event: EventBridgeEvent) =>
  startExport(event, stateMachineArn),
);
