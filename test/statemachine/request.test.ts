import {
  DescribeDatasetCommand,
  DescribeDatasetImportJobCommand,
  ListDatasetsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { describe, expect, it } from 'vitest';
import { datasetArn, datasetGroupArn, datasetImportJobArn, personalizeArn, sdkError } from '../unit/builders.ts';
import { type Account, account, created, exported, polled } from './machine.ts';

const rejected = ['PlanExports', 'NotifyRejected', 'NotExported'];
const nothing = ['PlanExports', 'ImportPhase', 'NotifyNothingToExport', 'IsAnythingToExport', 'NothingExported'];

async function expectRejected(aws: Account, input: unknown, fields: string[]) {
  const { path, description, errors, notifications } = await aws.execute(input);
  expect(path).toEqual(rejected);
  expect(errors).toEqual(['InvalidRequestError']);
  expect(notifications).toMatchObject([
    { subject: 'Personalize export REJECTED (prod, eu-west-1, 123456789012)', document: { outcome: 'REJECTED' } },
  ]);
  expect(description).toMatchObject({ status: 'FAILED', error: 'REJECTED' });
  for (const field of fields) {
    expect(notifications[0]?.document.reason).toContain(`${field}: `);
    expect(notifications[0]?.text).toContain(`${field}: `);
    expect(description.cause).toContain(`${field}: `);
  }
}

describe.concurrent('an execution with a wrong request', () => {
  it.each([
    ['null', ['request']],
    ['[]', ['request']],
    ['"x"', ['request']],
    ['5', ['request']],
    ['true', ['request']],
    ['false', ['request']],
    ['0', ['request']],
    ['""', ['request']],
    ['{}', ['request']],
    [`{"datasetArn": "${datasetArn}", "datasetGroupArn": "${datasetGroupArn}"}`, ['request']],
    [`{"datasetArn": "${datasetArn}", "jobname": "x", "__proto__": 1}`, ['jobname', '__proto__']],
    ['{"datasetArn": 1, "jobName": "!", "ingestionMode": "NONE"}', ['datasetArn', 'jobName', 'ingestionMode']],
    ['{"datasetArn": "arn:aws:personalize:us-east-1:000000000000:dataset/shop/ITEMS"}', ['datasetArn']],
    [
      `{"datasetArn": "${datasetArn}", "jobOutput": {"s3DataDestination": {"path": "s3://exports-bucket/requests/x"}}}`,
      ['jobOutput.s3DataDestination.path'],
    ],
  ])('the request %s is rejected, and the reason names its wrong fields', async (input, fields) => {
    await expectRejected(account(), JSON.parse(input), fields);
  });

  it('a reason contains no half of a character where a value was cut', async () => {
    const request = { datasetArn: `${'a'.repeat(118)}${'😀'.repeat(3_000)}` };
    const { description, notifications } = await account().execute(request);
    const { document, text } = notifications[0] ?? {};
    expect([description.cause, document?.reason, text].map((one) => one?.isWellFormed())).toEqual([true, true, true]);
  });

  it("an execution that a trigger has rejected reports the trigger's message", async () => {
    const origin = { trigger: 'request file', key: 'requests/a.json' };
    await expectRejected(account(), { rejection: 's3://b/requests/a.json: is empty.', origin }, [
      's3://b/requests/a.json',
    ]);
  });

  it('an execution with every field wrong is rejected, and the reason names each field', async () => {
    const fields = [
      ...['datasetArn', 'datasetGroupArn', 'datasetImportJobArn', 'jobName', 'roleArn', 'jobOutput'],
      ...['ingestionMode', 'tags', 'deadlineMinutes', 'onlyDatasetGroups', 'origin', 'unknown'],
    ];
    await expectRejected(account(), Object.fromEntries(fields.map((field) => [field, true])), fields);
  });
});

describe.concurrent('an execution for a dataset', () => {
  it('an execution for a dataset that does not exist is rejected', async () => {
    const aws = account();
    aws.personalize
      .on(DescribeDatasetCommand)
      .rejects(new ResourceNotFoundException({ message: `${datasetArn} does not exist.`, $metadata: {} }));
    const { path, description, notifications } = await aws.execute({ datasetArn });
    expect(path).toEqual(rejected);
    expect(notifications).toMatchObject([{ document: { outcome: 'REJECTED' } }]);
    expect(description.cause).toContain(`${datasetArn} does not exist.`);
  });

  it('an execution for a dataset of a type that cannot be exported is rejected', async () => {
    const aws = account();
    const dataset = { datasetArn: personalizeArn('dataset/shop/ACTIONS'), datasetType: 'Actions', datasetGroupArn };
    aws.personalize.on(DescribeDatasetCommand).resolves({ dataset });
    await expectRejected(aws, { datasetArn: dataset.datasetArn }, ['datasetArn']);
  });

  it('an execution for a dataset that cannot be described is rejected', async () => {
    const aws = account();
    aws.personalize.on(DescribeDatasetCommand).rejects(sdkError('AccessDeniedException', { status: 400 }));
    const { path, notifications } = await aws.execute({ datasetArn });
    expect(path).toEqual(rejected);
    expect(notifications).toMatchObject([
      { document: { outcome: 'REJECTED', reason: 'AccessDeniedException: said by the service' } },
    ]);
  });

  it('an execution is rejected after 9 attempts to describe its dataset', async () => {
    const aws = account();
    aws.personalize.on(DescribeDatasetCommand).rejects(sdkError('InternalServerException', { status: 500 }));
    const { path, errors, notifications } = await aws.execute({ datasetArn });
    expect(path).toEqual(rejected);
    expect(errors).toEqual(Array(9).fill('TransientError'));
    expect(notifications).toMatchObject([{ document: { outcome: 'REJECTED', remedy: expect.any(String) } }]);
  });
});

const unexportable = ['Actions', 'Action_Interactions'].map((datasetType) => ({
  datasetArn: personalizeArn(`dataset/shop/${datasetType}`),
  datasetType,
}));

/** An account whose dataset was imported and can't be exported. */
function accountOfActions() {
  const aws = account();
  const dataset = { datasetArn, datasetType: 'ACTIONS', datasetGroupArn };
  aws.personalize.on(DescribeDatasetCommand).resolves({ dataset });
  aws.personalize
    .on(DescribeDatasetImportJobCommand)
    .resolves({ datasetImportJob: { datasetArn, status: 'CREATE PENDING' } });
  return aws;
}

describe.concurrent('a request that covers nothing to export', () => {
  it('a group without datasets ends in one notification', async () => {
    const aws = account();
    aws.personalize.on(ListDatasetsCommand).resolves({ datasets: [] });
    const { path, description, notifications } = await aws.execute({ datasetGroupArn });
    const reason = `datasetGroupArn: ${datasetGroupArn} has no datasets.`;
    expect(path).toEqual(nothing);
    expect(notifications).toMatchObject([
      { document: { outcome: 'NOTHING TO EXPORT', datasetGroup: 'shop', reason, remedy: expect.any(String) } },
    ]);
    expect(description.status).toBe('SUCCEEDED');
    expect(JSON.parse(description.output ?? '')).toEqual({
      outcomes: [{ outcome: 'NOTHING TO EXPORT', succeeded: true, reason, remedy: expect.any(String) }],
      skipped: [{ datasetGroupArn, reason: `${datasetGroupArn} has no datasets.` }],
    });
  });

  it('a group with only datasets that cannot be exported ends in one notification that names each', async () => {
    const aws = account();
    aws.personalize.on(ListDatasetsCommand).resolves({ datasets: unexportable });
    const { path, notifications } = await aws.execute({ datasetGroupArn });
    expect(path).toEqual(nothing);
    expect(notifications).toMatchObject([{ document: { outcome: 'NOTHING TO EXPORT' } }]);
    for (const dataset of unexportable) expect(notifications[0]?.document.reason).toContain(dataset.datasetArn);
  });

  it('a requested import into a dataset that cannot be exported ends in one notification', async () => {
    const { path, notifications } = await accountOfActions().execute({ datasetImportJobArn });
    expect(path).toEqual(nothing);
    expect(notifications).toMatchObject([{ document: { outcome: 'NOTHING TO EXPORT', datasetImportJobArn } }]);
  });

  it('a request of a batch that covers nothing ends in a notification, and the others are exported', async () => {
    const aws = account();
    aws.personalize.on(ListDatasetsCommand).resolves({ datasets: [] });
    const { path, notifications, description } = await aws.execute({ exports: [{ datasetArn }, { datasetGroupArn }] });
    expect(path).toEqual([...nothing.slice(0, -1), 'ExportDatasets', ...created, ...polled, ...exported]);
    expect(notifications).toMatchObject([
      { document: { outcome: 'NOTHING TO EXPORT', reason: expect.stringContaining('exports[1].datasetGroupArn: ') } },
      { document: { outcome: 'ACTIVE' } },
    ]);
    expect(JSON.parse(description.output ?? '')).toMatchObject({ outcomes: [{}], skipped: [{ datasetGroupArn }] });
  });
});

describe.concurrent("an execution that an import's event started", () => {
  const silently = ['PlanExports', 'ImportPhase', 'NothingToExport'];

  it.each([
    ['of a type that cannot be exported', accountOfActions(), {}],
    ['of another group than those that were chosen', account(), { onlyDatasetGroups: ['news'] }],
  ])(
    "an execution that an import's event started ends without a notification for a dataset %s",
    async (_, aws, more) => {
      aws.personalize
        .on(DescribeDatasetImportJobCommand)
        .resolves({ datasetImportJob: { datasetArn, status: 'CREATE PENDING' } });
      const request = { datasetImportJobArn, quietIfNothing: true, ...more };
      const { path, notifications, description } = await aws.execute(request);
      expect({ path, notifications, status: description.status }).toEqual({
        path: silently,
        notifications: [],
        status: 'SUCCEEDED',
      });
      expect(JSON.parse(description.output ?? '')).toMatchObject({ skipped: [{ datasetArn }] });
    },
  );
});
