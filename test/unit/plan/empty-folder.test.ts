import { DescribeDatasetCommand, ListDatasetsCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { mocked } from '../../mocked.ts';
import { datasetArn, datasetGroupArn, described, personalizeArn, sdkError, summary } from '../builders.ts';
import { plan } from './planning.ts';

const personalize = mocked(PersonalizeClient);
const s3 = mocked(S3Client);

const at = (path: string) => ({ jobOutput: { s3DataDestination: { path } } });
const own = at('s3://exports-bucket/exports/mine/');

beforeEach(() => {
  personalize.on(DescribeDatasetCommand).resolves({ dataset: described('ITEMS') });
  personalize.on(ListDatasetsCommand).resolves({ datasets: [summary('ITEMS'), summary('USERS')] });
  s3.on(ListObjectsV2Command).resolves({});
});

describe('the folder that a request gives', () => {
  it('a requested folder that is empty is accepted, after one key was listed', async () => {
    const { exports } = await plan({ datasetArn, ...own });
    expect(exports).toMatchObject([own]);
    expect(s3).toHaveReceivedCommandExactlyOnceWith(ListObjectsV2Command, {
      Bucket: 'exports-bucket',
      Prefix: 'exports/mine/',
      MaxKeys: 1,
    });
  });

  it('a requested folder that holds an object is refused', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'exports/mine/part-0.csv' }] });
    await expect(plan({ datasetArn, ...own })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringMatching(/^jobOutput\.s3DataDestination\.path: s3:.*\/mine\/ is not empty\./),
    });
  });

  it('a requested folder is checked for each dataset of a group', async () => {
    s3.on(ListObjectsV2Command, { Prefix: 'exports/mine/USERS/' }).resolves({ Contents: [{}] });
    await expect(plan({ datasetGroupArn, ...own })).rejects.toThrow('mine/USERS/ is not empty');
  });

  it('a requested folder is checked with its placeholders filled in', async () => {
    const { exports } = await plan({
      datasetArn,
      jobName: 'run',
      ...at('s3://exports-bucket/exports/{date}/{jobName}'),
    });
    expect(s3.commandCalls(ListObjectsV2Command)[0]?.args[0].input.Prefix).toBe('exports/2026-03-14/run/');
    expect(exports).toMatchObject([
      {
        ...at('s3://exports-bucket/exports/2026-03-14/run/'),
        pathTemplate: 's3://exports-bucket/exports/{date}/{jobName}/',
      },
    ]);
  });

  it.each([
    ['is the default', {}],
    ['is in another bucket', at('s3://other/mine/')],
  ])('a requested folder is not listed if it %s', async (_, request) => {
    await plan({ datasetArn, ...request });
    expect(s3).not.toHaveReceivedAnyCommand();
  });

  it('a requested folder is named by the place of its request in a batch', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [{}] });
    await expect(plan({ exports: [{ datasetArn }, { datasetArn, ...own }] })).rejects.toThrow(
      /^exports\[1\]\.jobOutput/,
    );
  });

  it('a requested folder that cannot be listed is reported with the error of S3', async () => {
    const denied = sdkError('AccessDenied', { status: 403 });
    s3.on(ListObjectsV2Command).rejects(denied);
    await expect(plan({ datasetArn, ...own })).rejects.toBe(denied);
  });
});

describe('two exports of a batch', () => {
  const items = { datasetArn: personalizeArn('dataset/shop/ITEMS') };
  const news = { datasetArn: personalizeArn('dataset/news/ITEMS') };
  beforeEach(() => {
    personalize.on(DescribeDatasetCommand).callsFake(({ datasetArn: arn }) => ({
      dataset: { datasetArn: arn, datasetType: 'ITEMS', datasetGroupArn },
    }));
  });

  it.each([
    ['one folder', 's3://exports-bucket/exports/mine/'],
    ['a folder and one in it', 's3://exports-bucket/exports/mine/deeper/'],
  ])("two exports of a batch are refused %s in the deployment's bucket", async (_, other) => {
    const exports = [
      { ...items, ...at(other) },
      { ...news, ...own },
    ];
    await expect(plan({ exports })).rejects.toThrow(/mine\/ would get the files of two exports/);
  });

  it.each([
    ['folders that differ', 's3://exports-bucket/exports/mine-2/', own],
    ['a folder in another bucket', 's3://other/mine/', at('s3://other/mine/')],
    [
      'a template that differs for each job',
      's3://exports-bucket/exports/{jobName}/',
      at('s3://exports-bucket/exports/{jobName}/'),
    ],
  ])('two exports of a batch are allowed %s', async (_, path, other) => {
    const { exports } = await plan({
      exports: [
        { ...items, ...at(path) },
        { ...news, ...other },
      ],
    });
    expect(exports).toHaveLength(2);
  });
});
