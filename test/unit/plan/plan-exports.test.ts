import { DescribeDatasetCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { planExports } from '../../../src/plan/plan-exports.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetGroupArn,
  deadline,
  defaults,
  described,
  everyField,
  kmsKeyArn,
  later,
  now,
  roleArn,
  summary,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';
import { plan, planned } from './planning.ts';

const personalize = mocked(PersonalizeClient);
const s3 = mocked(S3Client);
beforeEach(() => void s3.on(ListObjectsV2Command).resolves({}));
stopClock();

describe('the plan for a dataset', () => {
  beforeEach(() => {
    personalize.on(DescribeDatasetCommand, { datasetArn }).resolves({ dataset: described('INTERACTIONS') });
  });

  it("the plan for a dataset takes the deployment's defaults for fields that the request leaves out", async () => {
    expect(await plan({ datasetArn })).toEqual({
      import: { phase: 'none' },
      exports: [
        {
          datasetArn,
          datasetType: 'INTERACTIONS',
          datasetGroup: 'shop',
          jobName: expect.stringMatching(/^interactions-run-1-[0-9a-f]{16}$/),
          roleArn,
          jobOutput: {
            s3DataDestination: {
              path: expect.stringMatching(
                /^s3:\/\/exports-bucket\/exports\/shop\/INTERACTIONS\/dt=2026-03-14\/interactions-run-1-[0-9a-f]{16}\/$/,
              ),
              kmsKeyArn,
            },
          },
          ingestionMode: 'ALL',
          tags: [{ tagKey: 'team', tagValue: 'search' }],
          deadline,
          given: [],
          verify: true,
        },
      ],
      skipped: [],
      startedAt: now,
    });
  });

  it('the plan for a dataset has every field that the request gives', async () => {
    const { deadlineMinutes, onlyDatasetGroups, quietIfNothing, ...carriedOver } = everyField;
    expect(await planned({ datasetArn, ...everyField })).toEqual({
      datasetArn,
      datasetType: 'INTERACTIONS',
      datasetGroup: 'shop',
      ...carriedOver,
      deadline: later(deadlineMinutes * 60),
      given: ['jobName', 'roleArn', 'jobOutput', 'ingestionMode', 'tags', 'deadlineMinutes'],
      verify: false,
    });
  });

  it.each([
    ['verifies an export below the prefix of the deployment', 's3://exports-bucket/exports/mine/', true, true],
    ['verifies no export in another bucket', 's3://exports-bucket-2/exports/', true, false],
    ['verifies no export if the deployment does not', 's3://exports-bucket/exports/mine/', false, false],
  ])('the plan %s', async (_, path, verifyExports, verify) => {
    const request = { datasetArn, jobOutput: { s3DataDestination: { path } } };
    expect(await planned(request, { verifyExports })).toMatchObject({ verify });
  });

  it.each([
    [1, later(60)],
    [2880, '2026-03-16T09:00:00.000Z'],
  ])(
    'the plan for a dataset has its deadline %s minutes after the start of the execution',
    async (deadlineMinutes, expected) => {
      expect(await planned({ datasetArn, deadlineMinutes })).toMatchObject({ deadline: expected });
    },
  );

  it.each(['s3://mine/folder', 's3://mine/folder/'])(
    "the plan for a dataset uses the request's folder %s, without the deployment's key",
    async (path) => {
      const request = { datasetArn, jobOutput: { s3DataDestination: { path } } };
      expect(await planned(request)).toMatchObject({ jobOutput: { s3DataDestination: { path: 's3://mine/folder/' } } });
      expect((await planned(request))?.jobOutput.s3DataDestination).not.toHaveProperty('kmsKeyArn');
    },
  );

  it('the plan for a dataset names no key if the deployment has none', async () => {
    const job = await planned({ datasetArn }, { kmsKeyArn: undefined });
    expect(job?.jobOutput.s3DataDestination).not.toHaveProperty('kmsKeyArn');
  });

  it('the job name differs between executions and deployments, and is the same if the export is planned again', async () => {
    const nameIn = async (executionName: string, machine = defaults.stateMachineArn) => {
      const event = { request: { datasetArn }, executionName, startedAt: now };
      const { exports } = await planExports(event, { ...defaults, stateMachineArn: machine });
      return exports[0]?.jobName;
    };
    const names = [await nameIn('run-1'), await nameIn('run-2'), await nameIn('run-1', `${defaults.stateMachineArn}2`)];
    expect(new Set(names).size).toBe(3);
    expect(await nameIn('run-1')).toBe(names[0]);
  });

  it('the job name is valid for the API even if the execution name is not ASCII', async () => {
    const event = { request: { datasetArn }, executionName: 'Größe: '.repeat(11), startedAt: now };
    const { exports } = await planExports(event, defaults);
    expect(exports[0]?.jobName).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/);
  });

  it.each([
    ['not below the prefix in the bucket', 's3://exports-bucket/requests/x/', 'is not a folder below'],
    ['too long as a folder', `s3://mine/${'k'.repeat(246)}`, 'has 257 characters; at most 256 are allowed'],
  ])('a plan is refused if its path is %s', async (_, path, said) => {
    await expect(plan({ datasetArn, jobOutput: { s3DataDestination: { path } } })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringMatching(new RegExp(`^jobOutput\\.s3DataDestination\\.path: .*${said}`)),
    });
  });

  it("a plan is refused if the deployment's prefix makes the default path too long", async () => {
    await expect(plan({ datasetArn }, { keyPrefix: 'k'.repeat(250) })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringContaining('exportKeyPrefix'),
    });
  });
});

