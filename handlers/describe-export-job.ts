import * as validators from '#validators';
import { describeExportJob } from '../src/job/describe-export-job.ts';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import { pollBounds } from '../src/poll/poll-bounds.ts';
import type { DescribeExportJobEvent } from '../src/state.ts';

const bounds = pollBounds();

export const handler = lambdaTask(validators.describeExportJobEvent, (event: DescribeExportJobEvent) =>
  describeExportJob(event, bounds),
);
