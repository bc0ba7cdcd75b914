import { randomUUID } from 'node:crypto';
import { type ConsoleKnowledge, known, parsed } from './knowledge.ts';
import type { Message, MessageList } from './page/model.ts';
import type { ConsoleSources, PublishedMessage } from './sources.ts';

/** A published message as its subscribers receive it. */
export function messageOf(published: PublishedMessage, knowledge: ConsoleKnowledge): Message {
  const { topicArn, subject, message, messageStructure, attributes } = published;
  const parts = messageStructure === 'json' ? parsed(message) : undefined;
  const {
    default: fallback = message,
    email = fallback,
    sqs: body = fallback,
  } = Object(parts) as Record<string, unknown>;
  const explanation = known(() => knowledge.message?.(parsed(String(body))));
  return {
    ...{ id: randomUUID(), time: Date.now(), topicArn, email: String(email), body: String(body), attributes },
    ...(subject !== undefined && { subject }),
    raw: {
      TopicArn: topicArn,
      ...(subject !== undefined && { Subject: subject }),
      ...(messageStructure !== undefined && { MessageStructure: messageStructure }),
      Message: message,
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`MessageAttributes.${name}`, value])),
    },
    ...(explanation && { explanation }),
  };
}

/** The messages, the newest first, with the filter policies that match each.
 * @throws Error when a policy is not valid */
export function messageList(
  messages: Message[],
  filterPolicies: MessageList['filterPolicies'],
  matches: ConsoleSources['matches'],
): MessageList {
  const matching = ({ attributes }: Message) =>
    filterPolicies.filter(({ policy }) => matches(policy, attributes)).map(({ name }) => name);
  return {
    messages,
    filterPolicies,
    matches: Object.fromEntries(messages.map((message) => [message.id, matching(message)])),
  };
}
