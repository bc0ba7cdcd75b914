import { GetExecutionHistoryCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { readDeadLetter } from '../../cli/dead-letter.ts';
import { findStateMachine, regionOf } from '../../cli/deployment.ts';
import { explain, isPassing } from '../../cli/explain.ts';
import { inputOf } from '../../cli/export-options.ts';
import { historyReader } from '../../cli/history.ts';
import { causeLines, outcomesIn, skippedIn } from '../../cli/outcomes.ts';
import { endingLines } from '../../cli/report.ts';
import { executionName } from '../../cli/start.ts';
import { mocked } from '../mocked.ts';

const sfn = mocked(SFNClient);
const client = new SFNClient({ region: 'eu-west-1' });

describe('the machine of a stage', () => {
  it('is found on whichever page it is', async () => {
    sfn
      .on(ListStateMachinesCommand)
      .resolvesOnce({ stateMachines: [], nextToken: 'more' })
      .resolvesOnce({
        stateMachines: [
          { name: 'personalize-dataset-export-dev', stateMachineArn: 'arn', type: 'STANDARD', creationDate: undefined },
        ],
      });
    expect(await findStateMachine(client)).toBe('arn');
  });

  it('is missed with advice where none is deployed', async () => {
    sfn.on(ListStateMachinesCommand).resolves({ stateMachines: [] });
    await expect(findStateMachine(client, 'prod')).rejects.toThrow(
      /-prod in eu-west-1\. No stage is deployed there.*npm run deploy/,
    );
  });
});

it.each([
  ['the option', 'a', { AWS_REGION: 'b' }, undefined, 'a'],
  ['the ARN', undefined, { AWS_REGION: 'b' }, 'arn:aws:states:c:1:stateMachine:x', 'c'],
  ['AWS_REGION', undefined, { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'd' }, undefined, 'b'],
  ['AWS_DEFAULT_REGION', undefined, { AWS_REGION: '', AWS_DEFAULT_REGION: 'd' }, undefined, 'd'],
  ['the profile', undefined, {}, undefined, undefined],
])('the region is that of %s', (_, option, environment, arn, region) => {
  expect(regionOf(option, environment, arn)).toBe(region);
});

it('the region is not another than that of the machine', () => {
  expect(() => regionOf('a', {}, 'arn:aws:states:c:1:stateMachine:x')).toThrow(/is in c, not in a/);
});

it.each([
  [{}, /^No subject/],
  [{ datasetArn: 'a', groupArn: 'b' }, /^2 subjects/],
  [{ request: '-', mode: 'ALL' as const }, /^--mode does not go/],
  [{ request: 'no/such.json' }, /^The request can't be read: ENOENT/],
])('refuses %j', async (options, message) => {
  await expect(inputOf(options)).rejects.toThrow(message);
});

it('asks for one subject with its mode', async () => {
  expect(JSON.parse(await inputOf({ groupArn: 'a', mode: 'PUT' }))).toEqual({
    datasetGroupArn: 'a',
    ingestionMode: 'PUT',
  });
});

it('an execution is named by who and when, within 80 characters of those allowed', () => {
  const name = executionName(`j.ünger@EXAMPLE ${'x'.repeat(80)}`, new Date('2026-01-02T03:04:05.678Z'));
  expect(name).toMatch(/^cli-j-nger-EXAMPLE-x+-20260102T030405Z-[0-9a-f]{8}$/);
  expect(name.length).toBeLessThanOrEqual(80);
  expect(executionName('')).toMatch(/^cli-\d{8}T/);
});

describe('the history', () => {
  const events = (...ids: number[]) =>
    ids.map((id) => ({ id, type: 'TaskStateEntered' as const, timestamp: undefined }));
  const signal = new AbortController().signal;

  it('is read back to the last event that was seen, and given forwards', async () => {
    sfn
      .on(GetExecutionHistoryCommand)
      .resolvesOnce({ events: events(3, 2), nextToken: 'a' })
      .resolvesOnce({ events: events(1) })
      .resolvesOnce({ events: events(5, 4, 3), nextToken: 'b' })
      .resolvesOnce({ events: events(5, 4), nextToken: 'c' });
    const reader = historyReader(client, 'arn');
    const next = async () => (await reader.next(signal)).map(({ id }) => id);
    expect([await next(), await next(), await next()]).toEqual([[1, 2, 3], [4, 5], []]);
  });

  it('may not be there yet', async () => {
    sfn.on(GetExecutionHistoryCommand).rejects(Object.assign(new Error('no'), { name: 'ExecutionDoesNotExist' }));
    expect(await historyReader(client, 'arn').next(signal)).toEqual([]);
  });
});

describe('what an execution says at its end', () => {
  const outcome = { outcome: 'ACTIVE', succeeded: true, path: 's3://b/p/' };

  it.each([
    ['an output', { outcomes: [outcome], skipped: [] }],
    ['a list', [outcome]],
    ['JSON in text', JSON.stringify([outcome])],
    ['a list of JSON in text', [JSON.stringify(outcome)]],
    ['a batch', { exports: [{ request: 1, outcomes: [outcome] }] }],
  ])('has the outcomes of %s', (_, value) => {
    expect(outcomesIn(value)).toEqual([outcome]);
  });

  it('has none in a plain text', () => {
    expect(outcomesIn('[no JSON')).toEqual([]);
    expect(skippedIn(undefined)).toEqual([]);
  });

  it.each([
    ['why\nand why', ['why', 'and why']],
    ['["one", "two"]', ['one', 'two']],
    ['{"errorType": "E", "errorMessage": "m", "trace": []}', ['E: m']],
    ['{"other": 1}', ['{"other":1}']],
    [undefined, []],
  ])('has %j as lines', (cause, lines) => {
    expect(causeLines(cause)).toEqual(lines);
  });

  it('is a line a dataset', () => {
    const startDate = new Date(0);
    const cause = JSON.stringify([
      { ...outcome, datasetArn: 'arn:aws:personalize:r:1:dataset/shop/ITEMS' },
      { outcome: 'CREATE FAILED', datasetArn: 'arn:aws:personalize:r:1:dataset/shop/USERS', path: 'p', reason: 'No.' },
    ]);
    const ending = { status: 'FAILED' as const, stopDate: new Date(61_000), error: 'ExportFailed', cause };
    expect(endingLines({ executionArn: 'arn', startDate }, ending)).toEqual([
      'shop/ITEMS  ACTIVE  s3://b/p/',
      'shop/USERS  CREATE FAILED  No.',
      'The execution has failed after 1 min 1 s: ExportFailed',
    ]);
  });
});

describe('errors', () => {
  const error = (name: string, more: object = {}) => Object.assign(new Error('said.'), { name, ...more });

  it.each([
    [error('AccessDeniedException', { action: 'states:StartExecution' }), /need the action states:StartExecution/],
    [error('ExpiredTokenException'), /have expired\. Sign in again/],
    [error('UnrecognizedClientException'), /does not accept the credentials: said/],
    [error('StateMachineDoesNotExist'), /Check STATE_MACHINE_ARN/],
    [error('Error', { code: 'ENOTFOUND', endpoint: 'https://states.x' }), /^https:\/\/states\.x can't be reached/],
    [error('AggregateError', { errors: [{ code: 'ECONNREFUSED' }] }), /^AWS can't be reached \(ECONNREFUSED\)/],
    [error('ThrottlingException', { action: 'states:StartExecution' }), /throttles states:StartExecution/],
    [error('Other', { action: 'sqs:DeleteMessage' }), /^sqs:DeleteMessage failed: Other: said/],
  ])('%s is told with what to do', (thrown, text) => {
    expect(explain(thrown)).toMatch(text);
  });

  it.each([
    [error('ThrottlingException'), true],
    [error('x', { $metadata: { httpStatusCode: 503 } }), true],
    [error('TimeoutError'), true],
    [error('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), false],
  ])('%s: worth another try is %s', (thrown, passing) => {
    expect(isPassing(thrown)).toBe(passing);
  });
});

describe('a dead letter', () => {
  const event = { id: '1', source: 'shop', 'detail-type': 'Dataset Export Requested', detail: { datasetArn: 'a' } };
  const scheduled = { ...event, source: 'aws.scheduler', detail: { scheduledTime: '2026-01-01T00:00:00Z' } };
  const record = {
    version: '1.0',
    requestContext: { condition: 'RetriesExhausted' },
    requestPayload: event,
    responsePayload: { errorType: 'TransientError', errorMessage: 'Rate exceeded' },
  };

  it.each([
    ['rule', event, { RULE_ARN: 'r', ERROR_CODE: 'NO_PERMISSIONS' }, event, 'NO_PERMISSIONS'],
    ['schedule', scheduled, { ERROR_CODE: 'X', ERROR_MESSAGE: 'y' }, scheduled, 'X: y'],
    ['function', record, {}, event, 'TransientError: Rate exceeded'],
    ['function', { ...record, responsePayload: undefined }, {}, event, 'RetriesExhausted'],
  ])('of a %s holds its event', (sender, body, attributes, itsEvent, reason) => {
    expect(readDeadLetter(JSON.stringify(body), attributes)).toEqual({ event: itsEvent, sender, reason });
  });

  it.each([
    ['no event', /no JSON object/],
    ['[]', /no JSON object/],
    ['{}', /holds no event/],
    [JSON.stringify({ ...record, requestPayload: { id: 1 } }), /holds no event/],
    [JSON.stringify({ ...scheduled, id: '<aws.scheduler.execution-id>' }), /has not filled in/],
  ])('that is %s stays', (body, why) => {
    expect(readDeadLetter(body, {})).toMatch(why);
  });
});
