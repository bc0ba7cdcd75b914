import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/notify/notification.ts';
import { subjectFor, textFor } from '../../../src/notify/notification-text.ts';
import { unicodeText } from '../../unicode-text.ts';
import { datasetArn, datasetExportJobArn, datasetImportJobArn, executionArn, later, now } from '../builders.ts';

const consoleUrl = 'https://eu-west-1.console.aws.amazon.com/x';
const rejected: Notification = { version: '1', outcome: 'REJECTED', endedAt: now, executionArn, consoleUrl };
const active: Notification = {
  version: '1',
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
  executionArn,
  consoleUrl,
  origin: { trigger: 'schedule', schedule: 'nightly' },
};

/** Characters that break a line, or turn the direction of the text after them. */
const marks = [
  '\n',
  '\r',
  '\0',
  '\u0007',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u200e',
  '\u200f',
  '\u202e',
  '\u2066',
  '\u2069',
];

describe('the subject of the e-mail', () => {
  it.each<[string, Notification]>([
    ['Personalize export ACTIVE: shop ITEMS', active],
    ['Personalize export CREATE FAILED: shop ITEMS', { ...active, outcome: 'CREATE FAILED' }],
    ['Personalize export ACTIVE: shop ITEMS', { ...active, verification: 'PASSED' }],
    ['Personalize export ACTIVE, verification FAILED: shop ITEMS', { ...active, verification: 'FAILED' }],
    ['Personalize export REJECTED', rejected],
    ['Personalize export IMPORT FAILED', { ...rejected, outcome: 'IMPORT FAILED' }],
    ['Personalize export ACTIVE: gr??e?? ITEMS', { ...active, datasetGroup: 'größe😀' }],
    ['Personalize export ACTIVE: a??Bcc: x ITEMS', { ...active, datasetGroup: 'a\r\nBcc: x' }],
  ])('is %s', (subject, notification) => {
    expect(subjectFor(notification)).toBe(subject);
  });

  it('has no more than 100 characters', () => {
    expect(subjectFor({ ...active, datasetGroup: 'x'.repeat(200) })).toHaveLength(100);
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
    [{ ...passed, unchanged: true }, 'PASSED, 1,234 rows, the same data as in the export before'],
    [
      { ...passed, warnings: [{ file: 'a.csv', row: 2, column: 'AGE', expected, count: 3 }] },
      'PASSED, 1,234 rows, 1 warning: a.csv, row 2, column AGE: expected a whole number',
    ],
    [{ ...active, verification: 'FAILED', verificationReason: '1 finding: x.' }, 'FAILED: 1 finding: x.'],
    [{ ...active, verification: 'NOT VERIFIED', verificationReason: 'AccessDenied' }, 'NOT VERIFIED: AccessDenied'],
  ])('is one line of the text %#', (notification, line) => {
    const lines = textFor(notification).split('\n');
    expect(lines.filter((one) => one.startsWith('Verification: '))).toEqual([`Verification: ${line}`]);
  });

  it('has the path of the manifest', () => {
    expect(textFor(passed)).toContain(`\nManifest: ${manifest}\n`);
  });

  it('has a remedy', () => {
    const failed = { ...active, verification: 'FAILED' as const, verificationRemedy: 'Export again.' };
    expect(textFor(failed)).toContain('\nWhat to do about the verification: Export again.\n');
  });

  it('warns of an export without rows', () => {
    expect(textFor({ ...passed, rows: 0 })).toContain('\nWarning: the export has no rows.');
    expect(textFor(passed)).not.toContain('Warning');
  });
});

