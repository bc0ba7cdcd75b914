import { type InputTransformer, inputTransform } from './input-transformer.ts';

/** The target of a rule or a schedule. */
export interface Target {
  /** The ARN of a Lambda function. */
  arn: string;
  /** Not supported, like `inputPath`. */
  input?: string;
  inputPath?: string;
  /** What the function receives instead of the event. */
  inputTransformer?: InputTransformer;
  /** Receives events that could not be delivered. Errors of the function are Lambda's to handle. */
  deadLetterArn?: string;
  maximumRetryAttempts?: number;
  maximumEventAgeInSeconds?: number;
}

export interface DroppedEvent {
  event: object;
  targetArn?: string;
  reason: string;
}

export interface DeliveryOptions {
  /** Queues an asynchronous invocation of the function. */
  invokeAsynchronously: (functionArn: string, event: object) => void;
  /** @throws Error unless the sender, a rule or a schedule by its ARN, may use the target or the queue. */
  authorize?: (action: 'lambda:InvokeFunction' | 'sqs:SendMessage', resourceArn: string, senderArn: string) => void;
  sendToDeadLetterQueue?: (queueArn: string, body: string, attributes: Record<string, string>) => Promise<void>;
  /** Called when an event is lost. */
  onDropped?: (dropped: DroppedEvent) => void;
}

/**
 * Delivers an event of a rule, or the input of a schedule, to a Lambda target, which is invoked asynchronously. An event that can't be delivered goes to
 * the target's dead-letter queue; without one it is dropped. Never rejects.
 * Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html,
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export async function deliver(
  event: object,
  target: Target,
  senderArn: string,
  options: DeliveryOptions,
): Promise<void> {
  try {
    options.authorize?.('lambda:InvokeFunction', target.arn, senderArn);
    const { arn, inputTransformer } = target;
    options.invokeAsynchronously(arn, inputTransformer ? inputTransform(inputTransformer)(event) : event);
  } catch (error) {
    await sendUndelivered(event, target, senderArn, error as Error, options);
  }
}

/** The dead-letter queue receives the event, not what the input transformer makes of it, and the reason in the message's
 * attributes. */
async function sendUndelivered(
  event: object,
  { arn: targetArn, deadLetterArn }: Target,
  senderArn: string,
  { name, message }: Error,
  { authorize, sendToDeadLetterQueue, onDropped }: DeliveryOptions,
): Promise<void> {
  const reason = `not delivered: ${message}`;
  if (!deadLetterArn || !sendToDeadLetterQueue) return onDropped?.({ event, targetArn, reason });
  try {
    authorize?.('sqs:SendMessage', deadLetterArn, senderArn);
    const sender = senderArn.includes(':scheduler:') ? 'SCHEDULE_ARN' : 'RULE_ARN';
    const attributes = { [sender]: senderArn, TARGET_ARN: targetArn, ERROR_CODE: name, ERROR_MESSAGE: message };
    await sendToDeadLetterQueue(deadLetterArn, JSON.stringify(event), attributes);
  } catch (error) {
    const refusal = `${deadLetterArn} did not accept the event: ${(error as Error).message}`;
    onDropped?.({ event, targetArn, reason: `${reason}; ${refusal}` });
  }
}
