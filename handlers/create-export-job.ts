import * as validators from '#validators';
import { createExportJob } from '../src/job/create-export-job.ts';
import { lambdaTask } from '../src/lambda/lambda-task.ts';
import { pollBounds } from '../src/poll/poll-bounds.ts';
import type { CreateExportJobEvent } from '../src/state.ts';

const bounds = pollBounds();

export const handler = lambdaTask(validators.createExportJobEvent, (event: CreateExportJobEvent) =>
  createExportJob(event, bounds),
);
