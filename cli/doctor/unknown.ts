import { isThrottled } from '../../src/lambda/is-retryable.ts';
import { explain, isUnreachable } from '../explain.ts';
import type { Because, Observation } from './report-schema.ts';

/** A call that was not answered in time. */
export class CallTimeoutError extends Error {
  override readonly name = 'CallTimeoutError' as const;
}

/** An answer without what the API documents. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError' as const;
}

/** A check asks for a resource of a stack that does not exist. */
export class NoStackError extends Error {
  override readonly name = 'NoStackError' as const;
}

interface CallError extends Error {
  action?: string;
  $metadata?: { httpStatusCode?: number };
}

/** A member of an answer, which the API documents as always present.
 * @throws NoAnswerError without it */
export function present<Value>(value: Value | undefined | null, action: string, name: string): Value {
  if (value !== undefined && value !== null) return value;
  throw Object.assign(new NoAnswerError(`The answer has no ${name}.`), { action });
}

/** What can be said if a call fails: that the state is unknown, and why. */
export function unknownFor(error: CallError): Observation {
  const { action = 'the call' } = error;
  const because = becauseOf(error);
  const { seen, fix } = SAYINGS[because](action, error);
  return { state: 'unknown', because, seen, fix, ...(error.action && { action }) };
}

/** Why a call failed. A check itself says what it has not checked. */
function becauseOf(error: CallError): Exclude<Because, 'not checked'> {
  if (error.name === 'CallTimeoutError') return 'timeout';
  if (error.name === 'NoAnswerError') return 'no answer';
  if (error.name === 'NoStackError') return 'no stack';
  if (isNotEmulated(error)) return 'not emulated';
  if (/^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized)/.test(error.name)) return 'no permission';
  if (isThrottled(error)) return 'throttled';
  return isUnreachable(error) ? 'unreachable' : 'error';
}

/** How emulators refuse what they don't emulate. A SyntaxError is the SDK's for an answer of another service. */
function isNotEmulated({ name, $metadata }: CallError): boolean {
  const isForeign = name === 'SyntaxError' && $metadata !== undefined;
  return (
    isForeign || $metadata?.httpStatusCode === 501 || /^(UnknownOperation|NotImplemented|InvalidAction)/.test(name)
  );
}

const AGAIN = 'Run the command again in a minute.';

const SAYINGS: Record<
  Exclude<Because, 'not checked'>,
  (action: string, error: CallError) => { seen: string; fix: string }
> = {
  'no permission': (action) => ({
    seen: `The credentials do not allow ${action}.`,
    fix: `Allow ${action} to these credentials: docs/doctor-policy.json has the statement.`,
  }),
  'not emulated': (action) => ({
    seen: `${action} is not emulated here.`,
    fix: 'Run the command for a deployment on AWS.',
  }),
  throttled: (action) => ({ seen: `AWS throttles ${action}.`, fix: AGAIN }),
  timeout: (_, { message }) => ({
    seen: message,
    fix: 'Run the command again with a longer --timeout. If it persists, check the network.',
  }),
  unreachable: (_, error) => ({ seen: explain(error), fix: 'Check the network, the region and AWS_ENDPOINT_URL.' }),
  'no answer': (action, { message }) => ({ seen: `${action} was answered without an error. ${message}`, fix: AGAIN }),
  'no stack': (_, { message }) => ({ seen: message, fix: 'Choose another with --stage or --region, or deploy it.' }),
  error: (_, error) => ({ seen: explain(error), fix: `Correct what the message names. ${AGAIN}` }),
};
