import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import validator, { type Options as ValidatorOptions } from '@middy/validator';
import type { Context } from 'aws-lambda';
import { InvalidRequestError, TransientError } from './errors.ts';
import { isRetryable } from './is-retryable.ts';
import { MAX_REASON_CHARACTERS } from './limits.ts';
import { logger } from './logger.ts';
import { shorten } from './shorten.ts';
import { describeFaults, type SchemaValidator } from './validation-message.ts';

/** The one chain around every function: the event is checked, the log knows the invocation, errors get the names that
 * the definition retries and catches by.
 * @throws InvalidRequestError for an event that the schema refuses, naming each field; TransientError for what can heal. */
export function lambdaTask<Event, Result>(eventSchema: SchemaValidator, task: (event: Event) => Promise<Result>) {
  return middy<Event, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use({ onError: nameError })
    .use(validator({ eventSchema } as unknown as ValidatorOptions) as middy.MiddlewareObj)
    .handler((event: Event, _context: Context) => task(event));
}

/** A cause has 32,768 characters in Step Functions, the trace included, and a message may be of any length. */
function shortened(request: middy.Request): Error {
  const error = request.error as Error;
  if (error.message.length <= MAX_REASON_CHARACTERS) return error;
  const short = Object.assign(new Error(shorten(error.message, MAX_REASON_CHARACTERS)), { name: error.name });
  request.error = short;
  return short;
}

function nameError(request: middy.Request) {
  const error = request.error as Error & { cause?: { package?: string; data?: unknown } };
  if (error.cause?.package === '@middy/validator') {
    request.error = new InvalidRequestError(describeFaults(error.cause.data as never), { cause: error });
  } else if (isRetryable(error)) {
    request.error = new TransientError(`${error.name}: ${error.message}`, { cause: error });
  }
  const { name, message } = shortened(request);
  // The message of a refused request quotes it: that belongs into the notification, not into the log.
  logger.error('task failed', { errorName: name, ...(name !== 'InvalidRequestError' && { errorMessage: message }) });
}