it.each(['Interactions', 'INTERACTIONS', 'Items', 'USERS'])(
  "planExports accepts the dataset type %s in the service's spelling",
  async (type) => {
    personalize.on(DescribeDatasetCommand).resolves({ dataset: described(type) });
    expect(await planned({ datasetArn })).toMatchObject({ datasetType: type.toUpperCase() });
  },
);

it.each(['Actions', 'ACTION_INTERACTIONS', 'Action_Interactions'])(
  'planExports refuses the dataset type %s by name',
  async (type) => {
    personalize.on(DescribeDatasetCommand).resolves({ dataset: described(type) });
    await expect(plan({ datasetArn })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: `datasetArn: ${summary(type).datasetArn} has the type ${type.toUpperCase()}, which Personalize can't export. It exports INTERACTIONS, ITEMS, USERS.`,
    });
  },
);

describe('a wrong request', () => {
  it.each([
    ['shop', 'request'],
    [{ datasetArn, jobname: 'x' }, 'jobname'],
    [{ datasetArn, datasetGroupArn }, 'datasetGroupArn'],
  ])('the wrong request %j is refused before Personalize is called', async (request, field) => {
    await expect(plan(request)).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringContaining(field),
    });
    expect(personalize).not.toHaveReceivedAnyCommand();
  });

  it('a request is refused if it gives a tagKey twice', async () => {
    const tags = ['team', 'stage', 'team'].map((tagKey, n) => ({ tagKey, tagValue: `${n}` }));
    await expect(plan({ datasetArn, tags })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: 'tags: the tagKey team is given more than once. Give each tagKey once.',
    });
  });

  it('tag keys may differ only in case', async () => {
    personalize.on(DescribeDatasetCommand).resolves({ dataset: described('ITEMS') });
    const tags = ['team', 'Team'].map((tagKey) => ({ tagKey, tagValue: '' }));
    expect(await planned({ datasetArn, tags })).toMatchObject({ tags });
  });
});

describe('a rejection', () => {
  const rejection = 's3://exports-bucket/requests/a.json: is empty.';

  it.each([
    ['by a trigger', { rejection, origin: { trigger: 'request file' } }],
    ['beside a request, which is not exported', { rejection, datasetArn }],
    ['beside a batch, which is not exported', { rejection, exports: [{ datasetArn }] }],
    ['beside unknown fields', { rejection, colour: 'red' }],
  ])('the message of a rejection is used unchanged: %s', async (_, request) => {
    await expect(plan(request)).rejects.toMatchObject({ name: 'InvalidRequestError', message: rejection });
    expect(personalize).not.toHaveReceivedAnyCommand();
  });

  it.each([
    [{ rejection: 5 }, 'rejection: 5 is of the wrong type; a string is expected.'],
    [{ rejection: '' }, 'rejection: is too short; at least 1 character is expected.'],
    [{ rejection: 'x'.repeat(2001) }, 'rejection: has 2001 characters; at most 2000 are allowed.'],
  ])('a rejection that is not a proper text is named: %j', async (request, message) => {
    await expect(plan(request)).rejects.toMatchObject({ name: 'InvalidRequestError', message });
  });
});

it('planExports decides nothing by the origin', async () => {
  personalize.on(DescribeDatasetCommand).resolves({ dataset: described('ITEMS') });
  const origin = { trigger: 'solution', way: 'solution', fault: 'x', rejection: 'x', onlyDatasetGroups: 'news' };
  const { origin: kept, ...withOrigin } = (await planned({ datasetArn, origin })) ?? {};
  expect(kept).toEqual(origin);
  expect(withOrigin).toEqual(await planned({ datasetArn }));
});
