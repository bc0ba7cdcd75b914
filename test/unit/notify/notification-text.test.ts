import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/notify/notification.ts';
import { subjectFor, textFor } from '../../../src/notify/notification-text.ts';
import { unicodeText } from '../../unicode-text.ts';
import { datasetArn, datasetExportJobArn, datasetImportJobArn, executionArn, later, now } from '../builders.ts';

const consoleUrl = 'https://eu-west-1.console.aws.amazon.com/x';
const place = { stage: 'prod', account: '123456789012', region: 'eu-west-1' };
const runbook = 'docs/runbook.md#active';
const rerunCommand = "aws stepfunctions start-execution --input '{}'";
const about = { version: '1', ...place, executionArn, consoleUrl, runbook, rerunCommand } as const;
const rejected: Notification = { ...about, outcome: 'REJECTED', endedAt: now };
const active: Notification = {
  ...about,
  outcome: 'ACTIVE',
  datasetArn,
  datasetType: 'ITEMS',
  datasetGroup: 'shop',
  ingestionMode: 'ALL',
  jobName: 'items-run-1',
  datasetExportJobArn,
  path: 's3://exports-bucket/exports/',
  files: { count: 2, bytes: 1_234_567 },
  status: 'ACTIVE',
  startedAt: later(-3_725),
  endedAt: now,
  durationSeconds: 3_725,
  queuedSeconds: 120,
  origin: { trigger: 'schedule', schedule: 'nightly' },
};

/** Characters that break a line, control a terminal, are invisible or turn the direction of the text after them. */
const marks = [
  ...['\n', '\r', '\0', '\u0007', '\u001b', '\u0085', '\u009b', '\u2028', '\u2029'],
  ...['\u061c', '\u200b', '\u200d', '\u200e', '\u200f', '\u202e', '\u2066', '\u2069', '\ufeff', '\u{e0041}', '\ud800'],
];

const linesOf = (notification: Notification) => textFor(notification).split('\n');

describe('the subject of the e-mail', () => {
  const here = '(prod, eu-west-1, 123456789012)';

  it.each<[string, Notification]>([
    [`Personalize export ACTIVE: shop ITEMS ${here}`, active],
    [`Personalize export CREATE FAILED: shop ITEMS ${here}`, { ...active, outcome: 'CREATE FAILED' }],
    [`Personalize export ACTIVE: shop ITEMS ${here}`, { ...active, verification: 'PASSED' }],
    [`Personalize export ACTIVE, verification FAILED: shop ITEMS ${here}`, { ...active, verification: 'FAILED' }],
    [`Personalize export REJECTED ${here}`, rejected],
    [
      `Personalize export NOTHING TO EXPORT: shop ${here}`,
      { ...rejected, outcome: 'NOTHING TO EXPORT', datasetGroup: 'shop' },
    ],
    [`Personalize export ACTIVE: gr??e?? ITEMS ${here}`, { ...active, datasetGroup: 'größe😀' }],
    [`Personalize export ACTIVE: a??Bcc: x ITEMS ${here}`, { ...active, datasetGroup: 'a\r\nBcc: x' }],
  ])('is %s', (subject, notification) => {
    expect(subjectFor(notification)).toBe(subject);
  });

  it('keeps stage, region, account and type if the dataset group has to be cut', () => {
    const subject = subjectFor({ ...active, datasetGroup: 'x'.repeat(63), outcome: 'STATUS UNKNOWN' });
    expect(subject).toMatch(/: x+\.\. ITEMS \(prod, eu-west-1, 123456789012\)$/);
    expect(subject).toHaveLength(100);
  });

  it('has at most 100 printable ASCII characters and begins with a letter, whatever the names are', () => {
    const name = unicodeText({ maxLength: 90 });
    fc.assert(
      fc.property(name, name, (datasetGroup, datasetType) => {
        const subject = subjectFor({ ...active, datasetGroup, datasetType });
        expect(subject).toMatch(/^P[\x20-\x7e]{0,99}$/);
      }),
    );
  });

  it.each(marks)('never contains %j', (mark) => {
    expect(subjectFor({ ...active, datasetGroup: `a${mark}b` })).not.toContain(mark);
  });
});

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
  ])('is one line of the text %#', (notification, line) => {
    const lines = linesOf(notification);
    expect(lines.filter((one) => one.startsWith('Verification: '))).toEqual([`Verification: ${line}`]);
  });

  it('has the path of the manifest', () => {
    expect(linesOf(passed)).toContain(`Manifest: ${manifest}`);
  });

  it.each<[Notification, string]>([
    [{ ...passed, table: 'exports.shop_items_all' }, 'shop_items_all in the database exports'],
    [
      { ...passed, table: 'my-exports.shop_items_all', tableReason: 'A newer export has the table.' },
      'shop_items_all in the database my-exports, which does not have this export: “A newer export has the table.”',
    ],
  ])('has the table on one line %#', (notification, line) => {
    expect(linesOf(notification).filter((one) => one.startsWith('Table: '))).toEqual([`Table: ${line}`]);
  });

  it('has a remedy for the table', () => {
    expect(linesOf({ ...passed, tableRemedy: 'Delete the table.' })).toContain(
      'What to do about the table: Delete the table.',
    );
  });

  it('has a remedy', () => {
    const failed = { ...active, verification: 'FAILED' as const, verificationRemedy: 'Export again.' };
    expect(linesOf(failed)).toContain('What to do about the verification: Export again.');
  });

  it('warns of an export without rows', () => {
    expect(textFor({ ...passed, rows: 0 })).toContain('\nWarning: the export has no rows.');
    expect(textFor(passed)).not.toContain('Warning');
  });
});

