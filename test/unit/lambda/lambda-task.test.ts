import { LimitExceededException } from '@aws-sdk/client-personalize';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as validators from '#validators';
import { JobNameTakenError, UnexpectedAnswerError } from '../../../src/lambda/errors.ts';
import { lambdaTask } from '../../../src/lambda/lambda-task.ts';
import { logger } from '../../../src/lambda/logger.ts';
import { lambdaContext, sdkError } from '../builders.ts';

afterEach(() => vi.restoreAllMocks());

const event = { request: { datasetArn: 'x' }, executionName: 'run-1', startedAt: '2026-03-14T09:00:00.000Z' };

const failing = (error: unknown) =>
  lambdaTask(validators.planExportsEvent, async () => {
    throw error;
  })(event, lambdaContext);

it('hands the event to the task as it is, and its answer back', async () => {
  const task = vi.fn(async () => ({ phase: 'pending' }));
  const handler = lambdaTask(validators.planExportsEvent, task);
  expect(await handler(structuredClone(event), lambdaContext)).toEqual({ phase: 'pending' });
  expect(task).toHaveBeenCalledExactlyOnceWith(event);
});

describe('an event that the schema refuses', () => {
  it.each([
    [{}, ['request: is missing.', 'executionName: is missing.', 'startedAt: is missing.']],
    [{ ...event, executionName: 5 }, ['executionName: 5 is of the wrong type; a string is expected.']],
    [null, ['request: null is of the wrong type; an object is expected.']],
    ['text', ['request: "text" is of the wrong type; an object is expected.']],
  ])('%j is an invalid request that names each field', async (wrong, sentences) => {
    const task = vi.fn(async () => undefined);
    const refused = lambdaTask(validators.planExportsEvent, task)(wrong as never, lambdaContext);
    await expect(refused).rejects.toMatchObject({ name: 'InvalidRequestError', message: sentences.join(' ') });
    expect(task).not.toHaveBeenCalled();
  });

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
    ['startExportEvent', validators.startExportEvent, { id: 'x', source: 'y', detail: {} }, 'detail-type: is missing.'],
  ] as const)('%s', async (_, schema, wrong, sentence) => {
    const handler = lambdaTask(schema, async () => undefined);
    await expect(handler(wrong as never, lambdaContext)).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringContaining(sentence),
    });
  });
});

describe('what can heal is a TransientError', () => {
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
  ])('$name $code $$metadata.httpStatusCode', async (error) => {
    await expect(failing(error)).rejects.toMatchObject({
      name: 'TransientError',
      message: `${error.name}: ${error.message}`,
      cause: error,
    });
  });
});

describe('what is final keeps its name', () => {
  it.each([
    sdkError('AccessDeniedException', { status: 400 }),
    sdkError('ResourceNotFoundException', { status: 404 }),
    sdkError('InvalidInputException', { status: 400 }),
    new JobNameTakenError('taken'),
    new UnexpectedAnswerError('odd'),
    new TypeError('a bug'),
  ])('%s', async (error) => {
    await expect(failing(error)).rejects.toBe(error);
  });
});

describe('the log of a failure', () => {
  it('has its name and message', async () => {
    const log = vi.spyOn(logger, 'error');
    await expect(failing(sdkError('AccessDeniedException', { message: 'no' }))).rejects.toThrow();
    expect(log).toHaveBeenCalledWith('task failed', { errorName: 'AccessDeniedException', errorMessage: 'no' });
  });

  it('does not quote a refused request', async () => {
    const log = vi.spyOn(logger, 'error');
    const handler = lambdaTask(validators.planExportsEvent, async () => undefined);
    await expect(
      handler({ ...event, executionName: 'secret' as never, startedAt: 7 } as never, lambdaContext),
    ).rejects.toThrow();
    expect(log.mock.calls).toContainEqual(['task failed', { errorName: 'InvalidRequestError' }]);
    expect(JSON.stringify(log.mock.calls)).not.toContain('secret');
  });
});
