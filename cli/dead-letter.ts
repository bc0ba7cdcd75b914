import { type StartExportEvent, TRIGGERS } from '../src/trigger/start-export-event.ts';

/** A message of the dead-letter queue: what to invoke start-export with again, and why the message is in the queue. */
export interface DeadLetter {
  payload: StartExportEvent;
  /** What sent it: a rule or a schedule that could not invoke the function, or Lambda after the function failed. */
  sender: 'rule' | 'schedule' | 'function';
  reason: string;
}

/** Reads a message by its body and its attributes. A rule sends the event alone, so the trigger follows from the rule's name.
 * A schedule sends what it invokes the function with, and Lambda a record that contains it. Sources:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * @param stack the deployment whose queue it is
 * @returns why the message can't be sent again, if it contains no valid event */
export function readDeadLetter(body: string, attributes: Record<string, string>, stack: string): DeadLetter | string {
  const message = objectIn(body);
  if (!message) return 'the body is not a JSON object';
  const { sender, payload } = contentsOf(message, attributes, stack);
  if (payload === undefined) return `the rule ${attributes.RULE_ARN} is not a trigger of ${stack}`;
  if (!isPayload(payload)) return 'it contains no event with its trigger, id, source and detail';
  // Scheduler replaces these when it invokes the function. Events in which they remain would all have the same execution name.
  if (/<aws\.scheduler\.[a-z-]+>/.test(JSON.stringify([payload.event.id, payload.event.detail]))) {
    return 'the scheduled time is missing; start this export with npm run export';
  }
  return { payload, sender, reason: sender === 'function' ? reasonOfRecord(message) : reasonIn(attributes) };
}

function contentsOf(
  message: Record<string, unknown>,
  { RULE_ARN }: Record<string, string>,
  stack: string,
): { sender: DeadLetter['sender']; payload: unknown } {
  if (RULE_ARN !== undefined) return { sender: 'rule', payload: ofRule(RULE_ARN, message, stack) };
  const isRecord = 'requestPayload' in message && 'requestContext' in message;
  return isRecord ? { sender: 'function', payload: message.requestPayload } : { sender: 'schedule', payload: message };
}

/** A rule's name is the stack's name and the trigger. The rule on the bus of the AWS Solution has no fixed name, but is the
 * only one whose ARN names a bus: `rule/<bus>/<name>`. `undefined` for any other rule. */
function ofRule(ruleArn: string, event: Record<string, unknown>, stack: string): object | undefined {
  const [name, ...bus] = (ruleArn.split(':rule/')[1] ?? '').split('/').reverse();
  if (bus.length > 0) return { trigger: 'solution-import-active', event };
  const trigger = TRIGGERS.find((one) => name === `${stack}-${one}`);
  return trigger && { trigger, event };
}

function reasonOfRecord({ requestContext, responsePayload }: Record<string, unknown>): string {
  const { errorType, errorMessage } = Object(responsePayload) as Record<string, unknown>;
  const { condition } = Object(requestContext) as Record<string, unknown>;
  return [errorType ?? condition, errorMessage].filter(Boolean).join(': ') || 'no reason given';
}

function reasonIn({ ERROR_CODE, ERROR_MESSAGE }: Record<string, string>): string {
  return [ERROR_CODE, ERROR_MESSAGE].filter(Boolean).join(': ') || 'no reason given';
}

/** Whether start-export accepts the value. */
function isPayload(value: unknown): value is StartExportEvent {
  const { trigger, event } = Object(value) as Record<string, unknown>;
  const { id, source, detail } = Object(event) as Record<string, unknown>;
  const isKnown = TRIGGERS.some((one) => one === trigger) && typeof id === 'string' && typeof source === 'string';
  return isKnown && typeof detail === 'object' && detail !== null && !Array.isArray(detail);
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
