import {
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  InvalidInputException,
  ListDatasetsCommand,
  PersonalizeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { mocked } from '../../mocked.ts';
import { datasetArn, datasetGroupArn, datasetImportJobArn, sdkError, summary } from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';
import { plan } from './planning.ts';

const personalize = mocked(PersonalizeClient);
stopClock();

describe('the description of a dataset', () => {
  it.each([
    [{}],
    [{ dataset: {} }],
    [{ dataset: summary('ITEMS') }],
    [{ dataset: { datasetArn, datasetGroupArn } }],
    [{ dataset: { datasetType: 'ITEMS', datasetGroupArn } }],
  ])('a dataset that is described as %j is an unexpected answer', async (answer) => {
    personalize.on(DescribeDatasetCommand).resolves(answer);
    await expect(plan({ datasetArn })).rejects.toMatchObject({ name: 'UnexpectedAnswerError' });
  });
});

describe('an error of Personalize about the subject', () => {
  const subjects = [
    ['datasetArn', DescribeDatasetCommand, datasetArn],
    ['datasetGroupArn', DescribeDatasetGroupCommand, datasetGroupArn],
    ['datasetGroupArn', ListDatasetsCommand, datasetGroupArn],
    ['datasetImportJobArn', DescribeDatasetImportJobCommand, datasetImportJobArn],
  ] as const;
  const refusals = [
    new ResourceNotFoundException({ message: 'Resource not found', $metadata: {} }),
    new InvalidInputException({ message: 'Invalid ARN', $metadata: {} }),
  ];

  it.each(subjects.flatMap((subject) => refusals.map((refusal) => [...subject, refusal] as const)))(
    'a refusal by Personalize in %s is an invalid request',
    async (field, command, arn, refusal) => {
      personalize.on(command as typeof DescribeDatasetCommand).rejects(refusal);
      await expect(plan({ [field]: arn })).rejects.toMatchObject({
        name: 'InvalidRequestError',
        message: expect.stringContaining(refusal.message),
        cause: refusal,
      });
    },
  );

  it.each(subjects)(
    'a refusal by Personalize in %s is reported under the name of that field',
    async (field, command, arn) => {
      personalize.on(command as typeof DescribeDatasetCommand).rejects(refusals[0]);
      await expect(plan({ [field]: arn })).rejects.toMatchObject({ message: expect.stringMatching(`^${field}: `) });
    },
  );

  it.each([
    sdkError('AccessDeniedException', { status: 400 }),
    sdkError('ThrottlingException', { status: 400 }),
    sdkError('InternalServerException', { status: 500 }),
  ])('any other error of Personalize is thrown unchanged: %s', async (error) => {
    personalize.on(DescribeDatasetCommand).rejects(error);
    await expect(plan({ datasetArn })).rejects.toBe(error);
  });
});
