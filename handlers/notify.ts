import * as validators from '#validators';
import { required } from '../src/lambda/environment.ts';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import { notify } from '../src/notify/notify.ts';
import type { NotifyEvent } from '../src/state.ts';

const settings = {
  topicArn: required('EXPORT_TOPIC_ARN'),
  stateMachineArn: required('STATE_MACHINE_ARN'),
  stage: required('STAGE'),
};

export const handler = lambdaTask(validators.notifyEvent, (event: NotifyEvent) => notify(event, settings));
