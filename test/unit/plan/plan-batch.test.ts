import {
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  ListDatasetsCommand,
  PersonalizeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-personalize';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_EXPORTS } from '../../../src/lambda/limits.ts';
import { mocked } from '../../mocked.ts';
import { datasetArn, datasetGroupArn, datasetImportJobArn, defaults, personalizeArn, sdkError } from '../builders.ts';
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

it('a batch is planned request by request, in one list', async () => {
  const { exports, import: imported } = await plan([{ datasetArn, ingestionMode: 'BULK' }, { datasetArn: items }]);
  expect(imported).toEqual({ phase: 'none' });
  expect(exports).toMatchObject([
    { datasetArn, ingestionMode: 'BULK', exportsInExecution: 2 },
    { datasetArn: items, ingestionMode: 'ALL', exportsInExecution: 2 },
  ]);
});

it('a batch says which of its requests cover nothing that can be exported', async () => {
  const emptyGroup = personalizeArn('dataset-group/empty');
  personalize.on(ListDatasetsCommand, { datasetGroupArn: emptyGroup }).resolves({ datasets: [] });
  const { exports, nothingToExport } = await plan([{ datasetArn }, { datasetGroupArn: emptyGroup }]);
  expect(exports).toHaveLength(1);
  expect(nothingToExport?.reason).toMatch(/^exports\[1\]\./);
  expect(nothingToExport).not.toHaveProperty('datasetGroup');
});

it('a batch of requests that can all be exported has nothing to say about that', async () => {
  expect(await plan([{ datasetArn }, { datasetArn: items }])).not.toHaveProperty('nothingToExport');
});

it('a batch exports a dataset once if it names it twice, by its own ARN and by its group', async () => {
  const { exports } = await plan([{ datasetArn }, { datasetGroupArn }, { datasetArn }, { datasetArn: items }]);
  expect(exports.map((planned) => planned.datasetArn)).toEqual([datasetArn, items]);
});

it('a batch exports a dataset twice, under two names, if the ingestion modes differ', async () => {
  const { exports } = await plan([
    { datasetArn, ingestionMode: 'PUT' },
    { datasetArn, ingestionMode: 'BULK' },
  ]);
  expect(new Set(exports.map(({ jobName }) => jobName)).size).toBe(2);
});

it('a batch treats a request that spells out the defaults as a duplicate of one that leaves them out', async () => {
  const spelled = await plan([{ datasetArn }, { datasetArn, ingestionMode: 'ALL', roleArn: defaults.roleArn }]);
  expect(spelled.exports).toHaveLength(1);
});

it('a batch exports a dataset twice if the folders differ', async () => {
  const jobOutput = { s3DataDestination: { path: 's3://mine/folder' } };
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

it('a batch may not give one jobName to two different exports', async () => {
  const both = [
    { datasetArn, jobName: 'mine' },
    { datasetArn: items, jobName: 'mine' },
  ];
  await expect(plan(both)).rejects.toThrow(/^jobName: mine is given for two different exports/);
});

it('every export of a batch has the origin of the batch', async () => {
  const origin = { trigger: 'schedule', schedule: 'nightly' };
  const { exports } = await plan([{ datasetArn }, { datasetArn: items }], { origin });
  expect(exports).toMatchObject([{ origin }, { origin }]);
});

it.each<[string, unknown]>([
  ['exports: has too few items; at least 1 item is expected.', []],
  ['exports: "all" is of the wrong type; an array is expected.', 'all'],
  [
    `exports: has ${MAX_EXPORTS + 1} items; at most ${MAX_EXPORTS} are allowed.`,
    Array(MAX_EXPORTS + 1).fill({ datasetArn }),
  ],
  ['exports[0].colour: is not a known field', [{ datasetArn, colour: 'red' }]],
  ['exports[0].exports: is not a known field', [{ exports: [] }]],
  ['exports[0].origin: is not a known field', [{ datasetArn, origin: {} }]],
  ['exports[0].onlyDatasetGroups: is not a known field', [{ datasetArn, onlyDatasetGroups: ['shop'] }]],
  ['exports[0].datasetArn: "x" is not a dataset ARN, such as arn:', [{ datasetArn: 'x' }]],
  [
    'exports[1].datasetArn: has the region "us-east-1", but this deployment needs the region "eu-west-1".',
    [{ datasetArn }, { datasetArn: datasetArn.replace('eu-west-1', 'us-east-1') }],
  ],
  ['exports[1]: give exactly one of datasetArn, datasetGroupArn, datasetImportJobArn; none', [{ datasetArn }, {}]],
  [
    "exports[1].datasetImportJobArn: a batch can't wait for an import. Send this request on its own",
    [{ datasetArn }, { datasetImportJobArn }],
  ],
])('a wrong batch is refused with the message: %s', async (message, exports) => {
  await expect(plan(exports)).rejects.toThrow(message);
});

it('a batch is refused as a whole, with every fault, if Personalize does not know a subject', async () => {
  const gone = new ResourceNotFoundException({ message: 'no such dataset', $metadata: {} });
  personalize.on(DescribeDatasetCommand, { datasetArn: items }).rejects(gone);
  const error = plan([{ datasetArn: items }, { datasetArn }, { datasetArn: personalizeArn('dataset/shop/ACTIONS') }]);
  await expect(error).rejects.toThrow(
    /^exports\[0\]\.datasetArn: no such dataset\nexports\[2\]\.datasetArn: .*ACTIONS/,
  );
});

it('a batch is refused if its groups have too many datasets', async () => {
  const many = Array.from({ length: MAX_EXPORTS + 1 }, (_, n) => datasetOf(personalizeArn(`dataset/shop${n}/ITEMS`)));
  personalize.on(ListDatasetsCommand).resolves({ datasets: many });
  await expect(plan([{ datasetGroupArn }])).rejects.toThrow(
    /at most 100 are allowed in one execution\. Split the batch\.$/,
  );
});

it('planning a batch throws an error of the service unchanged, so that it can be retried', async () => {
  const throttled = sdkError('ThrottlingException', { status: 400 });
  personalize.on(DescribeDatasetCommand, { datasetArn: items }).rejects(throttled);
  await expect(plan([{ datasetArn }, { datasetArn: items }])).rejects.toBe(throttled);
});

describe('the size of a plan', () => {
  const planOfSize = (datasets: number, tagCharacter: string) => {
    const tags = Array.from({ length: 50 }, (_, n) => ({ tagKey: `key-${n}`, tagValue: tagCharacter.repeat(250) }));
    // The tags of the deployment: a request that gave them would be too large itself.
    const exports = Array.from({ length: datasets }, (_, n) => ({
      datasetArn: personalizeArn(`dataset/shop${n}/ITEMS`),
    }));
    return planRequest({ exports }, { tags });
  };

  it('a plan that is too large for the state of an execution is refused', async () => {
    await expect(planOfSize(20, 'x')).rejects.toThrow(
      /^exports: the planned exports have \d+ bytes; at most 200000 are allowed/,
    );
  });

  it('the size of a plan is measured in bytes, not in characters', async () => {
    await expect(planOfSize(8, 'x')).resolves.toBeDefined();
    await expect(planOfSize(8, '語')).rejects.toThrow(/ bytes; at most 200000/);
  });
});
