import {
  CreateDatasetExportJobCommand,
  DescribeDatasetExportJobCommand,
  InvalidInputException,
  ListDatasetsCommand,
} from '@aws-sdk/client-personalize';
import { PublishCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { datasetGroupArn, personalizeArn, sdkError } from '../unit/builders.ts';
import { account, created, lookedFor, planned, polled, summarised } from './machine.ts';

const types = ['INTERACTIONS', 'ITEMS', 'USERS'];
const datasets = types.map((type) => ({ datasetArn: personalizeArn(`dataset/shop/${type}`), datasetType: type }));
const done = [...created, ...polled, 'Notify'];

function groupOfThree() {
  const aws = account();
  aws.personalize.on(ListDatasetsCommand).resolves({ datasets });
  return aws;
}

/** What became of each dataset, by the notifications. */
const outcomes = (notifications: { document: { datasetType?: string; outcome: string } }[]) =>
  Object.fromEntries(notifications.map(({ document }) => [document.datasetType, document.outcome]));

describe.concurrent('a request for a group of three datasets', () => {
  it('a request for a group of three datasets makes three exports and three notifications', async () => {
    const { path, iterations, description, notifications } = await groupOfThree().execute({ datasetGroupArn });
    expect(path).toEqual([...planned, ...done, ...summarised, 'Exported']);
    expect(iterations).toEqual([done, done, done]);
    expect(outcomes(notifications)).toEqual({ INTERACTIONS: 'ACTIVE', ITEMS: 'ACTIVE', USERS: 'ACTIVE' });
    expect(description.status).toBe('SUCCEEDED');
    expect(
      JSON.parse(description.output ?? '').outcomes.map(({ datasetArn }: { datasetArn: string }) => datasetArn),
    ).toEqual(datasets.map(({ datasetArn }) => datasetArn));
  });

  it('an execution exports the other two datasets when one job cannot be created, and then fails', async () => {
    const aws = groupOfThree();
    aws.personalize
      .on(CreateDatasetExportJobCommand, { datasetArn: datasets[1]?.datasetArn })
      .rejects(new InvalidInputException({ message: 'wrong', $metadata: {} }));
    const { iterations, path, description, notifications } = await aws.execute({ datasetGroupArn });
    expect(iterations).toEqual([done, ['CreateExportJob', ...lookedFor, 'Notify'], done]);
    expect(path.slice(-2)).toEqual([...summarised, 'ExportFailed']);
    expect(outcomes(notifications)).toEqual({ INTERACTIONS: 'ACTIVE', ITEMS: 'CREATE FAILED', USERS: 'ACTIVE' });
    expect(description).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
    expect(JSON.parse(description.cause ?? '')).toMatchObject([
      { outcome: 'ACTIVE' },
      { outcome: 'CREATE FAILED', datasetArn: datasets[1]?.datasetArn },
      { outcome: 'ACTIVE' },
    ]);
  });

  it('an execution waits for the other two jobs when one fails early, and then fails', async () => {
    const aws = groupOfThree();
    aws.personalize.on(DescribeDatasetExportJobCommand).callsFake(({ datasetExportJobArn }) => {
      if (datasetExportJobArn.includes('users')) return { datasetExportJob: { status: 'CREATE FAILED' } };
      return { datasetExportJob: { status: 'ACTIVE' } };
    });
    aws.personalize
      .on(CreateDatasetExportJobCommand, { datasetArn: datasets[0]?.datasetArn })
      .rejectsOnce(sdkError('LimitExceededException'))
      .resolves({});
    const { iterations, description, notifications } = await aws.execute({ datasetGroupArn });
    expect(iterations[0]).toEqual([...created, 'WaitForCapacity', ...done]);
    expect(outcomes(notifications)).toEqual({ INTERACTIONS: 'ACTIVE', ITEMS: 'ACTIVE', USERS: 'CREATE FAILED' });
    expect(description).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
  });

  it('an execution that cannot publish fails with the outcome NOT NOTIFIED for each export', async () => {
    const aws = groupOfThree();
    aws.sns.on(PublishCommand).rejects(sdkError('NotFoundException', { status: 404 }));
    const { iterations, path, description } = await aws.execute({ datasetGroupArn });
    const unheard = [...done, 'NotificationFailed'];
    expect(iterations).toEqual([unheard, unheard, unheard]);
    expect(path.slice(-2)).toEqual([...summarised, 'ExportFailed']);
    expect(description).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
    expect(JSON.parse(description.cause ?? '')).toMatchObject(
      datasets.map(({ datasetArn }) => ({
        outcome: 'NOT NOTIFIED',
        datasetArn,
        reason: 'NotFoundException',
      })),
    );
  });
});

describe.concurrent('an execution', () => {
  const down = sdkError('InternalErrorException', { status: 500 });

  it('an execution succeeds when the topic fails for a while', async () => {
    const aws = groupOfThree();
    aws.personalize.on(ListDatasetsCommand).resolves({ datasets: datasets.slice(0, 1) });
    aws.sns.on(PublishCommand).rejectsOnce(down).rejectsOnce(down).resolves({});
    const { path, errors, description } = await aws.execute({ datasetGroupArn });
    expect(path).toEqual([...planned, ...done, ...summarised, 'Exported']);
    expect(errors).toEqual(['TransientError', 'TransientError']);
    expect(description.status).toBe('SUCCEEDED');
  });

  it('an execution with a rejected request fails with the error of a topic that does not exist', async () => {
    const aws = account();
    aws.sns.on(PublishCommand).rejects(sdkError('NotFoundException', { message: 'no topic', status: 404 }));
    const { path, description } = await aws.execute({ unknown: 1 });
    expect(path).toEqual(['PlanExports', 'NotifyRejected']);
    expect(description).toMatchObject({ status: 'FAILED', error: 'NotFoundException' });
    expect(description.cause).toContain('no topic');
  });
});
