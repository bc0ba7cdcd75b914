/** A message of the dead-letter queue: the event to send again, and why it is in the queue. */
export interface DeadLetter {
  event: Record<string, unknown>;
  /** What sent it: a rule or a schedule that could not invoke the function, or Lambda after the function failed. */
  sender: 'rule' | 'schedule' | 'function';
  reason: string;
}

/** Reads a message by its body and its attributes. EventBridge and Scheduler send the event itself, Lambda a record that
 * contains the event. Sources:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * @returns why the message can't be sent again, if it contains no valid event */
export function readDeadLetter(body: string, attributes: Record<string, string>): DeadLetter | string {
  const message = objectIn(body);
  if (!message) return 'the body is not a JSON object';
  const isRecord = 'requestPayload' in message && 'requestContext' in message;
  const event = isRecord ? message.requestPayload : message;
  if (!isEvent(event)) return 'it contains no event with id, source, detail-type and detail';
  // Scheduler replaces these when it invokes the function. Events in which they remain would all have the same execution name.
  if (/<aws\.scheduler\.[a-z-]+>/.test(JSON.stringify([event.id, event.detail]))) {
    return 'the scheduled time is missing; start this export with npm run export';
  }
  if (isRecord) return { event, sender: 'function', reason: reasonOfRecord(message) };
  const { ERROR_CODE, ERROR_MESSAGE } = attributes;
  const sender = event.source === 'aws.scheduler' ? 'schedule' : 'rule';
  return { event, sender, reason: [ERROR_CODE, ERROR_MESSAGE].filter(Boolean).join(': ') || 'no reason given' };
}

function reasonOfRecord({ requestContext, responsePayload }: Record<string, unknown>): string {
  const { errorType, errorMessage } = Object(responsePayload) as Record<string, unknown>;
  const { condition } = Object(requestContext) as Record<string, unknown>;
  return [errorType ?? condition, errorMessage].filter(Boolean).join(': ') || 'no reason given';
}

/** Whether start-export accepts the value as an event. */
function isEvent(value: unknown): value is Record<string, unknown> {
  const { id, source, detail, 'detail-type': detailType } = Object(value) as Record<string, unknown>;
  const hasTexts = [id, source, detailType].every((member) => typeof member === 'string');
  return hasTexts && typeof detail === 'object' && detail !== null && !Array.isArray(detail);
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
