import { DescribeDatasetCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import { beforeEach, describe, expect, it } from 'vitest';
import { planExports } from '../../../src/plan/plan-exports.ts';
import { mocked } from '../../mocked.ts';
import {
  datasetArn,
  datasetGroupArn,
  deadline,
  defaults,
  described,
  kmsKeyArn,
  later,
  now,
  roleArn,
  summary,
} from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';
import { plan, planned } from './planning.ts';

const personalize = mocked(PersonalizeClient);
stopClock();

describe('a dataset', () => {
  beforeEach(() => {
    personalize.on(DescribeDatasetCommand, { datasetArn }).resolves({ dataset: described('INTERACTIONS') });
  });

  it('is planned with what the deployment says where the request is silent', async () => {
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
        },
      ],
      skipped: [],
      startedAt: now,
    });
  });

  it('is planned with everything that the request says', async () => {
    const request = {
      jobName: 'my-export',
      roleArn: 'arn:aws:iam::123456789012:role/mine',
      jobOutput: { s3DataDestination: { path: 's3://mine/folder', kmsKeyArn: `${kmsKeyArn}0` } },
      ingestionMode: 'PUT' as const,
      tags: [{ tagKey: 'a', tagValue: 'b' }],
      origin: { way: 'schedule', schedule: 'nightly' },
    };
    expect(await planned({ datasetArn, ...request, deadlineMinutes: 5 })).toEqual({
      datasetArn,
      datasetType: 'INTERACTIONS',
      datasetGroup: 'shop',
      ...request,
      jobOutput: { s3DataDestination: { path: 's3://mine/folder/', kmsKeyArn: `${kmsKeyArn}0` } },
      deadline: later(300),
    });
  });

  it.each([
    [1, later(60)],
    [2880, '2026-03-16T09:00:00.000Z'],
  ])('has its deadline %s minutes after the start of the execution', async (deadlineMinutes, expected) => {
    expect(await planned({ datasetArn, deadlineMinutes })).toMatchObject({ deadline: expected });
  });

  it.each(['s3://mine/folder', 's3://mine/folder/'])(
    'goes to the folder of the request %s, without the key of the deployment',
    async (path) => {
      const request = { datasetArn, jobOutput: { s3DataDestination: { path } } };
      expect(await planned(request)).toMatchObject({ jobOutput: { s3DataDestination: { path: 's3://mine/folder/' } } });
      expect((await planned(request))?.jobOutput.s3DataDestination).not.toHaveProperty('kmsKeyArn');
    },
  );

  it('needs no key where the deployment has none', async () => {
    const job = await planned({ datasetArn }, { kmsKeyArn: undefined });
    expect(job?.jobOutput.s3DataDestination).not.toHaveProperty('kmsKeyArn');
  });

  it('has a job name of its own in each execution and each deployment, and the same one in a repeat', async () => {
    const nameIn = async (executionName: string, machine = defaults.stateMachineArn) => {
      const event = { request: { datasetArn }, executionName, startedAt: now };
      const { exports } = await planExports(event, { ...defaults, stateMachineArn: machine });
      return exports[0]?.jobName;
    };
    const names = [await nameIn('run-1'), await nameIn('run-2'), await nameIn('run-1', `${defaults.stateMachineArn}2`)];
    expect(new Set(names).size).toBe(3);
    expect(await nameIn('run-1')).toBe(names[0]);
  });

  it('has a job name that the API takes also in an execution of a person’s own naming', async () => {
    const event = { request: { datasetArn }, executionName: 'Größe: '.repeat(11), startedAt: now };
    const { exports } = await planExports(event, defaults);
    expect(exports[0]?.jobName).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/);
  });

  it.each([
    ['under requests/ of the bucket', 's3://exports-bucket/requests/x/', 'lies under requests/'],
    ['too long as a folder', `s3://mine/${'k'.repeat(246)}`, 'has 257 characters, 256 are allowed'],
  ])('is refused with a path %s', async (_, path, said) => {
    await expect(plan({ datasetArn, jobOutput: { s3DataDestination: { path } } })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringMatching(new RegExp(`^jobOutput\\.s3DataDestination\\.path: .*${said}`)),
    });
  });

  it('is refused with a prefix of the deployment that makes the path too long', async () => {
    await expect(plan({ datasetArn }, { keyPrefix: 'k'.repeat(250) })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringContaining('exportKeyPrefix'),
    });
  });
});

it.each(['Interactions', 'INTERACTIONS', 'Items', 'USERS'])(
  'takes the type %s, written as the service does',
  async (type) => {
    personalize.on(DescribeDatasetCommand).resolves({ dataset: described(type) });
    expect(await planned({ datasetArn })).toMatchObject({ datasetType: type.toUpperCase() });
  },
);

it.each(['Actions', 'ACTION_INTERACTIONS', 'Action_Interactions'])('refuses the type %s by name', async (type) => {
  personalize.on(DescribeDatasetCommand).resolves({ dataset: described(type) });
  await expect(plan({ datasetArn })).rejects.toMatchObject({
    name: 'InvalidRequestError',
    message: `datasetArn: ${summary(type).datasetArn} is of type ${type.toUpperCase()}, which Personalize can't export; only INTERACTIONS, ITEMS, USERS can be.`,
  });
});

describe('a wrong request', () => {
  it.each([
    ['shop', 'request'],
    [{ datasetArn, jobname: 'x' }, 'jobname'],
    [{ datasetArn, datasetGroupArn }, 'datasetGroupArn'],
  ])('%j is refused before anything is asked of the service', async (request, field) => {
    await expect(plan(request)).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringContaining(field),
    });
    expect(personalize).not.toHaveReceivedAnyCommand();
  });

  it('in which a way in found a fault is refused by that fault alone', async () => {
    const request = { origin: { way: 'request file', fault: 's3://exports-bucket/requests/a.json: is empty.' } };
    await expect(plan(request)).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: 's3://exports-bucket/requests/a.json: is empty.',
    });
    expect(personalize).not.toHaveReceivedAnyCommand();
  });

  it('that gives a tagKey twice is refused by that key', async () => {
    const tags = ['team', 'stage', 'team'].map((tagKey, n) => ({ tagKey, tagValue: `${n}` }));
    await expect(plan({ datasetArn, tags })).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: 'tags: the tagKey team is given twice; once is allowed.',
    });
  });

  it('may give keys that differ in case only, as the service has it', async () => {
    personalize.on(DescribeDatasetCommand).resolves({ dataset: described('ITEMS') });
    const tags = ['team', 'Team'].map((tagKey) => ({ tagKey, tagValue: '' }));
    expect(await planned({ datasetArn, tags })).toMatchObject({ tags });
  });
});
