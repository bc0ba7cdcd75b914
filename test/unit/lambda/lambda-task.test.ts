import { LimitExceededException } from '@aws-sdk/client-personalize';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as validators from '#validators';
import { JobNameTakenError, UnexpectedAnswerError } from '../../../src/lambda/errors.ts';
import { lambdaTask } from '../../../src/lambda/lambda-task.ts';
import { MAX_REASON_CHARACTERS } from '../../../src/lambda/limits.ts';
import { logger } from '../../../src/lambda/logger.ts';
import { lambdaContext, sdkError } from '../builders.ts';

afterEach(() => vi.restoreAllMocks());

const event = { request: { datasetArn: 'x' }, executionName: 'run-1', startedAt: '2026-03-14T09:00:00.000Z' };

const failing = (error: unknown) =>
  lambdaTask(validators.planExportsEvent, async () => {
    throw error;
  })(event, lambdaContext);

it('lambdaTask passes the event and the context to the task and returns its result', async () => {
  const task = vi.fn(async () => ({ phase: 'pending' }));
  const handler = lambdaTask(validators.planExportsEvent, task);
  expect(await handler(structuredClone(event), lambdaContext)).toEqual({ phase: 'pending' });
  expect(task).toHaveBeenCalledExactlyOnceWith(event, lambdaContext);
});

describe('an event that its schema refuses', () => {
  it.each([
    [{}, ['request: is missing.', 'executionName: is missing.', 'startedAt: is missing.']],
    [{ ...event, executionName: 5 }, ['executionName: 5 is of the wrong type; a string is expected.']],
    [null, ['request: null is of the wrong type; an object is expected.']],
    ['text', ['request: "text" is of the wrong type; an object is expected.']],
  ])(
    'an event that its schema refuses is an InvalidRequestError that names each field: %j',
    async (wrong, sentences) => {
      const task = vi.fn(async () => undefined);
      const refused = lambdaTask(validators.planExportsEvent, task)(wrong as never, lambdaContext);
      await expect(refused).rejects.toMatchObject({ name: 'InvalidRequestError', message: sentences.join('\n') });
      expect(task).not.toHaveBeenCalled();
    },
  );

  it.each([
    ['createExportJobEvent', validators.createExportJobEvent, { export: {} }, 'export.datasetArn: is missing.'],
    ['describeExportJobEvent', validators.describeExportJobEvent, { export: {}, job: {} }, 'job.phase: is missing.'],
    [
      'describeImportJobEvent',
      validators.describeImportJobEvent,
      { import: { phase: 'lost' } },
      'import.phase: "lost" is not allowed;',
    ],
    ['notifyEvent', validators.notifyEvent, { executionName: 'x', error: { Cause: 'y' } }, 'error.Error: is missing.'],
    ['startExportEvent', validators.startExportEvent, { id: 'x', source: 'y', detail: {} }, 'trigger: is missing.'],
  ] as const)(
    'an event that its schema refuses is an InvalidRequestError for the schema of %s',
    async (_, schema, wrong, sentence) => {
      const handler = lambdaTask(schema, async () => undefined);
      await expect(handler(wrong as never, lambdaContext)).rejects.toMatchObject({
        name: 'InvalidRequestError',
        message: expect.stringContaining(sentence),
      });
    },
  );
});

describe('retryable errors', () => {
  it.each([
    ...['ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded', 'Throttling', 'SlowDown'].map(
      (name) => sdkError(name, { status: 400 }),
    ),
    sdkError('SomeException', { status: 429 }),
    new LimitExceededException({ message: 'too many calls', $metadata: {} }),
    ...[500, 502, 503, 504, 521].map((status) => sdkError('InternalServerException', { status })),
    ...['TimeoutError', 'RequestTimeout', 'RequestTimeoutException'].map((name) => sdkError(name)),
    ...[
      'ECONNRESET',
      'ECONNREFUSED',
      'EPIPE',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
    ].map((code) => sdkError('Error', { code })),
    new Error('wrapped', { cause: sdkError('Error', { code: 'ECONNRESET' }) }),
    sdkError('KMSThrottlingException', { status: 400 }),
  ])('a retryable error is thrown as a TransientError: $name $code $$metadata.httpStatusCode', async (error) => {
    await expect(failing(error)).rejects.toMatchObject({
      name: 'TransientError',
      message: `${error.name}: ${error.message}`,
      cause: error,
    });
  });
});

describe('final errors', () => {
  it.each([
    sdkError('AccessDeniedException', { status: 400 }),
    sdkError('ResourceNotFoundException', { status: 404 }),
    sdkError('InvalidInputException', { status: 400 }),
    new JobNameTakenError('taken'),
    new UnexpectedAnswerError('odd'),
    new TypeError('a bug'),
  ])('a final error is thrown unchanged: %s', async (error) => {
    await expect(failing(error)).rejects.toBe(error);
  });
});

describe('the log entry of a failed task', () => {
  it('the log entry of a failed task has the name and the message of the error', async () => {
    const log = vi.spyOn(logger, 'error');
    await expect(failing(sdkError('AccessDeniedException', { message: 'no' }))).rejects.toThrow();
    expect(log).toHaveBeenCalledWith('task failed', { errorName: 'AccessDeniedException', errorMessage: 'no' });
  });

  it.each(['InvalidRequestError', 'JobNameTakenError', 'InvalidInputException'])(
    'the log entry of a failed task does not quote the path in a message of %s',
    async (name) => {
      const log = vi.spyOn(logger, 'error');
      await expect(failing(sdkError(name, { message: 's3://secret/path/' }))).rejects.toThrow();
      expect(log.mock.calls).toContainEqual(['task failed', { errorName: name }]);
    },
  );

  it('the log entry of a failed task does not quote a refused request', async () => {
    const log = vi.spyOn(logger, 'error');
    const handler = lambdaTask(validators.planExportsEvent, async () => undefined);
    await expect(
      handler({ ...event, executionName: 'secret' as never, startedAt: 7 } as never, lambdaContext),
    ).rejects.toThrow();
    expect(log.mock.calls).toContainEqual(['task failed', { errorName: 'InvalidRequestError' }]);
    expect(JSON.stringify(log.mock.calls)).not.toContain('secret');
  });
});

describe('a message that is too long for a cause', () => {
  const long = 'x'.repeat(MAX_REASON_CHARACTERS + 1);

  it.each([
    ['a final error', Object.assign(new Error(long), { name: 'JobNameTakenError' }), 'JobNameTakenError'],
    ['a retryable error', sdkError('ThrottlingException', { message: long }), 'TransientError'],
  ])('a message that is too long for a cause is cut, and %s keeps its name', async (_, error, name) => {
    const thrown = await failing(error).catch((caught: Error) => caught);
    expect(thrown).toMatchObject({ name, message: expect.stringContaining('… (cut: ') });
    expect(thrown?.message.length).toBeLessThan(MAX_REASON_CHARACTERS + 100);
  });
});
