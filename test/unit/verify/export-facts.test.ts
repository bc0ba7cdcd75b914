import {
  type Dataset,
  type DatasetExportJob,
  type DatasetSchema,
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  DescribeSchemaCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { exportFacts } from '../../../src/verify/export-facts.ts';
import { datasetArn, datasetExportJobArn, kmsKeyArn, personalizeArn, plannedExport } from '../builders.ts';

const schemaArn = personalizeArn('schema/shop-interactions');
const path = 's3://exports-bucket/run-1/';
const job = {
  creationDateTime: new Date('2026-03-14T09:00:00Z'),
  lastUpdatedDateTime: new Date('2026-03-14T09:10:00Z'),
};

interface Answers {
  datasetExportJob?: DatasetExportJob | undefined;
  dataset?: Dataset | undefined;
  schema?: DatasetSchema | undefined;
}

/** Personalize with these answers for exactly these ARNs. */
function describing(answers: Answers) {
  const { datasetExportJob, dataset, schema } = {
    datasetExportJob: job,
    dataset: { schemaArn },
    schema: { schema: '{}' },
    ...answers,
  };
  const client = new PersonalizeClient({});
  mockClient(client)
    .on(DescribeDatasetExportJobCommand, { datasetExportJobArn })
    .resolves({ datasetExportJob })
    .on(DescribeDatasetCommand, { datasetArn })
    .resolves({ dataset })
    .on(DescribeSchemaCommand, { schemaArn })
    .resolves({ schema });
  return client;
}

const factsOf = (client: PersonalizeClient, kms = {}) =>
  exportFacts(plannedExport({ jobOutput: { s3DataDestination: { path, ...kms } } }), datasetExportJobArn, client);

it('the facts of an export are those of its job, its dataset and its schema', async () => {
  expect(await factsOf(describing({}))).toEqual({
    datasetExportJobArn,
    jobName: 'interactions-run-1',
    datasetArn,
    datasetType: 'INTERACTIONS',
    datasetGroup: 'shop',
    schemaArn,
    schema: '{}',
    ingestionMode: 'ALL',
    path,
    createdAt: '2026-03-14T09:00:00.000Z',
    endedAt: '2026-03-14T09:10:00.000Z',
  });
});

it('the facts of an export have the domain of its schema and the key of its output', async () => {
  const client = describing({ schema: { schema: '{}', domain: 'ECOMMERCE' } });
  expect(await factsOf(client, { kmsKeyArn })).toMatchObject({ domain: 'ECOMMERCE', kmsKeyArn });
});

it.each<[string, Answers, string]>([
  ['the job', { datasetExportJob: undefined }, datasetExportJobArn],
  [
    'the time at which the job was created',
    { datasetExportJob: { ...job, creationDateTime: undefined } },
    datasetExportJobArn,
  ],
  [
    'the time at which the job ended',
    { datasetExportJob: { ...job, lastUpdatedDateTime: undefined } },
    datasetExportJobArn,
  ],
  ['the dataset', { dataset: undefined }, datasetExportJobArn],
  ["the dataset's schema", { dataset: {} }, datasetExportJobArn],
  ['the schema', { schema: undefined }, schemaArn],
  ["the schema's text", { schema: {} }, schemaArn],
])('an answer of Personalize without %s is an error that names the resource', async (_, answers, arn) => {
  await expect(factsOf(describing(answers))).rejects.toMatchObject({
    name: 'UnexpectedAnswerError',
    message: expect.stringContaining(arn),
  });
});
