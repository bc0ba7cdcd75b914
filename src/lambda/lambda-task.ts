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

/** The one middleware chain of every function: it validates the event, adds the invocation to the log, and gives errors the
 * names that the state machine retries and catches.
 * @throws InvalidRequestError for an event that the schema refuses, naming each field; TransientError for a retryable error;
 * any other error as it is. */
export function lambdaTask<Event, Result>(
  eventSchema: SchemaValidator,
  task: (event: Event, context: Context) => Promise<Result>,
) {
  return middy<Event, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use({ onError: nameError })
    .use(validator({ eventSchema } as unknown as ValidatorOptions) as middy.MiddlewareObj)
    .handler((event: Event, context: Context) => task(event, context));
}

/** The messages of these errors quote values of the request. They belong in the notification, not in the log. */
const QUOTING_ERRORS = new Set(['InvalidRequestError', 'JobNameTakenError', 'InvalidInputException']);

function nameError(request: middy.Request) {
  const error = request.error as Error & { cause?: { package?: string; data?: unknown } };
  if (error.cause?.package === '@middy/validator') {
    request.error = new InvalidRequestError(describeFaults(error.cause.data as never), { cause: error });
  } else if (isRetryable(error)) {
    request.error = new TransientError(`${error.name}: ${error.message}`, { cause: error });
  }
  shortenMessage(request);
  const { name, message } = request.error as Error;
  logger.error('task failed', { errorName: name, ...(!QUOTING_ERRORS.has(name) && { errorMessage: message }) });
}

/** Lambda's error document, message and trace included, must fit into the cause that Step Functions keeps. */
function shortenMessage(request: middy.Request): void {
  const { name, message } = request.error as Error;
  if (message.length <= MAX_REASON_CHARACTERS) return;
  request.error = Object.assign(new Error(shorten(message, MAX_REASON_CHARACTERS)), { name });
}
