import {
  CreateDatasetExportJobCommand,
  DescribeDatasetExportJobCommand,
  ListDatasetExportJobsCommand,
  PersonalizeClient,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-personalize';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mocked } from '../../mocked.ts';
import { datasetExportJobArn, now, plannedExport, sdkError } from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';
import { create, denied, existing, noSuchJob } from './creating.ts';

const personalize = mocked(PersonalizeClient);
stopClock();
beforeEach(() => {
  personalize.on(ListDatasetExportJobsCommand).resolves({ datasetExportJobs: [] });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('an export whose job name exists', () => {
  beforeEach(() => {
    const error = new ResourceAlreadyExistsException({ message: 'it exists', $metadata: {} });
    personalize.on(CreateDatasetExportJobCommand).rejects(error);
  });

  it("createExportJob adopts another request's job if that is the same export", async () => {
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: existing });
    const job = await create(plannedExport({ given: ['jobName'] }));
    expect(job).toMatchObject({ phase: 'pending', datasetExportJobArn, adopted: true });
  });

  it('a job with a generated name counts as created by this execution', async () => {
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: existing });
    const job = await create(plannedExport({ given: ['tags'] }));
    expect(job).toMatchObject({ phase: 'pending', datasetExportJobArn });
    expect(job).not.toHaveProperty('adopted');
  });

  it('createExportJob does not list past jobs for an adopted job', async () => {
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: existing });
    await create();
    expect(personalize).not.toHaveReceivedCommand(ListDatasetExportJobsCommand);
  });

  it('createExportJob throws JobNameTakenError if the job is another export', async () => {
    personalize
      .on(DescribeDatasetExportJobCommand)
      .resolves({ datasetExportJob: { ...existing, ingestionMode: 'PUT' } });
    await expect(create()).rejects.toMatchObject({ name: 'JobNameTakenError' });
  });

  it('createExportJob throws JobUnreadableError if the job is described without a status', async () => {
    personalize.on(DescribeDatasetExportJobCommand).resolves({ datasetExportJob: { ...existing, status: undefined } });
    await expect(create()).rejects.toMatchObject({ name: 'JobUnreadableError' });
  });

  it.each([
    [noSuchJob, 'JobUnreadableError'],
    [denied, 'JobUnreadableError'],
    [sdkError('ServiceUnavailable', { status: 503 }), 'TransientError'],
    [sdkError('TimeoutError', { code: 'ETIMEDOUT' }), 'TransientError'],
  ])(
    'an existing job after %s of DescribeDatasetExportJob makes createExportJob throw %s, which says that the job exists',
    async (error, name) => {
      personalize.on(DescribeDatasetExportJobCommand).rejects(error);
      await expect(create()).rejects.toMatchObject({
        name,
        message: expect.stringMatching(new RegExp(`^${datasetExportJobArn} exists.*${error.name}: ${error.message}`)),
        cause: error,
      });
    },
  );
});

describe('an export whose creation got no response', () => {
  const lost = sdkError('TimeoutError', { code: 'ETIMEDOUT' });
  beforeEach(() => void personalize.on(CreateDatasetExportJobCommand).rejects(lost));

  it.each([[['jobName']], [[]]])(
    'an export with a lost response to its creation follows the job if it exists, with the given fields %j',
    async (given) => {
      personalize.on(DescribeDatasetExportJobCommand, { datasetExportJobArn }).resolves({ datasetExportJob: existing });
      const job = await create(plannedExport({ given }));
      expect(job).toMatchObject({ phase: 'pending', datasetExportJobArn, startedAt: now });
      expect(job).not.toHaveProperty('adopted');
    },
  );

  it.each([noSuchJob, denied])(
    'an export with a lost response to its creation throws the error if the search for the job ends in %s',
    async (error) => {
      personalize.on(DescribeDatasetExportJobCommand).rejects(error);
      await expect(create()).rejects.toBe(lost);
    },
  );
});