describe('the text of the e-mail', () => {
  it('lists the facts of an ACTIVE export', () => {
    expect(textFor(active)).toBe(
      [
        'The export of the ITEMS dataset of shop ended as ACTIVE.',
        '',
        'Status: ACTIVE',
        'Data: s3://exports-bucket/exports/',
        'Files: 2, 1,234,567 bytes',
        'Ingestion mode: ALL',
        `Started: ${later(-3_725)}`,
        'Took: 1 h 2 min 5 s',
        'Queued before: 2 min 0 s',
        `Export job: ${datasetExportJobArn}`,
        `Dataset: ${datasetArn}`,
        'Asked for by: schedule, schedule nightly',
        `Execution: ${executionArn}`,
        `Console: ${consoleUrl}`,
      ].join('\n'),
    );
  });

  it('lists the reason and the remedy of a rejected request', () => {
    const text = textFor({ ...rejected, reason: 'InvalidRequestError: jobName: is wrong.', remedy: 'Correct it.' });
    expect(text).toBe(
      [
        'The export ended as REJECTED.',
        '',
        'Why: InvalidRequestError: jobName: is wrong.',
        '',
        'What to do: Correct it.',
        '',
        `Execution: ${executionArn}`,
        `Console: ${consoleUrl}`,
      ].join('\n'),
    );
  });

  it.each(['CREATE FAILED', 'TIMED OUT', 'STATUS UNKNOWN', 'IMPORT FAILED'] as const)(
    'lists the reason, the remedy and the jobs of %s',
    (outcome) => {
      const text = textFor({ ...active, outcome, reason: 'the reason', remedy: 'the remedy', datasetImportJobArn });
      const lines = text.split('\n');
      expect(lines[0]).toBe(`The export of the ITEMS dataset of shop ended as ${outcome}.`);
      expect(lines).toEqual(
        expect.arrayContaining([
          'Why: the reason',
          'What to do: the remedy',
          `Export job: ${datasetExportJobArn}`,
          `Import job: ${datasetImportJobArn}`,
          `Console: ${consoleUrl}`,
        ]),
      );
    },
  );

  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min 0 s'],
    [3_600, '1 h 0 s'],
    [90_061, '25 h 1 min 1 s'],
  ])('writes %s seconds as %s', (durationSeconds, said) => {
    expect(textFor({ ...active, durationSeconds }).split('\n')).toContain(`Took: ${said}`);
  });

  it('has no line for a queue that took no time', () => {
    expect(textFor({ ...active, queuedSeconds: 0 })).not.toContain('Queued');
  });

  it('says that there may be more files than were counted', () => {
    const files = { count: 1000, bytes: 5, atLeast: true as const };
    expect(textFor({ ...active, files })).toContain('\nFiles: at least 1000, 5 bytes\n');
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
    expect(textFor({ ...active, origin: { schedule: 'nightly' } })).toContain(': schedule nightly\n');
  });

  it('says that a job was adopted, and when it was created', () => {
    const lines = textFor({ ...active, adopted: true }).split('\n');
    const added = lines.filter((line) => !textFor(active).split('\n').includes(line));
    expect(added).toEqual([expect.stringContaining(`created at ${later(-3_725)}`)]);
  });

  it('has the same number of lines whatever its parts contain', () => {
    const lines = textFor({ ...active, reason: 'why', remedy: 'do' }).split('\n').length;
    const part = fc.string({ unit: fc.constantFrom(...marks, 'a', 'é', '😀', ' '), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(part, part, part, (datasetGroup, reason, trigger) => {
        const text = textFor({ ...active, datasetGroup, reason, remedy: 'do', origin: { trigger } });
        expect(text.split('\n')).toHaveLength(lines);
        for (const mark of marks.filter((each) => each !== '\n')) expect(text).not.toContain(mark);
      }),
    );
  });

  it('keeps letters of any script, and emoji', () => {
    expect(textFor({ ...rejected, reason: 'größe 語 مرحبا 😀' })).toContain('Why: größe 語 مرحبا 😀');
  });

  it('has no Arabic letter mark, which turns the direction of the text', () => {
    expect(textFor({ ...rejected, reason: 'a\u061cb' })).toContain('Why: a b');
  });
});
