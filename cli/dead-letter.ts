/** A message of the dead-letter queue, read: the event to send again, and why it came there. */
export interface DeadLetter {
  event: Record<string, unknown>;
  /** Who put it there: a rule or a schedule that could not invoke the function, or Lambda, after the function failed. */
  sender: 'rule' | 'schedule' | 'function';
  reason: string;
}

/** Reads a message's body and its attributes by name, whichever of the three senders it is of:
 * EventBridge (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html) and Scheduler
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html) put the event itself there,
 * Lambda (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html) a record that holds it.
 * @returns what is wrong with the message, where there is no event in it that start-export takes */
export function readDeadLetter(body: string, attributes: Record<string, string>): DeadLetter | string {
  const message = objectIn(body);
  if (!message) return 'its body is no JSON object';
  const isRecord = 'requestPayload' in message && 'requestContext' in message;
  const event = isRecord ? message.requestPayload : message;
  if (!isEvent(event)) return 'it holds no event with id, source, detail-type and detail';
  // Scheduler fills these in as it invokes. All that are not would be one and the same execution.
  if (/<aws\.scheduler\.[a-z-]+>/.test(JSON.stringify([event.id, event.detail]))) {
    return 'its schedule has not filled in the scheduled time; start this export by hand';
  }
  if (isRecord) return { event, sender: 'function', reason: reasonOfRecord(message) };
  const { ERROR_CODE, ERROR_MESSAGE } = attributes;
  const sender = event.source === 'aws.scheduler' ? 'schedule' : 'rule';
  return { event, sender, reason: [ERROR_CODE, ERROR_MESSAGE].filter(Boolean).join(': ') || 'no reason was given' };
}

function reasonOfRecord({ requestContext, responsePayload }: Record<string, unknown>): string {
  const { errorType, errorMessage } = Object(responsePayload) as Record<string, unknown>;
  const { condition } = Object(requestContext) as Record<string, unknown>;
  return [errorType ?? condition, errorMessage].filter(Boolean).join(': ') || 'no reason was given';
}

/** What start-export takes for an event. */
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