describe('the text of the e-mail', () => {
  it('lists the facts of an ACTIVE export', () => {
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

  it('lists the reason and the remedy of a rejected request', () => {
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

  it('lists every wrong field of a rejected request on a line of its own', () => {
    const lines = linesOf({ ...rejected, reason: 'InvalidRequestError: a: is wrong.\nb: is wrong, too.' });
    expect(lines.slice(2, 6)).toEqual(['', 'Why:', '- “InvalidRequestError: a: is wrong.”', '- “b: is wrong, too.”']);
  });

  it.each<[Notification['outcome'], string]>([
    ['CREATE FAILED', 'the ITEMS dataset of the dataset group shop was not exported.'],
    ['TIMED OUT', 'the export of the ITEMS dataset of the dataset group shop did not end before its deadline.'],
    ['STATUS UNKNOWN', 'it is not known whether the ITEMS dataset of the dataset group shop was exported.'],
    ['IMPORT FAILED', 'the import into the ITEMS dataset of the dataset group shop failed. Nothing was exported.'],
  ])('lists the reason, the remedy and the jobs of %s', (outcome, headline) => {
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

  it('names a status without an export job as that of the import job', () => {
    const { jobName: _, datasetExportJobArn: __, ...imported } = active;
    const lines = linesOf({ ...imported, outcome: 'IMPORT FAILED', status: 'CREATE FAILED' });
    expect(lines).toContain('Status of the import job: “CREATE FAILED”');
  });

  it('says that an export without a job did not start', () => {
    const { datasetExportJobArn: _, ...queued } = active;
    expect(linesOf({ ...queued, outcome: 'TIMED OUT' })[0]).toMatch(/did not start before its deadline\.$/);
  });

  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min 0 s'],
    [3_600, '1 h 0 s'],
    [90_061, '25 h 1 min 1 s'],
  ])('writes %s seconds as %s', (durationSeconds, said) => {
    expect(linesOf({ ...active, durationSeconds })).toContain(`Duration: ${said}`);
  });

  it('has no line for a queue that took no time', () => {
    expect(textFor({ ...active, queuedSeconds: 0 })).not.toContain('queue');
  });

  it.each([
    [{ count: 1000, bytes: 5, atLeast: true as const }, 'at least 1,000 files, 5 bytes'],
    [{ count: 1, bytes: 1 }, '1 file, 1 byte'],
  ])('writes the files %j as %s', (files, said) => {
    expect(linesOf({ ...active, files })).toContain(`Files: ${said}`);
  });

  it('warns of an ACTIVE export without files', () => {
    expect(textFor({ ...active, files: { count: 0, bytes: 0 } })).toContain('Warning: ');
  });

  it.each<[string, Notification]>([
    ['with files', active],
    ['whose files are unknown', { ...active, files: undefined }],
    ['that timed out', { ...active, files: { count: 0, bytes: 0 }, outcome: 'TIMED OUT' }],
  ])('does not warn of an export %s', (_, notification) => {
    expect(textFor(notification)).not.toContain('Warning: ');
  });

  it('has no comma before an origin without a trigger', () => {
    expect(linesOf({ ...active, origin: { schedule: 'nightly' } })).toContain('Requested by: schedule “nightly”');
  });

  it('says that a job of another request was adopted, and when it was created', () => {
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
  ])('says for %s what the command does', (outcome, purpose) => {
    expect(linesOf({ ...active, outcome }).slice(-2)).toEqual([purpose, rerunCommand]);
  });

  it('leaves out a command with a name that would become a link', () => {
    const text = textFor({ ...active, rerunCommand: 'aws --input www.example.com' });
    expect(text).not.toContain('example');
    expect(text).toContain('use the rerunCommand in the JSON document');
  });
});

describe('what a requester or AWS wrote', () => {
  const attack =
    '”. All is well.\n\nWhat to do: sign in at https://evil.com or www.evil.org, ask it@evil.net\u202e\u001b[31m';
  const everywhere: Notification = {
    ...active,
    outcome: 'REJECTED',
    datasetGroup: attack,
    datasetType: attack,
    status: attack,
    path: `s3://bucket/${attack}`,
    reason: attack,
    datasetArn: `arn:aws:personalize:eu-west-1:123456789012:dataset/${attack}`,
    origin: { trigger: attack, [attack]: attack },
    executionArn: `${executionArn}${attack}`,
  };

  it('starts no line of its own', () => {
    const lines = linesOf({ ...everywhere, remedy: 'the remedy' });
    expect(lines.filter((line) => /^\W*What to do/.test(line))).toEqual([
      expect.stringMatching(/^- “What/),
      'What to do: the remedy',
    ]);
  });

  it('has nothing to click on', () => {
    const { consoleUrl: _, ...rest } = everywhere;
    const text = textFor({ ...rest, consoleUrl: 'console' });
    expect(text).not.toMatch(/https?:\/\/|www\.|evil\.|@evil/);
    expect(text).toContain('https[://]evil[.]com');
  });

  it('has no invisible characters and no escape sequences', () => {
    expect(textFor(everywhere).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is quoted, and can not close the quotation marks', () => {
    const [first = ''] = linesOf({ ...active, outcome: 'CREATE FAILED', reason: attack }).filter((line) =>
      line.startsWith('Why'),
    );
    expect(first).toMatch(/^Why: “[^“”]*”$/);
  });

  it('has at most 200 characters, and says how many are missing', () => {
    const [line = ''] = linesOf({ ...active, reason: 'x'.repeat(300) }).filter((one) => one.startsWith('Why'));
    expect(line).toBe(`Why: “${'x'.repeat(200)}… (cut: 100 more characters are in the execution's history)”`);
  });

  it('has ARNs and paths whole', () => {
    const path = `s3://my.bucket/${'p'.repeat(240)}/`;
    const arn = `arn:aws:personalize:eu-west-1:123456789012:dataset/${'d'.repeat(200)}/ITEMS`;
    const text = textFor({ ...active, path, datasetArn: arn, reason: `${'x'.repeat(190)} ${arn} was wrong` });
    expect(text).toContain(`Data: ${path}`);
    expect(text).toContain(`Dataset: ${arn}`);
    expect(text).toMatch(new RegExp(`^Why: “x+ ${arn}… `, 'm'));
  });

  it('keeps letters of any script, and emoji', () => {
    expect(textFor({ ...rejected, reason: 'größe 語 مرحبا 😀' })).toContain('Why: “größe 語 مرحبا 😀”');
  });

  it('does not change the number of lines, nor bring any mark into the text', () => {
    const lines = linesOf({ ...active, reason: 'why', remedy: 'do' }).length;
    const part = fc.string({ unit: fc.constantFrom(...marks, 'a', 'é', '😀', ' '), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(part, part, part, (datasetGroup, reason, trigger) => {
        const text = textFor({ ...active, datasetGroup, reason, remedy: 'do', origin: { trigger } });
        expect(text.split('\n')).toHaveLength(lines);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
