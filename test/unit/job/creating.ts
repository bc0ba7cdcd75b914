import { ResourceNotFoundException } from '@aws-sdk/client-personalize';
import { createExportJob } from '../../../src/job/create-export-job.ts';
import type { Job } from '../../../src/state.ts';
import { datasetArn, now, plannedExport, pollBounds, sdkError } from '../builders.ts';

/** `createExportJob` by the bounds of the tests. */
export const create = (planned = plannedExport(), job?: Job) =>
  createExportJob({ export: planned, ...(job && { job }) }, pollBounds);

/** The job that exists under the planned name, as Personalize describes it. */
export const existing = {
  datasetArn,
  ingestionMode: 'ALL' as const,
  jobOutput: plannedExport().jobOutput,
  status: 'CREATE IN_PROGRESS',
  creationDateTime: new Date(now),
};

export const noSuchJob = new ResourceNotFoundException({ message: 'no such job', $metadata: {} });

export const denied = sdkError('AccessDeniedException', { status: 400 });
