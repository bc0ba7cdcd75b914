import { describe, expect, it } from 'vitest';
import { endingDocument, endingLines, exitStatusOf } from '../../../cli/report.ts';

const started = { executionArn: 'arn', startDate: new Date(0) };
const stopDate = new Date(61_000);
const items = 'arn:aws:personalize:r:1:dataset/shop/ITEMS';
const users = 'arn:aws:personalize:r:1:dataset/shop/USERS';
const active = { outcome: 'ACTIVE', succeeded: true, datasetArn: items, path: 's3://b/p/' };
const failed = { outcome: 'CREATE FAILED', succeeded: false, datasetArn: users, path: 's3://b/q/', reason: 'No.' };

describe('endingLines', () => {
  it('endingLines has one line per dataset, and how the execution ended', () => {
    const cause = JSON.stringify([active, failed]);
    expect(endingLines(started, { status: 'FAILED', stopDate, error: 'ExportFailed', cause })).toEqual([
      'shop/ITEMS  ACTIVE  s3://b/p/',
      'shop/USERS  CREATE FAILED  No.',
      expect.stringMatching(/failed after 1 min 1 s: ExportFailed$/),
    ]);
  });

  it('endingLines says how the verification of an ACTIVE export ended', () => {
    const output = JSON.stringify({ outcomes: [{ ...active, verification: 'FAILED' }], skipped: [] });
    expect(endingLines(started, { status: 'SUCCEEDED', stopDate, output })[0]).toBe(
      'shop/ITEMS  ACTIVE  verification FAILED  s3://b/p/',
    );
  });

  it('endingLines has the remedy below an export that failed', () => {
    const outcomes = [{ ...failed, remedy: 'Fix it.' }];
    const lines = endingLines(started, { status: 'FAILED', stopDate, error: 'ExportFailed', cause: '[]', outcomes });
    expect(lines.slice(0, 2)).toEqual(['shop/USERS  CREATE FAILED  No.', '  What to do: Fix it.']);
  });

  it.each(['ABORTED', 'TIMED_OUT'] as const)(
    'endingLines says that the jobs of an execution that is %s continue',
    (status) => {
      expect(endingLines(started, { status, stopDate }).at(-1)).toMatch(/jobs .* continue/);
    },
  );

  it('endingLines keeps an error with a line break on one line', () => {
    const lines = endingLines(started, { status: 'FAILED', stopDate, error: 'a\nb' });
    expect(lines).toEqual([expect.stringMatching(/: a b$/)]);
  });

  it('endingLines has the cause where there are no outcomes', () => {
    const lines = endingLines(started, { status: 'FAILED', stopDate, error: 'REJECTED', cause: 'one\ntwo' });
    expect(lines.slice(1)).toEqual(['  one', '  two']);
  });

  it('endingLines has a line per dataset that was skipped', () => {
    const output = JSON.stringify({ outcomes: [active], skipped: [{ datasetArn: users, reason: 'Actions.' }] });
    expect(endingLines(started, { status: 'SUCCEEDED', stopDate, output })[1]).toBe('shop/USERS  skipped  Actions.');
  });

  it('endingLines says once why there was nothing to export', () => {
    const reason = 'datasetGroupArn: arn has no datasets.\nA second line.';
    const output = JSON.stringify({ outcomes: [{ outcome: 'NOTHING TO EXPORT', reason }], skipped: [{ reason }] });
    expect(endingLines(started, { status: 'SUCCEEDED', stopDate, output }).slice(0, -1)).toEqual([
      'NOTHING TO EXPORT  datasetGroupArn: arn has no datasets.',
      '  A second line.',
    ]);
  });

  it('endingLines has a line for a dataset group without datasets', () => {
    const datasetGroupArn = 'arn:aws:personalize:r:1:dataset-group/news';
    const output = JSON.stringify({ outcomes: [active], skipped: [{ datasetGroupArn, reason: 'None.' }] });
    expect(endingLines(started, { status: 'SUCCEEDED', stopDate, output })[1]).toBe('news  skipped  None.');
  });

  it('endingLines says that there was nothing to export if nothing was requested', () => {
    const output = JSON.stringify({ outcomes: [], skipped: [] });
    expect(endingLines(started, { status: 'SUCCEEDED', stopDate, output })[0]).toMatch(/nothing/);
  });
});

it('endingDocument holds the outcomes of a failed execution, which are in its cause', () => {
  const ending = { status: 'FAILED' as const, stopDate, error: 'ExportFailed', cause: JSON.stringify([failed]) };
  expect(endingDocument(started, ending)).toMatchObject({ executionArn: 'arn', status: 'FAILED', outcomes: [failed] });
});

it.each([
  ['SUCCEEDED', 0],
  ['FAILED', 1],
  ['TIMED_OUT', 1],
  ['ABORTED', 1],
] as const)('the exit status for an execution that is %s is %i', (status, exitStatus) => {
  expect(exitStatusOf({ status })).toBe(exitStatus);
});

it('endingDocument has the remedy, the job and the path of an export that timed out', () => {
  const more = { datasetExportJobArn: 'job', path: 's3://b/q/', remedy: 'Check it.' };
  const cause = JSON.stringify([{ outcome: 'TIMED OUT' }]);
  const outcomes = [{ outcome: 'TIMED OUT', ...more, summary: { outcome: 'TIMED OUT' } }];
  expect(endingDocument(started, { status: 'FAILED', stopDate, cause, outcomes })).toMatchObject({
    outcomes: [{ outcome: 'TIMED OUT', ...more }],
  });
});
