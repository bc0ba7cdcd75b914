import {
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  ListDatasetsCommand,
  PersonalizeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { beforeEach, expect, it } from 'vitest';
import { MAX_EXPORTS } from '../../../src/lambda/limits.ts';
import { mocked } from '../../mocked.ts';
import { datasetArn, datasetGroupArn, datasetImportJobArn, defaults, personalizeArn } from '../builders.ts';
import { plan as planRequest } from './planning.ts';

const personalize = mocked(PersonalizeClient);
const items = personalizeArn('dataset/shop/ITEMS');

const datasetOf = (arn: string) => ({ datasetArn: arn, datasetType: arn.split('/').pop(), datasetGroupArn });
const plan = (exports: unknown, more: object = {}) => planRequest({ exports, ...more });

beforeEach(() => {
  personalize.on(DescribeDatasetCommand).callsFake(({ datasetArn: arn }) => ({ dataset: datasetOf(arn) }));
  personalize.on(DescribeDatasetGroupCommand).resolves({});
  personalize.on(ListDatasetsCommand).resolves({ datasets: [datasetOf(datasetArn), datasetOf(items)] });
});

it('is planned request by request, in one list', async () => {
  const { exports, import: imported } = await plan([{ datasetArn, ingestionMode: 'BULK' }, { datasetArn: items }]);
  expect(imported).toEqual({ phase: 'none' });
  expect(exports).toMatchObject([
    { datasetArn, ingestionMode: 'BULK', exportsInExecution: 2 },
    { datasetArn: items, ingestionMode: 'ALL', exportsInExecution: 2 },
  ]);
});

it('exports once what is asked for twice, by its own ARN or by its group', async () => {
  const { exports } = await plan([{ datasetArn }, { datasetGroupArn }, { datasetArn }, { datasetArn: items }]);
  expect(exports.map((planned) => planned.datasetArn)).toEqual([datasetArn, items]);
});

it('exports a dataset twice where the modes differ, under two names', async () => {
  const { exports } = await plan([
    { datasetArn, ingestionMode: 'PUT' },
    { datasetArn, ingestionMode: 'BULK' },
  ]);
  expect(new Set(exports.map(({ jobName }) => jobName)).size).toBe(2);
});

it('knows an export that spells out the default as the same, and one into another folder as another', async () => {
  const jobOutput = { s3DataDestination: { path: 's3://mine/folder' } };
  const spelled = await plan([{ datasetArn }, { datasetArn, ingestionMode: 'ALL', roleArn: defaults.roleArn }]);
  expect(spelled.exports).toHaveLength(1);
  const apart = await plan([
    { datasetArn, jobOutput },
    { datasetGroupArn, jobOutput },
  ]);
  expect(apart.exports.map((planned) => planned.jobOutput.s3DataDestination.path)).toEqual([
    's3://mine/folder/',
    's3://mine/folder/INTERACTIONS/',
    's3://mine/folder/ITEMS/',
  ]);
});

it('refuses one jobName for two exports', async () => {
  const both = [
    { datasetArn, jobName: 'mine' },
    { datasetArn: items, jobName: 'mine' },
  ];
  await expect(plan(both)).rejects.toThrow(/^jobName: mine is given to two different exports/);
});

it('carries its origin to each', async () => {
  const origin = { way: 'schedule', schedule: 'nightly' };
  const { exports } = await plan([{ datasetArn }, { datasetArn: items }], { origin });
  expect(exports).toMatchObject([{ origin }, { origin }]);
});

it.each([
  [[], 'exports: is empty; at least one member is needed.'],
  ['all', 'exports: "all" is of the wrong type; an array is expected.'],
  [[{ datasetArn, colour: 'red' }], 'exports[0].colour: is not a known field'],
  [
    [{ datasetArn }, {}],
    'exports[1]: give exactly one of datasetArn, datasetGroupArn, datasetImportJobArn; none was given.',
  ],
  [[{ exports: [] }], 'exports[0].exports: is not a known field'],
  [
    [{ datasetArn }, { datasetImportJobArn }],
    'exports[1].datasetImportJobArn: an import is waited for by an execution of its own',
  ],
  [
    Array(MAX_EXPORTS + 1).fill({ datasetArn }),
    `exports: has ${MAX_EXPORTS + 1} members; at most ${MAX_EXPORTS} are allowed.`,
  ],
])('of %j is refused, and says why', async (exports, message) => {
  await expect(plan(exports)).rejects.toThrow(message);
});

it('is refused as a whole, with every fault, where the service knows a subject not', async () => {
  const gone = new ResourceNotFoundException({ message: 'no such dataset', $metadata: {} });
  personalize.on(DescribeDatasetCommand, { datasetArn: items }).rejects(gone);
  const error = plan([{ datasetArn: items }, { datasetArn }, { datasetArn: personalizeArn('dataset/shop/ACTIONS') }]);
  await expect(error).rejects.toThrow(/^exports\[0\]\.datasetArn: no such dataset exports\[2\]\.datasetArn: .*ACTIONS/);
});

it('is refused where its groups have too many datasets', async () => {
  const many = Array.from({ length: MAX_EXPORTS + 1 }, (_, n) => datasetOf(personalizeArn(`dataset/shop${n}/ITEMS`)));
  personalize.on(ListDatasetsCommand).resolves({ datasets: many });
  await expect(plan([{ datasetGroupArn }])).rejects.toThrow(/at most 100\. Split the batch\.$/);
});

it("is refused where its plan is larger than an execution's state", async () => {
  const tags = Array.from({ length: 50 }, (_, n) => ({ tagKey: `key-${n}`, tagValue: 'x'.repeat(250) }));
  const many = Array.from({ length: 20 }, (_, n) => ({ datasetArn: personalizeArn(`dataset/shop${n}/ITEMS`), tags }));
  await expect(plan(many)).rejects.toThrow(/^exports: planned, they have \d+ bytes.*at most 200000/);
});
