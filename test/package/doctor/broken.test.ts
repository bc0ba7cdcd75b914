import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../cli/doctor/report-schema.ts';
import { exitStatusOf } from '../../../cli/doctor/verdict.ts';
import { type Account, type Answers, accountOf } from './account.ts';
import { refuses, withoutResource } from './broken.ts';
import { BROKEN_DEPLOYMENT } from './broken-deployment.ts';
import { BROKEN_PERSONALIZE } from './broken-personalize.ts';
import { BROKEN_STORAGE } from './broken-storage.ts';
import { BROKEN_TRIGGERS } from './broken-triggers.ts';
import { doctorInAccount, sdkError, troubles } from './examine.ts';

// One thing is broken at a time, in the stack with every option.

const examine = doctorInAccount();
let account: Account;
beforeAll(async () => {
  account = await accountOf('every option');
});

/** `check`, or `check subject`. */
const labelOf = ({ check, subject }: Finding) => (subject ? `${check} ${subject}` : check);

describe('the doctor reports', () => {
  it.each([...BROKEN_DEPLOYMENT, ...BROKEN_TRIGGERS, ...BROKEN_STORAGE, ...BROKEN_PERSONALIZE])(
    'the doctor reports %s, and nothing else',
    async (_, answers, label, state, seen, fix) => {
      const { report } = await examine(account, { answers: answers(account), datasetArn: account.datasetArn });
      const found = troubles(report);
      expect(found).not.toEqual([]);
      for (const finding of found) {
        // Several schedules, topics or groups may be broken in the same way.
        expect(labelOf(finding).startsWith(label)).toBe(true);
        expect(finding).toMatchObject({
          state,
          seen: expect.stringMatching(seen),
          fix: expect.stringMatching(fix),
          why: expect.any(String),
        });
      }
      expect(exitStatusOf(report)).toBe(state === 'fail' ? 1 : 0);
    },
  );

  it('the doctor reports a first deployment that left nothing but the bucket of the deployment', async () => {
    const answers = withoutResource('ExportStateMachine')(account);
    const { report } = await examine(account, { answers });
    expect(report.findings.find(({ subject }) => subject === 'resources')).toMatchObject({
      state: 'fail',
      seen: expect.stringMatching(/no state machine/),
    });
    expect(exitStatusOf(report)).toBe(1);
  });

  it('the doctor reports a stack that does not exist, and does not read its resources', async () => {
    const answers = Object.fromEntries(
      ['DescribeStacks', 'GetTemplate', 'ListStackResources'].map((name) => [
        name,
        () => Promise.reject(sdkError('ValidationError', 'Stack with id x does not exist')),
      ]),
    );
    const { report, calls } = await examine(account, { answers });
    expect(report.findings.filter(({ state }) => state === 'fail')).toMatchObject([
      {
        check: 'stack',
        seen: 'There is no stack personalize-dataset-export-prod in us-east-1.',
        fix: expect.stringMatching(/npm run deploy -- --stage prod --region us-east-1/),
      },
    ]);
    expect(new Set(report.findings.filter(({ state }) => state === 'unknown').map(({ because }) => because))).toEqual(
      new Set(['no stack']),
    );
    expect(calls.map(({ name }) => name)).not.toContain('DescribeRule');
    expect(exitStatusOf(report)).toBe(1);
  });
});

describe('the doctor knows from the template that', () => {
  it.each<[what: string, answers: () => Answers]>([
    ['no trail is needed', () => ({ DescribeTrails: () => ({ trailList: [] }) })],
    ['the bucket needs no events', () => ({ GetBucketNotificationConfiguration: () => ({}) })],
  ])('the doctor knows from the template that %s if the settings switch the triggers off', async (_, answers) => {
    const off = await accountOf('no triggers');
    const { report } = await examine(off, { answers: answers() });
    expect(troubles(report)).toEqual([]);
    expect(report.findings.filter(({ check }) => check === 'rules').map(({ seen }) => seen)).toEqual(
      expect.arrayContaining([
        'Disabled by the setting importTrigger: false.',
        'Disabled by the setting eventTrigger: false.',
        'Disabled by the setting requestFileTrigger: false.',
      ]),
    );
  });

  it('the doctor knows from the template that a rule that a setting disables should not be enabled', async () => {
    const off = await accountOf('no triggers');
    const { report } = await examine(off, { answers: { DescribeRule: () => ({ State: 'ENABLED' }) } });
    expect(troubles(report).map(({ state, check }) => `${state} ${check}`)).toEqual(Array(4).fill('warn rules'));
  });

  it('the doctor knows from the template which existing resources are used, and examines them', async () => {
    const existing = await accountOf('existing resources');
    const { report } = await examine(existing);
    const found = report.findings.filter(({ check }) => check === 'existing-resources');
    expect(found.map(({ subject, state, seen }) => `${state} ${subject} ${seen}`)).toEqual([
      'ok existingBucket my-bucket',
      'ok existingRoleArn arn:aws:iam::123456789012:role/personalize',
      'ok existingKeyArn arn:aws:kms:us-east-1:123456789012:key/1234abcd',
      'ok existingTopicArn arn:aws:sns:us-east-1:123456789012:my-topic',
    ]);
    const { report: broken } = await examine(existing, {
      answers: refuses('GetBucketPolicy', sdkError('NoSuchBucketPolicy'))(existing),
    });
    expect(troubles(broken)).toMatchObject([
      { check: 'bucket', subject: 'policy', fix: expect.stringMatching(/Use existing resources/) },
    ]);
  });

  it('the doctor reports that an existing topic with another key cannot be published to', async () => {
    const existing = await accountOf('existing resources');
    const answers = { GetTopicAttributes: () => ({ Attributes: { KmsMasterKeyId: 'alias/theirs' } }) };
    const { report } = await examine(existing, { answers });
    expect(troubles(report)).toMatchObject([
      { state: 'fail', subject: 'encryption', fix: expect.stringMatching(/existingKeyArn/) },
    ]);
  });
});

