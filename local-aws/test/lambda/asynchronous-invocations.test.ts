import { afterEach, expect, it, vi } from 'vitest';
import { type AsynchronousOptions, asynchronousInvocations } from '../../src/lambda/asynchronous-invocations.ts';
import { FunctionError } from '../../src/protocols/invoke-function.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:start-export';
const onFailureArn = 'arn:aws:sqs:eu-west-1:123456789012:failures';
const event = { datasetArn: 'a' };
const failure = new FunctionError({ errorType: 'TransientError', errorMessage: 'later', trace: [] });

const invoke = vi.fn(async (_functionArn: string, _event: unknown): Promise<unknown> => undefined);
const onDropped = vi.fn();
const sendToQueue = vi.fn(async (_queueArn: string, _body: string) => {});
const withQueue = () => ({ maximumRetryAttempts: 1, onFailureArn });

afterEach(() => {
  invoke.mockReset();
  onDropped.mockReset();
  sendToQueue.mockReset();
});

function invocations(options: AsynchronousOptions = {}) {
  return asynchronousInvocations(invoke, { retryDelaysMilliseconds: [1, 2], onDropped, sendToQueue, ...options });
}

it('an asynchronous invocation returns before the function starts', async () => {
  const asynchronous = invocations();
  asynchronous.invoke(functionArn, event);
  expect(invoke).not.toHaveBeenCalled();
  await asynchronous.idle();
  expect(invoke).toHaveBeenCalledExactlyOnceWith(functionArn, event);
});

it('an asynchronous invocation retries a function that fails twice, and then reports nothing', async () => {
  invoke.mockRejectedValueOnce(failure).mockRejectedValueOnce(failure);
  const asynchronous = invocations();
  asynchronous.invoke(functionArn, event);
  await asynchronous.idle();
  expect(invoke).toHaveBeenCalledTimes(3);
  expect(onDropped).not.toHaveBeenCalled();
  expect(sendToQueue).not.toHaveBeenCalled();
});

it('the on-failure queue of a function receives the record of an invocation that keeps failing', async () => {
  invoke.mockRejectedValue(failure);
  const asynchronous = invocations({ eventInvokeConfig: withQueue });
  asynchronous.invoke(functionArn, event);
  await asynchronous.idle();
  expect(sendToQueue).toHaveBeenCalledExactlyOnceWith(onFailureArn, expect.any(String));
  expect(JSON.parse(sendToQueue.mock.calls[0]?.[1] ?? '')).toMatchObject({
    requestContext: { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: 2 },
    requestPayload: event,
    responsePayload: { errorType: 'TransientError' },
  });
});

it('the event of an invocation that keeps failing is reported as dropped when the function has no on-failure queue', async () => {
  invoke.mockRejectedValue(failure);
  const asynchronous = invocations();
  asynchronous.invoke(functionArn, event);
  await asynchronous.idle();
  const reason = 'failed 3 times: TransientError: later';
  expect(onDropped).toHaveBeenCalledExactlyOnceWith({ functionArn, event, reason });
});

it.each<[what: string, refusing: AsynchronousOptions]>([
  ['does not accept it', { sendToQueue: () => Promise.reject(new Error('refused')) }],
  [
    'is not open to the function',
    {
      authorizeSending: () => {
        throw new Error('refused');
      },
    },
  ],
])('the event of an invocation is reported as dropped when the on-failure queue %s', async (_, refusing) => {
  invoke.mockRejectedValue(failure);
  const asynchronous = invocations({ eventInvokeConfig: withQueue, ...refusing });
  asynchronous.invoke(functionArn, event);
  await asynchronous.idle();
  expect(onDropped.mock.calls[0]?.[0].reason).toContain(`${onFailureArn} did not accept the record: refused`);
});

it('closing drops an invocation that waits for its retry', async () => {
  invoke.mockRejectedValue(failure);
  const asynchronous = invocations({ retryDelaysMilliseconds: [60_000] });
  asynchronous.invoke(functionArn, event);
  await expect.poll(() => invoke.mock.calls.length).toBe(1);
  await asynchronous.close();
  expect(onDropped).toHaveBeenCalledOnce();
});
