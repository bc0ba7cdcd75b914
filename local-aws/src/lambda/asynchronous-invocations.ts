import { randomUUID } from 'node:crypto';
import { FunctionError, type InvokeFunction } from '../protocols/invoke-function.ts';

/** What happens to asynchronous invocations of a function that fail: the properties of `AWS::Lambda::EventInvokeConfig`. */
export interface EventInvokeConfig {
  /** 0 to 2; 2 by default. */
  maximumRetryAttempts?: number;
  /** The queue that receives the event of an invocation that failed. */
  onFailureArn?: string;
}

export interface AsynchronousOptions {
  eventInvokeConfig?: (functionArn: string) => EventInvokeConfig | undefined;
  /** @throws Error unless the function may send to the queue. */
  authorizeSending?: (queueArn: string, functionArn: string) => void;
  sendToQueue?: (queueArn: string, body: string) => Promise<void>;
  /** Called when an event is lost. */
  onDropped?: (dropped: { functionArn: string; event: unknown; reason: string }) => void;
  /** Before the second and the third attempt; on AWS 60,000 and 120,000. */
  retryDelaysMilliseconds?: readonly number[];
}

export interface AsynchronousInvocations {
  /** Returns before the function starts, as on AWS. */
  invoke(functionArn: string, event: unknown): void;
  /** Resolves when no function runs and no invocation waits for a retry. */
  idle(): Promise<void>;
  /** Drops the invocations that wait for a retry. Resolves when the functions that run have ended. */
  close(): Promise<void>;
}

/**
 * Asynchronous invocations as Lambda runs them: up to two retries, then the function's on-failure queue receives the
 * event. Without a queue the event is dropped.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function asynchronousInvocations(
  invoke: InvokeFunction,
  options: AsynchronousOptions = {},
): AsynchronousInvocations {
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  const idle = async () => {
    while (running.size > 0) await Promise.all(running);
  };
  return {
    invoke(functionArn, event) {
      const invocation = new Promise<void>((resolve) => setImmediate(resolve))
        .then(() => invokeWithRetries(invoke, functionArn, event, options, closing.signal))
        .finally(() => running.delete(invocation));
      running.add(invocation);
    },
    idle,
    close() {
      closing.abort();
      return idle();
    },
  };
}

/** Never rejects. */
async function invokeWithRetries(
  invoke: InvokeFunction,
  functionArn: string,
  event: unknown,
  options: AsynchronousOptions,
  signal: AbortSignal,
): Promise<void> {
  const { maximumRetryAttempts = 2, onFailureArn } = options.eventInvokeConfig?.(functionArn) ?? {};
  const { retryDelaysMilliseconds = [1000, 2000], onDropped } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      await invoke(functionArn, structuredClone(event));
      return;
    } catch (error) {
      const failure: Failure = { functionArn, event, error: asFunctionError(error), attempt };
      const { message } = failure.error;
      if (!signal.aborted && attempt > maximumRetryAttempts) return sendFailed(failure, onFailureArn, options);
      const delay = retryDelaysMilliseconds[attempt - 1] ?? retryDelaysMilliseconds.at(-1) ?? 0;
      if (signal.aborted || !(await pause(delay, signal))) {
        return onDropped?.({ functionArn, event, reason: `closed after ${message}` });
      }
    }
  }
}

interface Failure {
  functionArn: string;
  event: unknown;
  error: FunctionError;
  attempt: number;
}

/** Sends Lambda's record of the invocation to the on-failure queue.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
async function sendFailed(
  { functionArn, event, error, attempt }: Failure,
  onFailureArn: string | undefined,
  { authorizeSending, sendToQueue, onDropped }: AsynchronousOptions,
): Promise<void> {
  const reason = `failed ${attempt} times: ${error.message}`;
  if (!onFailureArn || !sendToQueue) return onDropped?.({ functionArn, event, reason });
  const record = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempt,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: error.payload,
  };
  try {
    authorizeSending?.(onFailureArn, functionArn);
    await sendToQueue(onFailureArn, JSON.stringify(record));
  } catch (cause) {
    const refusal = `${onFailureArn} did not accept the record: ${(cause as Error).message}`;
    onDropped?.({ functionArn, event, reason: `${reason}; ${refusal}` });
  }
}

function asFunctionError(error: unknown): FunctionError {
  if (error instanceof FunctionError) return error;
  return new FunctionError({ errorType: 'Error', errorMessage: String(error), trace: [] });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onAbort = () => resolve(false);
  const timer = setTimeout(() => resolve(true), milliseconds);
  signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
}