describe('the doctor takes a trail for good', () => {
  const management = { Field: 'eventCategory', Equals: ['Management'] };
  const trails = (...trailList: object[]): Answers => ({ DescribeTrails: () => ({ trailList }) });

  it.each<[what: string, answers: Answers]>([
    [
      'without selectors of its own',
      {
        ...trails({ Name: 'management', HasCustomEventSelectors: false }),
        GetEventSelectors: () => ({ EventSelectors: [] }),
      },
    ],
    [
      'with an advanced selector of all management events',
      { GetEventSelectors: () => ({ AdvancedEventSelectors: [{ FieldSelectors: [management] }] }) },
    ],
    [
      'with an advanced selector of all write events',
      {
        GetEventSelectors: () => ({
          AdvancedEventSelectors: [
            { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] },
            { FieldSelectors: [management, { Field: 'readOnly', Equals: ['false'] }] },
          ],
        }),
      },
    ],
    [
      'with an advanced selector that leaves another service out',
      {
        GetEventSelectors: () => ({
          AdvancedEventSelectors: [
            {
              FieldSelectors: [
                management,
                { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'], NotStartsWith: ['rds'] },
              ],
            },
          ],
        }),
      },
    ],
    [
      'though another can not be read',
      {
        ...trails({ Name: 'theirs', TrailARN: 'theirs' }, { Name: 'ours', TrailARN: 'ours' }),
        GetTrailStatus: ({ Name }) =>
          Name === 'theirs' ? Promise.reject(sdkError('TrailNotFoundException')) : { IsLogging: true },
      },
    ],
  ])('the doctor finds nothing wrong with a trail %s', async (_, answers) => {
    const { report } = await examine(account, { answers });
    expect(troubles(report)).toEqual([]);
  });
});

describe('the doctor, with many or large answers,', () => {
  it('the doctor reads fifty dataset groups, and says how many it left out', async () => {
    const datasetGroups = Array.from({ length: 60 }, (_, index) => ({ name: `g${index}`, status: 'ACTIVE' }));
    const answers = {
      ListDatasetGroups: () => ({
        datasetGroups: [{ name: 'shop', status: 'ACTIVE' }, { name: 'news', status: 'ACTIVE' }, ...datasetGroups],
      }),
    };
    const { report, calls } = await examine(account, { answers });
    expect(calls.filter(({ name }) => name === 'ListDatasets')).toHaveLength(50);
    expect(troubles(report)).toMatchObject([{ state: 'unknown', seen: '12 more dataset groups were not read.' }]);
  });

  it('the doctor counts the export jobs of ten pages, and says that there are more', async () => {
    const jobs = Array.from({ length: 100 }, (_, index) => ({ jobName: `j${index}`, status: 'ACTIVE' }));
    let page = 0;
    const ListDatasetExportJobs = () => {
      page += 1;
      return { datasetExportJobs: jobs, nextToken: `page ${page}` };
    };
    const { report } = await examine(account, { answers: { ListDatasetExportJobs } });
    expect(report.findings.find(({ check }) => check === 'running-jobs')).toMatchObject({
      seen: '0 of 5 export jobs run (of the first 1000 jobs).',
    });
  });

  it('the doctor shows the beginning of a long reason', async () => {
    const datasetGroups = [
      { name: 'shop', status: 'CREATE FAILED', failureReason: 'x'.repeat(100_000) },
      { name: 'news', status: 'ACTIVE' },
    ];
    const { report } = await examine(account, { answers: { ListDatasetGroups: () => ({ datasetGroups }) } });
    const seen = troubles(report)[0]?.seen ?? '';
    expect(seen).toContain('xxx');
    expect(seen.length).toBeLessThanOrEqual(2_000);
  });

  it('the doctor does not describe a dataset of another region', async () => {
    const datasetArn = account.datasetArn.replace('us-east-1', 'eu-west-1');
    const { report, calls } = await examine(account, { datasetArn });
    expect(troubles(report)).toMatchObject([
      { check: 'dataset', state: 'fail', seen: expect.stringMatching(/eu-west-1.*us-east-1/) },
    ]);
    expect(calls.map(({ name }) => name)).not.toContain('DescribeDataset');
  });
});
