import { describe, expect, it } from 'vitest';
import { findingText, verificationNotice } from '../../../src/notify/verification.ts';
import type { NotifyEvent } from '../../../src/state.ts';
import { now, pendingJob, plannedExport } from '../builders.ts';

const manifest = 's3://exports-bucket/manifests/m.json';
const noticeOf = (state: Partial<NotifyEvent>) =>
  verificationNotice({ executionName: 'run-1', export: plannedExport(), job: pendingJob(), ...state });
const done = (result: object) => ({ verification: { phase: 'done' as const, calls: 1, startedAt: now, ...result } });
const caught = (name: string, errorMessage: string) => ({
  verifyError: { Error: name, Cause: JSON.stringify({ errorMessage }) },
});

describe('the notice about a verification', () => {
  it('the notice has the rows and the manifest of an export that passed', () => {
    const warnings = [{ expected: 'at least one row', count: 1 }];
    expect(noticeOf(done({ result: 'PASSED', rows: 0, manifest, unchanged: true, warnings }))).toEqual({
      verification: 'PASSED',
      rows: 0,
      manifest,
      unchanged: true,
      warnings,
    });
  });

  it.each([
    [1, /^1 finding: part-0\.csv, row 7, column AGE: expected UTF-8\.$/],
    [23, /^23 findings, the first: part-0\.csv, row 7, column AGE: expected UTF-8\.$/],
  ])('the notice has the first of %i findings as its reason', (findingsCount, reason) => {
    const findings = [{ file: 'part-0.csv', row: 7, column: 'AGE', expected: 'UTF-8' }];
    expect(noticeOf(done({ result: 'FAILED', rows: 5, manifest, findings, findingsCount }))).toEqual({
      verification: 'FAILED',
      verificationReason: expect.stringMatching(reason),
      verificationRemedy: expect.stringMatching(/^Do not use the data until you know the cause/),
      rows: 5,
      manifest,
      findings,
      findingsCount,
    });
  });

  it('the notice counts the findings if their number is missing', () => {
    const findings = [{ expected: 'a header' }, { expected: 'UTF-8' }];
    expect(noticeOf(done({ result: 'FAILED', findings }))).toMatchObject({
      verificationReason: '2 findings, the first: expected a header.',
      findingsCount: 2,
    });
  });

  it('the notice shortens the names in a finding', () => {
    const findings = [{ file: 'f'.repeat(1_000), column: 'c'.repeat(256), expected: 'UTF-8' }];
    const { findings: [first] = [] } = noticeOf(done({ result: 'FAILED', findings, findingsCount: 1 })) ?? {};
    expect(first?.file).toMatch(/^f{200}…/);
    expect(first?.column).toMatch(/^c{200}…/);
  });

  it('the notice says how far a verification got before it ran out of time', () => {
    const reason =
      'Verification takes at most 60 minutes or 6 calls. After 5 calls it had read 1 of 2 bytes, with 1 rows.';
    expect(noticeOf(done({ result: 'NOT VERIFIED', reason, rows: 1 }))).toEqual({
      verification: 'NOT VERIFIED',
      verificationReason: reason,
      verificationRemedy: expect.stringMatching(/^The export is too large/),
    });
  });

  it.each([
    ['before an export was verified', {}],
    ['while another call is to come', done({})],
  ])('the notice is missing %s', (_, state) => {
    expect(noticeOf(state)).toBeUndefined();
  });
});

describe('the remedy for a verification that could not be carried out', () => {
  it.each([
    [
      'AccessDenied',
      'User: … is not authorized to perform: s3:GetObject on resource: …',
      /^The role lacks the permission/,
    ],
    [
      'AccessDenied',
      'User: … is not authorized to perform: kms:Decrypt on resource: …',
      /^Let the role of the function verify-export use the key/,
    ],
    ['KMS.DisabledException', 'the key is disabled', /^Let the role of the function verify-export use the key/],
    ['TransientError', 'SlowDown: Reduce your request rate.', /^A service did not answer/],
    ['States.Timeout', '', /^A service did not answer/],
    ['Sandbox.Timedout', 'Task timed out after 900.00 seconds', /^A service did not answer/],
    ['Lambda.ResourceNotFoundException', 'Function not found', /^The function verify-export cannot run/],
    ['Runtime.HandlerNotFound', 'index.handler is undefined', /^The function verify-export cannot run/],
    ['SyntaxError', 'Unexpected token', /^Look at the log of the function verify-export/],
  ])('the remedy for a failed call of verify-export fits the error %s: %s', (error, message, remedy) => {
    expect(noticeOf(caught(error, message))).toEqual({
      verification: 'NOT VERIFIED',
      verificationReason: [error, message].filter(Boolean).join(': '),
      verificationRemedy: expect.stringMatching(remedy),
    });
  });
});

it.each([
  [{ expected: 'at least one row' }, 'expected at least one row'],
  [{ file: 'a.csv', expected: 'a header' }, 'a.csv: expected a header'],
  [{ file: 'a.csv', row: 1, expected: 'UTF-8' }, 'a.csv, row 1: expected UTF-8'],
  [{ file: 'a.csv', row: 1, column: 'B', expected: 'UTF-8' }, 'a.csv, row 1, column B: expected UTF-8'],
])('the finding %j is written as a sentence', (finding, text) => {
  expect(findingText(finding)).toBe(text);
});

describe('the notice about a table', () => {
  const table = 'exports.shop_users_all';
  const noticeWith = (tableReason?: string) =>
    noticeOf(done({ result: 'PASSED', rows: 1, manifest, table, tableReason }));

  it('the notice about a table names the table of the export', () => {
    expect(noticeWith()).toEqual({ verification: 'PASSED', rows: 1, manifest, table });
  });

  it.each([
    ["A line break inside a value can't be read", /^The export itself is whole: .*DuckDB/],
    ['Columns in different orders can not be read', /^The export itself is whole: .*DuckDB/],
    ['A newer export has the table: arn:…', /^Nothing is to be done/],
    ['Two datasets have the table name shop_users_all.', /^Give one of the two dataset groups/],
    ['Another owner has the table shop_users_all', /^The table is left as it is/],
    ['EntityNotFoundException: Database exports not found.', /^The database exports of the setting glueDatabase/],
    [
      'AccessDeniedException: Insufficient Lake Formation permission(s)',
      /use the database exports\. If the reason names/,
    ],
    ['GlueEncryptionException: KMS', /kms:Decrypt, kms:Encrypt/],
    ['ResourceNumberLimitExceededException: too many', /^The Data Catalog has as many tables/],
    ['ThrottlingException: Rate exceeded', /^The table is as it was before/],
  ])('the notice about a table has a remedy for the reason %j', (reason, remedy) => {
    expect(noticeWith(reason)).toMatchObject({
      table,
      tableReason: reason,
      tableRemedy: expect.stringMatching(remedy),
    });
  });
});
