import * as validators from '#validators';
import { describeImportJob } from '../src/job/describe-import-job.ts';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import { pollBounds } from '../src/poll/poll-bounds.ts';
import type { DescribeImportJobEvent } from '../src/state.ts';

const bounds = pollBounds();

export const handler = lambdaTask(validators.describeImportJobEvent, (event: DescribeImportJobEvent) =>
  describeImportJob(event, bounds),
);
