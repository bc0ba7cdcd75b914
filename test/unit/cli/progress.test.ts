import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { createProgress } from '../../../cli/progress.ts';
import { rowLines } from '../../../cli/screen.ts';

// Histories as Step Functions writes them: each event has the ID of its previous event.
const start = Date.parse('2026-01-01T00:00:00Z');
const planned = (type: string) => ({
  export: { datasetArn: `arn:aws:personalize:r:1:dataset/shop/${type}`, jobName: `job-${type}` },
});

function event(id: number, previousEventId: number, type: HistoryEventType, details: object = {}): HistoryEvent {
  return { id, previousEventId, type, timestamp: new Date(start + id * 1000), ...details };
}
const entered = (name: string, input: object = {}) => ({
  stateEnteredEventDetails: { name, input: JSON.stringify(input) },
});
const exited = (name: string, output: object = {}) => ({
  stateExitedEventDetails: { name, output: JSON.stringify(output) },
});

function follow(events: HistoryEvent[]) {
  const progress = createProgress();
  const lines = events.flatMap((one) => progress.take(one)).map(({ label, text }) => [label, text].join('|'));
  return { lines, progress };
}

const iteration = (index: number) => ({ mapIterationStartedEventDetails: { name: 'Each', index } });

it('the progress of each iteration of a Map has the name of its dataset', () => {
  const wait = { ...planned('USERS'), job: { phase: 'pending', status: 'CREATE PENDING', waitSeconds: 30 } };
  const { lines, progress } = follow([
    event(1, 0, 'ExecutionStarted'),
    event(2, 0, 'MapStateEntered', entered('Each')),
    event(3, 2, 'MapStateStarted'),
    event(4, 3, 'MapIterationStarted', iteration(0)),
    event(5, 4, 'TaskStateEntered', entered('Create', planned('ITEMS'))),
    event(6, 3, 'MapIterationStarted', iteration(1)),
    event(7, 6, 'TaskStateEntered', entered('Create', planned('USERS'))),
    event(8, 7, 'TaskStateExited', exited('Create', wait)),
    event(9, 8, 'ChoiceStateEntered', entered('Phase', wait)),
    event(10, 9, 'ChoiceStateExited', exited('Phase', wait)),
    event(11, 10, 'WaitStateEntered', entered('Wait', wait)),
    event(12, 5, 'LambdaFunctionFailed', {
      lambdaFunctionFailedEventDetails: { error: 'TransientError', cause: '{"errorMessage":"Rate exceeded"}' },
    }),
    event(13, 12, 'TaskStateExited', exited('Notify', { outcome: 'CREATE FAILED', remedy: 'Fix it.' })),
    event(14, 13, 'MapIterationSucceeded'),
    event(15, 0, 'ExecutionAborted'),
  ]);
  expect(progress.ending?.outcomes).toEqual([{ outcome: 'CREATE FAILED', remedy: 'Fix it.' }]);
  expect(lines).toEqual([
    '|Each',
    'shop/ITEMS|Create',
    'shop/USERS|Create',
    'shop/USERS|export job CREATE PENDING',
    'shop/USERS|Wait: 30 s',
    'shop/ITEMS|failed: TransientError: Rate exceeded',
    'shop/ITEMS|outcome CREATE FAILED',
  ]);
  expect(rowLines([...progress.rows], 10, undefined, start + 21_000)).toEqual([
    '              Each',
    '  shop/ITEMS  CREATE FAILED',
    '  shop/USERS  export job CREATE PENDING  Wait, 20 s left',
  ]);
});

it.each<[string, object[], string[]]>([
  [
    'once for a status that stays',
    [{ job: { status: 'CREATE PENDING' } }, { job: { status: 'CREATE PENDING' } }],
    ['export job CREATE PENDING'],
  ],
  [
    'again for another status',
    [{ job: { status: 'CREATE PENDING' } }, { job: { status: 'ACTIVE' } }],
    ['export job CREATE PENDING', 'export job ACTIVE'],
  ],
  ['for a job that is queued', [{ job: { phase: 'queued', waitSeconds: 30 } }], ['export job queued']],
  ['not for a job before its first attempt', [{ job: { phase: 'queued' } }], []],
  ['for an import', [{ import: { phase: 'pending', status: 'CREATE PENDING' } }], ['import job CREATE PENDING']],
  ['not for an import that is not awaited', [{ import: { phase: 'none', status: 'ACTIVE' } }], []],
  ['not for an output without a job', [{}], []],
])('the progress of an execution has a line %s', (_, outputs, expected) => {
  const events = outputs.map((output, index) => event(index + 2, index + 1, 'TaskStateExited', exited('Task', output)));
  expect(follow([event(1, 0, 'ExecutionStarted'), ...events]).lines).toEqual(expected.map((text) => `|${text}`));
});

it('the progress of an import that an iteration waits for has the name of the import job', () => {
  const imported = { phase: 'pending', status: 'CREATE IN_PROGRESS', waitSeconds: 15, datasetImportJobArn: '' };
  imported.datasetImportJobArn = 'arn:aws:personalize:r:1:dataset-import-job/june';
  const state = { import: imported, job: { phase: 'queued' } };
  const { lines } = follow([
    event(1, 0, 'MapStateEntered', entered('Requests')),
    event(2, 1, 'MapIterationStarted', iteration(0)),
    event(3, 2, 'WaitStateEntered', entered('WaitForImport', state)),
    event(4, 3, 'WaitStateExited', exited('WaitForImport', state)),
    event(5, 4, 'TaskStateEntered', entered('DescribeImportJob', state)),
    event(6, 5, 'TaskStateExited', exited('DescribeImportJob', { import: { ...imported, status: 'ACTIVE' } })),
  ]);
  expect(lines).toEqual(['|Requests', 'june|WaitForImport: 15 s', 'june|DescribeImportJob', 'june|import job ACTIVE']);
});

it.each<[HistoryEventType, object, object]>([
  ['ExecutionSucceeded', { executionSucceededEventDetails: { output: '{}' } }, { status: 'SUCCEEDED', output: '{}' }],
  [
    'ExecutionFailed',
    { executionFailedEventDetails: { error: 'REJECTED', cause: 'why' } },
    { status: 'FAILED', error: 'REJECTED', cause: 'why' },
  ],
  ['ExecutionAborted', {}, { status: 'ABORTED' }],
  ['ExecutionTimedOut', {}, { status: 'TIMED_OUT' }],
])('the end of an execution is read from %s', (type, details, ending) => {
  const { progress } = follow([event(1, 0, 'ExecutionStarted'), event(2, 1, type, details)]);
  expect(progress.ending).toMatchObject(ending);
});
