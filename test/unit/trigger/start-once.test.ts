import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logger } from '../../../src/lambda/logger.ts';
import type { Execution } from '../../../src/trigger/event-to-execution.ts';
import { startOnce } from '../../../src/trigger/start-once.ts';
import { mocked } from '../../mocked.ts';
import { datasetArn, later, now, sdkError, stateMachineArn } from '../builders.ts';
import { stopClock } from '../stopped-clock.ts';

const sfn = mocked(SFNClient);
const warn = vi.spyOn(logger, 'warn');
afterEach(() => void warn.mockClear());

const origin = { trigger: 'request file', bucket: 'b', key: 'requests/a.json', versionId: 'v1', eventId: '1' };
const execution: Execution = {
  name: 'first',
  otherName: 'second',
  input: { datasetArn, ingestionMode: 'PUT', origin },
};
const executionArn = (name: string) => `arn:aws:states:eu-west-1:123456789012:execution:exports:${name}`;

const start = (changes: Partial<Execution> = {}) =>
  startOnce({ ...execution, ...changes }, stateMachineArn, new SFNClient({}), [0, 0]);

const alreadyExists = () => sdkError('ExecutionAlreadyExists', { status: 400 });
const startDate = new Date(later(2));

/** An execution has taken the name. */
function taken(name: string, input: unknown, started = startDate): void {
  sfn.on(StartExecutionCommand, { name }).rejects(alreadyExists());
  sfn
    .on(DescribeExecutionCommand, { executionArn: executionArn(name) })
    .resolves({ input: typeof input === 'string' ? input : JSON.stringify(input), startDate: started });
}

function startable(...names: string[]): void {
  for (const name of names) sfn.on(StartExecutionCommand, { name }).resolves({ startDate });
}

it('startOnce starts an execution under its name', async () => {
  startable('first');
  await expect(start()).resolves.toEqual({ executionName: 'first', alreadyStarted: false });
  expect(sfn).toHaveReceivedCommandExactlyOnceWith(StartExecutionCommand, {
    stateMachineArn,
    name: 'first',
    input: JSON.stringify(execution.input),
  });
});

