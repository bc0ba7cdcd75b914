import type { EventBridgeEvent } from '../protocols/eventbridge-event.ts';

/** Where a rule or a schedule sends an event. */
export interface Target {
  /** The ARN of a Lambda function. */
  arn: string;
  inputPath?: string;
  inputTransformer?: unknown;
  /** Receives events that could not be delivered. Errors of the function are Lambda's to handle. */
  deadLetterArn?: string;
  maximumRetryAttempts?: number;
  maximumEventAgeInSeconds?: number;
}

export interface DroppedEvent {
  event: EventBridgeEvent;
  targetArn?: string;
  reason: string;
}

export interface DeliveryOptions {
  /** Queues an asynchronous invocation of the function. */
  invokeAsynchronously: (functionArn: string, event: EventBridgeEvent) => void;
  /** @throws Error unless the sender, a rule or a schedule by its ARN, may use the target or the queue. */
  authorize?: (action: 'lambda:InvokeFunction' | 'sqs:SendMessage', resourceArn: string, senderArn: string) => void;
  sendToDeadLetterQueue?: (queueArn: string, body: string, attributes: Record<string, string>) => Promise<void>;
  /** Called when an event is lost. */
  onDropped?: (dropped: DroppedEvent) => void;
}

/**
 * Delivers an event to a Lambda target, which EventBridge invokes asynchronously. An event that can't be delivered goes to
 * the target's dead-letter queue; without one it is dropped. Never rejects.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export async function deliver(
  event: EventBridgeEvent,
  target: Target,
  senderArn: string,
  options: DeliveryOptions,
): Promise<void> {
  try {
    options.authorize?.('lambda:InvokeFunction', target.arn, senderArn);
    options.invokeAsynchronously(target.arn, event);
  } catch (error) {
    await sendUndelivered(event, target, senderArn, error as Error, options);
  }
}

/** The dead-letter queue receives the event, and the reason in the message's attributes. */
async function sendUndelivered(
  event: EventBridgeEvent,
  { arn: targetArn, deadLetterArn }: Target,
  senderArn: string,
  { name, message }: Error,
  { authorize, sendToDeadLetterQueue, onDropped }: DeliveryOptions,
): Promise<void> {
  const reason = `not delivered: ${message}`;
  if (!deadLetterArn || !sendToDeadLetterQueue) return onDropped?.({ event, targetArn, reason });
  try {
    authorize?.('sqs:SendMessage', deadLetterArn, senderArn);
    const attributes = { RULE_ARN: senderArn, TARGET_ARN: targetArn, ERROR_CODE: name, ERROR_MESSAGE: message };
    await sendToDeadLetterQueue(deadLetterArn, JSON.stringify(event), attributes);
  } catch (error) {
    const refusal = `${deadLetterArn} did not accept the event: ${(error as Error).message}`;
    onDropped?.({ event, targetArn, reason: `${reason}; ${refusal}` });
  }
}
