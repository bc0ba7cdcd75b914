import { GetExecutionHistoryCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { readDeadLetter } from '../../cli/dead-letter.ts';
import { findStateMachine, regionOf } from '../../cli/deployment.ts';
import { explain, isTransient } from '../../cli/explain.ts';
import { inputOf } from '../../cli/export-options.ts';
import { historyReader } from '../../cli/history.ts';
import { causeLines, outcomesIn, skippedIn } from '../../cli/outcomes.ts';
import { endingLines } from '../../cli/report.ts';
import { executionName } from '../../cli/start.ts';
import { mocked } from '../mocked.ts';

const sfn = mocked(SFNClient);
const client = new SFNClient({ region: 'eu-west-1' });

describe('findStateMachine', () => {
  it('finds the state machine of a stage on any page of the list', async () => {
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

  it('explains what to do when no stage is deployed', async () => {
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
])('takes the region from %s', (_, option, environment, arn, region) => {
  expect(regionOf(option, environment, arn)).toBe(region);
});

it('rejects a region that differs from the region of the state machine', () => {
  expect(() => regionOf('a', {}, 'arn:aws:states:c:1:stateMachine:x')).toThrow(/is in c, not in a/);
});

it.each([
  [{}, /^Give exactly one of .*, not none\./],
  [{ datasetArn: 'a', groupArn: 'b' }, /^Give exactly one of .*, not 2\./],
  [{ request: '-', mode: 'ALL' as const }, /^--mode can't be combined/],
  [{ request: 'no/such.json' }, /^The request can't be read: ENOENT/],
])('rejects the options %j', async (options, message) => {
  await expect(inputOf(options)).rejects.toThrow(message);
});

it('turns the options into a request with the ingestion mode', async () => {
  expect(JSON.parse(await inputOf({ groupArn: 'a', mode: 'PUT' }))).toEqual({
    datasetGroupArn: 'a',
    ingestionMode: 'PUT',
  });
});

it('names an execution after the user and the time, in at most 80 allowed characters', () => {
  const name = executionName(`j.ünger@EXAMPLE ${'x'.repeat(80)}`, new Date('2026-01-02T03:04:05.678Z'));
  expect(name).toMatch(/^cli-j-nger-EXAMPLE-x+-20260102T030405Z-[0-9a-f]{8}$/);
  expect(name.length).toBeLessThanOrEqual(80);
  expect(executionName('')).toMatch(/^cli-\d{8}T/);
});

describe('the history reader', () => {
  const events = (...ids: number[]) =>
    ids.map((id) => ({ id, type: 'TaskStateEntered' as const, timestamp: undefined }));
  const signal = new AbortController().signal;

  it('returns the events since the last call, oldest first', async () => {
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

  it('returns no events for an execution that is not visible yet', async () => {
    sfn.on(GetExecutionHistoryCommand).rejects(Object.assign(new Error('no'), { name: 'ExecutionDoesNotExist' }));
    expect(await historyReader(client, 'arn').next(signal)).toEqual([]);
  });
});

describe('the end of an execution', () => {
  const outcome = { outcome: 'ACTIVE', succeeded: true, path: 's3://b/p/' };

  it.each([
    ['an output', { outcomes: [outcome], skipped: [] }],
    ['a list', [outcome]],
    ['JSON in text', JSON.stringify([outcome])],
    ['a list of JSON in text', [JSON.stringify(outcome)]],
    ['a batch', { exports: [{ request: 1, outcomes: [outcome] }] }],
  ])('has the outcomes that are in %s', (_, value) => {
    expect(outcomesIn(value)).toEqual([outcome]);
  });

  it('has no outcomes in plain text', () => {
    expect(outcomesIn('[no JSON')).toEqual([]);
    expect(skippedIn(undefined)).toEqual([]);
  });

  it.each([
    ['why\nand why', ['why', 'and why']],
    ['["one", "two"]', ['one', 'two']],
    ['{"errorType": "E", "errorMessage": "m", "trace": []}', ['E: m']],
    ['{"other": 1}', ['{"other":1}']],
    [undefined, []],
  ])('turns the cause %j into lines', (cause, lines) => {
    expect(causeLines(cause)).toEqual(lines);
  });

  it('is printed as one line per dataset, with the status at the end', () => {
    const startDate = new Date(0);
    const cause = JSON.stringify([
      { ...outcome, datasetArn: 'arn:aws:personalize:r:1:dataset/shop/ITEMS' },
      { outcome: 'CREATE FAILED', datasetArn: 'arn:aws:personalize:r:1:dataset/shop/USERS', path: 'p', reason: 'No.' },
    ]);
    const ending = { status: 'FAILED' as const, stopDate: new Date(61_000), error: 'ExportFailed', cause };
    expect(endingLines({ executionArn: 'arn', startDate }, ending)).toEqual([
      'shop/ITEMS  ACTIVE  s3://b/p/',
      'shop/USERS  CREATE FAILED  No.',
      'The execution failed after 1 min 1 s: ExportFailed',
    ]);
  });
});

describe('an error of the SDK', () => {
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
  ])('is explained with what to do: %s', (thrown, text) => {
    expect(explain(thrown)).toMatch(text);
  });

  it.each([
    [error('ThrottlingException'), true],
    [error('x', { $metadata: { httpStatusCode: 503 } }), true],
    [error('TimeoutError'), true],
    [error('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), false],
  ])('%s is transient: %s', (thrown, passing) => {
    expect(isTransient(thrown)).toBe(passing);
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
  ])('from a %s contains its event', (sender, body, attributes, itsEvent, reason) => {
    expect(readDeadLetter(JSON.stringify(body), attributes)).toEqual({ event: itsEvent, sender, reason });
  });

  it.each([
    ['no event', /not a JSON object/],
    ['[]', /not a JSON object/],
    ['{}', /contains no event/],
    [JSON.stringify({ ...record, requestPayload: { id: 1 } }), /contains no event/],
    [JSON.stringify({ ...scheduled, id: '<aws.scheduler.execution-id>' }), /scheduled time is missing/],
  ])('is not sent again if its body is %s', (body, why) => {
    expect(readDeadLetter(body, {})).toMatch(why);
  });
});