describe('an execution with the same name', () => {
  it.each<[string, unknown]>([
    ['the same input', execution.input],
    ['the same request from another trigger', { ...execution.input, origin: { trigger: 'solution' } }],
    ['the same request without an origin', { datasetArn, ingestionMode: 'PUT' }],
    ['the same request with its fields in another order', { origin, ingestionMode: 'PUT', datasetArn }],
  ])('startOnce starts nothing if the execution with the name has %s', async (_, input) => {
    taken('first', input);
    await expect(start()).resolves.toEqual({ executionName: 'first', alreadyStarted: true });
    expect(warn).not.toHaveBeenCalled();
  });

  it.each<[string, unknown]>([
    ['another dataset', { ...execution.input, datasetArn: `${datasetArn}2` }],
    ['a field more', { ...execution.input, roleArn: 'arn:aws:iam::123456789012:role/mine' }],
    ['a field less', { datasetArn, origin }],
    ['a filter by dataset group', { ...execution.input, onlyDatasetGroups: ['none'] }],
    ['a rejection', { rejection: 'no', origin }],
    ['a request that is null', null],
    ['a request that is a list', [execution.input]],
  ])('startOnce starts another execution if the existing one was started for %s, and warns', async (_, input) => {
    taken('first', input);
    startable('second');
    await expect(start()).resolves.toEqual({ executionName: 'second', alreadyStarted: false });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.any(String), { executionName: 'first' });
  });

  it('startOnce starts another execution if the input of the existing one is unknown', async () => {
    taken('first', execution.input);
    sfn.on(DescribeExecutionCommand).resolves({ startDate });
    startable('second');
    await expect(start()).resolves.toMatchObject({ executionName: 'second' });
  });

  it('startOnce starts nothing if the same request has also taken the other name: that was an earlier delivery', async () => {
    taken('first', {});
    taken('second', execution.input);
    await expect(start()).resolves.toEqual({ executionName: 'second', alreadyStarted: true });
  });

  it('startOnce fails if the other name is taken for something else, too', async () => {
    taken('first', {});
    taken('second', {});
    await expect(start()).rejects.toMatchObject({
      name: 'ExecutionNameTakenError',
      message: expect.stringMatching(/first and second/),
    });
  });

  it('startOnce compares a request that is too deeply nested to be compared by value', async () => {
    const nested = JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`);
    taken('first', { exports: nested });
    await expect(start({ input: { exports: nested, origin } })).resolves.toMatchObject({ alreadyStarted: true });
    taken('first', { exports: [nested] });
    startable('second');
    await expect(start({ input: { exports: nested, origin } })).resolves.toMatchObject({ executionName: 'second' });
  });
});

describe('a request file that can no longer be read', () => {
  const gone = { input: { rejection: 'The file was deleted.', origin }, isUnreadFile: true };

  it.each<[string, object]>([
    ['version', { versionId: 'v1' }],
    ['sequencer', { versionId: undefined, sequencer: '01' }],
  ])('a file that can no longer be read is a repeat if the execution has its bucket, key and %s', async (_, put) => {
    const ours = { ...origin, ...put };
    taken('first', { datasetArn, origin: { ...ours, eventId: 'another delivery' } });
    await expect(start({ ...gone, input: { ...gone.input, origin: ours } })).resolves.toMatchObject({
      alreadyStarted: true,
    });
  });

  it.each<[string, object | undefined]>([
    ['another version', { ...origin, versionId: 'v2' }],
    ['a sequencer instead of a version', { ...origin, versionId: undefined, sequencer: 'v1' }],
    ['another key', { ...origin, key: 'requests/b.json' }],
    ['another bucket', { ...origin, bucket: 'c' }],
    ['another trigger', { ...origin, trigger: 'event' }],
    ['no origin', undefined],
  ])('a file that can no longer be read is not a repeat if the execution has %s', async (_, theirs) => {
    taken('first', { datasetArn, origin: theirs });
    startable('second');
    await expect(start(gone)).resolves.toMatchObject({ executionName: 'second' });
  });

  it('startOnce compares the request, not the file, as long as the file can be read', async () => {
    taken('first', { datasetArn: `${datasetArn}2`, origin });
    startable('second');
    await expect(start()).resolves.toMatchObject({ executionName: 'second' });
  });
});

describe('an execution for the same request that started before the event happened', () => {
  stopClock();
  const happenedAt = now;
  const before = new Date(later(-5.001));

  it('an execution that started before the event and has ended is not a repeat', async () => {
    taken('first', execution.input, before);
    startable('second');
    await expect(start({ happenedAt })).resolves.toEqual({ executionName: 'second', alreadyStarted: false });
  });

  it('an execution that started before the event and runs is not a repeat, even if StartExecution returns it', async () => {
    startable('second');
    sfn.on(StartExecutionCommand, { name: 'first' }).resolves({ startDate: before });
    await expect(start({ happenedAt })).resolves.toEqual({ executionName: 'second', alreadyStarted: false });
  });

  it('an execution within the difference of two clocks is a repeat', async () => {
    taken('first', execution.input, new Date(later(-5)));
    await expect(start({ happenedAt })).resolves.toMatchObject({ alreadyStarted: true });
  });

  it("an execution that has just started is a repeat if the event's time is in the future", async () => {
    sfn.on(StartExecutionCommand, { name: 'first' }).resolves({ startDate: new Date(now) });
    await expect(start({ happenedAt: later(86_400) })).resolves.toEqual({
      executionName: 'first',
      alreadyStarted: false,
    });
  });
});

describe('an execution that cannot be described', () => {
  const doesNotExist = () => sdkError('ExecutionDoesNotExist', { status: 400 });

  it('startOnce describes an execution again if Step Functions does not find it yet', async () => {
    taken('first', execution.input);
    sfn
      .on(DescribeExecutionCommand)
      .rejectsOnce(doesNotExist())
      .rejectsOnce(doesNotExist())
      .resolves({ input: JSON.stringify(execution.input) });
    await expect(start()).resolves.toMatchObject({ alreadyStarted: true });
  });

  it.each([
    ['ExecutionDoesNotExist after every pause', doesNotExist(), 3],
    ['AccessDeniedException at once', sdkError('AccessDeniedException', { status: 400 }), 1],
  ])('startOnce fails with %s, so that Lambda retries', async (_, error, calls) => {
    taken('first', execution.input);
    sfn.on(DescribeExecutionCommand).rejects(error);
    await expect(start()).rejects.toBe(error);
    expect(sfn).toHaveReceivedCommandTimes(DescribeExecutionCommand, calls);
  });
});
