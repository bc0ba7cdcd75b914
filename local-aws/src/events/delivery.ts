import { randomUUID } from 'node:crypto';
import { FunctionError, type InvokeFunction } from '../lambda/function-error.ts';

/** An event as EventBridge hands it to a target; `time` in ISO 8601 with whole seconds. */
export interface EventBridgeEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** Where a rule sends what matches. */
export interface Target {
  /** A Lambda function's ARN. */
  arn: string;
  inputPath?: string;
  inputTransformer?: unknown;
  /** Takes what could not be delivered to the function; not what the function failed on. */
  deadLetterArn?: string;
  maximumRetryAttempts?: number;
  maximumEventAgeInSeconds?: number;
}

/** What a function does about asynchronous invocations that fail, as `AWS::Lambda::EventInvokeConfig` says it. */
export interface EventInvokeConfig {
  /** 0 to 2, 2 if left out. */
  maximumRetryAttempts?: number;
  /** The queue that takes what the function failed on. */
  onFailureArn?: string;
}

/** An event that nobody will see any more. */
export interface DroppedEvent {
  event: EventBridgeEvent;
  targetArn?: string;
  reason: string;
}

export interface DeliveryOptions {
  invoke: InvokeFunction;
  eventInvokeConfig?: (functionArn: string) => EventInvokeConfig | undefined;
  /** Throws what keeps the sender, a rule or a function by its ARN, from the target or the queue. */
  authorize?: (action: 'lambda:InvokeFunction' | 'sqs:SendMessage', resourceArn: string, senderArn: string) => void;
  sendToDeadLetterQueue?: (queueArn: string, body: string, attributes: Record<string, string>) => Promise<void>;
  onDropped?: (dropped: DroppedEvent) => void;
  /** Before the second and the third try; on AWS 60,000 and 120,000. */
  retryDelaysMilliseconds?: readonly number[];
}

/**
 * Invokes a Lambda target as AWS does, asynchronously: a function that fails is tried twice more, then its on-failure
 * queue takes the event. One that can't be invoked at all makes the target's dead-letter queue take it, without retries
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html). Never rejects: what no queue takes is
 * dropped.
 */
export async function deliver(
  event: EventBridgeEvent,
  target: Target,
  ruleArn: string,
  options: DeliveryOptions,
  signal: AbortSignal,
): Promise<void> {
  const { maximumRetryAttempts = 2, onFailureArn } = options.eventInvokeConfig?.(target.arn) ?? {};
  const { retryDelaysMilliseconds = [1000, 2000] } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      options.authorize?.('lambda:InvokeFunction', target.arn, ruleArn);
      await options.invoke(target.arn, structuredClone(event));
      return;
    } catch (error) {
      if (!(error instanceof FunctionError)) return sendUndelivered(event, target, ruleArn, error, options);
      if (signal.aborted) return drop(options, event, target, `closed after ${error.message}`);
      if (attempt > maximumRetryAttempts) return sendFailed(event, target, { error, attempt, onFailureArn }, options);
      const delay = retryDelaysMilliseconds[attempt - 1] ?? retryDelaysMilliseconds.at(-1) ?? 0;
      if (!(await pause(delay, signal))) return drop(options, event, target, `closed after ${error.message}`);
    }
  }
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

/** The target's dead-letter queue gets the event, and why in the message's attributes. */
function sendUndelivered(
  event: EventBridgeEvent,
  target: Target,
  ruleArn: string,
  error: unknown,
  options: DeliveryOptions,
): Promise<void> {
  const attributes = {
    RULE_ARN: ruleArn,
    TARGET_ARN: target.arn,
    ERROR_CODE: (error as Error)?.name ?? 'Error',
    ERROR_MESSAGE: (error as Error)?.message ?? String(error),
  };
  const reason = `not delivered: ${attributes.ERROR_MESSAGE}`;
  return send(
    target.deadLetterArn,
    JSON.stringify(event),
    attributes,
    { event, target, reason, senderArn: ruleArn },
    options,
  );
}

interface Failure {
  error: FunctionError;
  attempt: number;
  onFailureArn?: string;
}

/** The function's on-failure queue gets Lambda's record of the invocation:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function sendFailed(
  event: EventBridgeEvent,
  target: Target,
  { error, attempt, onFailureArn }: Failure,
  options: DeliveryOptions,
): Promise<void> {
  const record = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: target.arn,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempt,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: error.payload,
  };
  const reason = `failed ${attempt} times: ${error.message}`;
  return send(onFailureArn, JSON.stringify(record), {}, { event, target, reason, senderArn: target.arn }, options);
}

async function send(
  queueArn: string | undefined,
  body: string,
  attributes: Record<string, string>,
  { event, target, reason, senderArn }: { event: EventBridgeEvent; target: Target; reason: string; senderArn: string },
  options: DeliveryOptions,
): Promise<void> {
  if (!queueArn || !options.sendToDeadLetterQueue) return drop(options, event, target, reason);
  try {
    options.authorize?.('sqs:SendMessage', queueArn, senderArn);
    await options.sendToDeadLetterQueue(queueArn, body, attributes);
  } catch (error) {
    drop(options, event, target, `${reason}; ${queueArn} did not take it: ${(error as Error).message}`);
  }
}

function drop({ onDropped }: DeliveryOptions, event: EventBridgeEvent, target: Target, reason: string): void {
  onDropped?.({ event, targetArn: target.arn, reason });
}
