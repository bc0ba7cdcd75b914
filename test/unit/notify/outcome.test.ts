import { describe, expect, it } from 'vitest';
import { endingOf } from '../../../src/notify/outcome.ts';
import type { ImportState, Job, NotifyEvent } from '../../../src/state.ts';
import { datasetExportJobArn, pendingJob, plannedExport } from '../builders.ts';

const executionName = 'run-1';
const ending = (event: Omit<NotifyEvent, 'executionName'>) => endingOf({ executionName, ...event });
const lambdaCause = (errorMessage: unknown) =>
  JSON.stringify({ errorType: 'SomeError', errorMessage, trace: ['at x'] });

describe('an export', () => {
  const stillRunning =
    "The job did not end before the deadline. Its status was CREATE PENDING. Personalize can't stop a job.";
  it.each<[Job | undefined, ReturnType<typeof endingOf>]>([
    [pendingJob({ phase: 'succeeded' }), { outcome: 'ACTIVE' }],
    [pendingJob({ phase: 'failed', failureReason: 'no access' }), { outcome: 'CREATE FAILED', reason: 'no access' }],
    [pendingJob({ phase: 'failed' }), { outcome: 'CREATE FAILED', reason: 'Personalize gave no failureReason.' }],
    [pendingJob({ phase: 'timed-out' }), { outcome: 'TIMED OUT', reason: stillRunning }],
    [
      { phase: 'timed-out', failureReason: 'LimitExceededException: full' },
      {
        outcome: 'TIMED OUT',
        reason: 'No job could be created before the deadline. The last response was LimitExceededException: full',
      },
    ],
    [
      { phase: 'timed-out' },
      { outcome: 'TIMED OUT', reason: 'No job could be created before the deadline. The last response was none' },
    ],
    [undefined, { outcome: 'TIMED OUT', reason: expect.stringContaining('none') }],
  ])('an export with the job %j ends as %j', (job, expected) => {
    expect(ending({ export: plannedExport(), ...(job && { job }) })).toEqual(expected);
  });
});

describe('an execution without an export', () => {
  it.each<[ImportState | undefined, ReturnType<typeof endingOf>]>([
    [
      { phase: 'failed', failureReason: 'line 7' },
      { outcome: 'IMPORT FAILED', reason: 'line 7' },
    ],
    [{ phase: 'failed' }, { outcome: 'IMPORT FAILED', reason: 'Personalize gave no failureReason.' }],
    [undefined, { outcome: 'IMPORT FAILED', reason: 'Personalize gave no failureReason.' }],
    [
      { phase: 'timed-out', status: 'CREATE IN_PROGRESS' },
      {
        outcome: 'TIMED OUT',
        reason: 'The import did not end before the deadline. Its status was CREATE IN_PROGRESS.',
      },
    ],
  ])('an execution without an export and with the import %j ends as %j', (imported, expected) => {
    expect(ending({ request: {}, ...(imported && { import: imported }) })).toEqual(expected);
  });
});

describe('a caught error', () => {
  it.each<[string | undefined, string]>([
    [lambdaCause('not authorized'), 'SomeError: not authorized'],
    ['plain text', 'SomeError: plain text'],
    ['{"errorType": cut off', 'SomeError: {"errorType": cut off'],
    ['null', 'SomeError: null'],
    ['"text"', 'SomeError: "text"'],
    ['[1]', 'SomeError: [1]'],
    [lambdaCause(5), `SomeError: ${lambdaCause(5)}`],
  ])('a caught error with the cause %j has the reason %j', (Cause, reason) => {
    expect(ending({ error: { Error: 'SomeError', Cause } })).toEqual({
      outcome: 'REJECTED',
      reason,
    });
  });

  it.each([{ Error: 'States.Timeout' }, { Error: 'States.Timeout', Cause: '' }])(
    'a caught error without a cause, %j, has its name as the reason',
    (error) => {
      expect(ending({ error })).toMatchObject({ outcome: 'REJECTED', reason: 'States.Timeout' });
    },
  );

  const names = ['AccessDeniedException', 'UnexpectedAnswerError', 'TransientError', 'TypeError'];
  const states: [string, Omit<NotifyEvent, 'executionName'>, string][] = [
    ['while a request is planned', { request: {} }, 'REJECTED'],
    ['while an import is awaited', { request: {}, import: { phase: 'pending' } }, 'REJECTED'],
    ['while a job is polled', { export: plannedExport(), job: pendingJob() }, 'STATUS UNKNOWN'],
    [
      'after a job has succeeded',
      { export: plannedExport(), job: { phase: 'succeeded', datasetExportJobArn } },
      'STATUS UNKNOWN',
    ],
  ];
  it.each(states.flatMap(([when, event, outcome]) => names.map((name) => [when, name, outcome, event] as const)))(
    'a caught error %s, %s, ends the export as %s',
    (_, name, outcome, event) => {
      const error = { Error: name, Cause: lambdaCause('why') };
      expect(ending({ ...event, error })).toEqual({ outcome, reason: `${name}: why` });
    },
  );
});

describe('an export whose creation failed', () => {
  const failed = (name: string, message = 'why') => ({ Error: name, Cause: lambdaCause(message) });

  it.each(['AccessDeniedException', 'JobNameTakenError', 'TransientError', 'Lambda.Unknown', 'States.Timeout'])(
    'an export that failed with %s and has no job ends as CREATE FAILED',
    (name) => {
      const event = { export: plannedExport(), job: { phase: 'absent' as const }, createError: failed(name) };
      expect(ending(event)).toEqual({ outcome: 'CREATE FAILED', reason: `${name}: why` });
    },
  );

  it('an export with an unreadable job that is then absent ends as STATUS UNKNOWN', () => {
    const createError = failed('JobUnreadableError');
    expect(ending({ export: plannedExport(), job: { phase: 'absent' }, createError })).toEqual({
      outcome: 'STATUS UNKNOWN',
      reason: 'JobUnreadableError: why',
    });
  });

  it('a failed creation that did create a job ends as the job does', () => {
    const createError = failed('TransientError');
    expect(ending({ export: plannedExport(), job: pendingJob({ phase: 'succeeded' }), createError })).toEqual({
      outcome: 'ACTIVE',
    });
  });

  it('a failed creation with a job that cannot be described ends as STATUS UNKNOWN with both reasons', () => {
    const [createError, error] = [failed('TransientError', 'cut off.'), failed('AccessDeniedException', 'no')];
    expect(ending({ export: plannedExport(), job: { phase: 'queued' }, createError, error })).toEqual({
      outcome: 'STATUS UNKNOWN',
      reason: "TransientError: cut off. Whether the job exists can't be read: AccessDeniedException: no",
    });
  });
});
