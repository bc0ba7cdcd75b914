import { describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/notify/notification.ts';
import { textFor } from '../../../src/notify/notification-text.ts';
import { datasetArn, datasetExportJobArn, datasetImportJobArn, executionArn, later } from '../builders.ts';
import { active, consoleUrl, linesOf, rejected, rerunCommand, runbook } from './notifications.ts';

describe('the verification in the e-mail', () => {
  const manifest = 's3://exports-bucket/manifests/m.json';
  const passed = { ...active, verification: 'PASSED' as const, rows: 1_234, manifest };
  const expected = 'a whole number';

  it.each<[Notification, string]>([
    [passed, 'PASSED, 1,234 rows'],
    [{ ...passed, rows: 1 }, 'PASSED, 1 row'],
    [{ ...passed, unchanged: true }, 'PASSED, 1,234 rows, the same data as in the export before'],
    [
      { ...passed, warnings: [{ file: 'a.csv', row: 2, column: 'AGE', expected, count: 3 }] },
      'PASSED, 1,234 rows, 1 warning: “a.csv, row 2, column AGE: expected a whole number”',
    ],
    [{ ...active, verification: 'FAILED', verificationReason: '1 finding: x.' }, 'FAILED: “1 finding: x.”'],
    [{ ...active, verification: 'NOT VERIFIED', verificationReason: 'AccessDenied' }, 'NOT VERIFIED: “AccessDenied”'],
  ])('the e-mail has one line for a verification: %#', (notification, line) => {
    const lines = linesOf(notification);
    expect(lines.filter((one) => one.startsWith('Verification: '))).toEqual([`Verification: ${line}`]);
  });

  it('the e-mail has the path of the manifest', () => {
    expect(linesOf(passed)).toContain(`Manifest: ${manifest}`);
  });

  it.each<[Notification, string]>([
    [{ ...passed, table: 'exports.shop_items_all' }, 'shop_items_all in the database exports'],
    [
      { ...passed, table: 'my-exports.shop_items_all', tableReason: 'A newer export has the table.' },
      'shop_items_all in the database my-exports, which does not have this export: “A newer export has the table.”',
    ],
  ])('the e-mail has the table on one line %#', (notification, line) => {
    expect(linesOf(notification).filter((one) => one.startsWith('Table: '))).toEqual([`Table: ${line}`]);
  });

  it('the e-mail has a remedy for the table', () => {
    expect(linesOf({ ...passed, tableRemedy: 'Delete the table.' })).toContain(
      'What to do about the table: Delete the table.',
    );
  });

  it('the e-mail has a remedy for a failed verification', () => {
    const failed = { ...active, verification: 'FAILED' as const, verificationRemedy: 'Export again.' };
    expect(linesOf(failed)).toContain('What to do about the verification: Export again.');
  });

  it('the e-mail warns of an export without rows', () => {
    expect(textFor({ ...passed, rows: 0 })).toContain('\nWarning: the export has no rows.');
    expect(textFor(passed)).not.toContain('Warning');
  });
});

describe('the text of the e-mail', () => {
  it('the e-mail lists the facts of an ACTIVE export', () => {
    expect(linesOf(active)).toEqual([
      'ACTIVE: the ITEMS dataset of the dataset group shop was exported.',
      'Deployment: stage prod, region eu-west-1, account 123456789012',
      '',
      'Data: s3://exports-bucket/exports/',
      'Files: 2 files, 1,234,567 bytes',
      'Status of the export job: “ACTIVE”',
      'Ingestion mode: ALL',
      `Started: ${later(-3_725)}`,
      'Duration: 1 h 2 min 5 s',
      'Time in the queue before: 2 min 0 s',
      `Export job: ${datasetExportJobArn}`,
      `Dataset: ${datasetArn}`,
      'Requested by: “schedule”, schedule “nightly”',
      `Execution: ${executionArn}`,
      `Console: ${consoleUrl}`,
      '',
      `Runbook: ${runbook}`,
      'To start this export again:',
      rerunCommand,
    ]);
  });

  it('the e-mail lists the reason and the remedy of a rejected request', () => {
    const text = textFor({ ...rejected, reason: 'InvalidRequestError: jobName: is wrong.', remedy: 'Correct it.' });
    expect(text.split('\n').slice(0, 7)).toEqual([
      'REJECTED: a request was rejected. Nothing was exported.',
      'Deployment: stage prod, region eu-west-1, account 123456789012',
      '',
      'Why: “InvalidRequestError: jobName: is wrong.”',
      '',
      'What to do: Correct it.',
      '',
    ]);
  });

  it('the e-mail lists every wrong field of a rejected request on a line of its own', () => {
    const lines = linesOf({ ...rejected, reason: 'InvalidRequestError: a: is wrong.\nb: is wrong, too.' });
    expect(lines.slice(2, 6)).toEqual(['', 'Why:', '- “InvalidRequestError: a: is wrong.”', '- “b: is wrong, too.”']);
  });

  it.each<[Notification['outcome'], string]>([
    ['CREATE FAILED', 'the ITEMS dataset of the dataset group shop was not exported.'],
    ['TIMED OUT', 'the export of the ITEMS dataset of the dataset group shop did not end before its deadline.'],
    ['STATUS UNKNOWN', 'it is not known whether the ITEMS dataset of the dataset group shop was exported.'],
    ['IMPORT FAILED', 'the import into the ITEMS dataset of the dataset group shop failed. Nothing was exported.'],
  ])('the e-mail lists the reason, the remedy and the jobs of %s', (outcome, headline) => {
    const lines = linesOf({ ...active, outcome, reason: 'the reason', remedy: 'the remedy', datasetImportJobArn });
    expect(lines[0]).toBe(`${outcome}: ${headline}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        'Why: “the reason”',
        'What to do: the remedy',
        `Export job: ${datasetExportJobArn}`,
        `Import job: ${datasetImportJobArn}`,
        `Console: ${consoleUrl}`,
      ]),
    );
  });

  it('the e-mail attributes a status without an export job to the import job', () => {
    const { jobName: _, datasetExportJobArn: __, ...imported } = active;
    const lines = linesOf({ ...imported, outcome: 'IMPORT FAILED', status: 'CREATE FAILED' });
    expect(lines).toContain('Status of the import job: “CREATE FAILED”');
  });

  it('the e-mail says that an export without a job did not start', () => {
    const { datasetExportJobArn: _, ...queued } = active;
    expect(linesOf({ ...queued, outcome: 'TIMED OUT' })[0]).toMatch(/did not start before its deadline\.$/);
  });

  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min 0 s'],
    [3_600, '1 h 0 s'],
    [90_061, '25 h 1 min 1 s'],
  ])('the e-mail writes %s seconds as %s', (durationSeconds, said) => {
    expect(linesOf({ ...active, durationSeconds })).toContain(`Duration: ${said}`);
  });

  it('the e-mail has no line for a queue that took no time', () => {
    expect(textFor({ ...active, queuedSeconds: 0 })).not.toContain('queue');
  });

  it.each([
    [{ count: 1000, bytes: 5, atLeast: true as const }, 'at least 1,000 files, 5 bytes'],
    [{ count: 1, bytes: 1 }, '1 file, 1 byte'],
  ])('the e-mail writes the files %j as %s', (files, said) => {
    expect(linesOf({ ...active, files })).toContain(`Files: ${said}`);
  });

  it('the e-mail warns of an ACTIVE export without files', () => {
    expect(textFor({ ...active, files: { count: 0, bytes: 0 } })).toContain('Warning: ');
  });

  it.each<[string, Notification]>([
    ['with files', active],
    ['whose files are unknown', { ...active, files: undefined }],
    ['that timed out', { ...active, files: { count: 0, bytes: 0 }, outcome: 'TIMED OUT' }],
  ])('the e-mail does not warn of an export %s', (_, notification) => {
    expect(textFor(notification)).not.toContain('Warning: ');
  });

  it('the e-mail has no comma before an origin without a trigger', () => {
    expect(linesOf({ ...active, origin: { schedule: 'nightly' } })).toContain('Requested by: schedule “nightly”');
  });

  it('the e-mail says that a job of another request was adopted, and when it was created', () => {
    const added = linesOf({ ...active, adopted: true }).filter((line) => !linesOf(active).includes(line));
    expect(added).toEqual([expect.stringContaining(`created at ${later(-3_725)}`)]);
  });

  it.each<[Notification['outcome'], string]>([
    ['ACTIVE', 'To start this export again:'],
    ['CREATE FAILED', 'To start this export again:'],
    ['TIMED OUT', 'To start this export again, after you have checked the job:'],
    ['STATUS UNKNOWN', 'To start this export again, after you have checked the job:'],
    ['REJECTED', 'To send the same request again:'],
    ['IMPORT FAILED', 'To export the dataset as it is, without this import:'],
  ])('the e-mail says for %s what the command does', (outcome, purpose) => {
    expect(linesOf({ ...active, outcome }).slice(-2)).toEqual([purpose, rerunCommand]);
  });

  it('the e-mail leaves out a command with a name that would become a link', () => {
    const text = textFor({ ...active, rerunCommand: 'aws --input www.example.com' });
    expect(text).not.toContain('example');
    expect(text).toContain('use the rerunCommand in the JSON document');
  });
});
