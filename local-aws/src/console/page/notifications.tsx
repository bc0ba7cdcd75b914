import { useState } from 'preact/hooks';
import { FilterPolicies } from './filter-policies.tsx';
import { nameOf, time } from './format.ts';
import { useData } from './live.tsx';
import type { Message, MessageList } from './model.ts';
import { Empty, Payload } from './parts.tsx';
import { hrefOf } from './route.ts';
import { Row, useScrollTo } from './rows.tsx';
import { StatusSign } from './status.tsx';
import { Tabs } from './tabs.tsx';

/** What was published to topics, the newest first, as a mail program shows it. */
export function Notifications({ open }: { open: string | undefined }) {
  const [policy, setPolicy] = useState('');
  const query = policy === '' ? '' : `?policy=${encodeURIComponent(policy)}`;
  const { data, error } = useData<MessageList>(['messages'], ['messages'], query);
  const messages = data?.messages ?? [];
  const opened = open ?? messages[0]?.id;
  useScrollTo(open, data !== undefined);
  return (
    <>
      <div class="head">
        <h1>Notifications</h1>
      </div>
      <FilterPolicies list={data} policy={policy} setPolicy={setPolicy} error={error} />
      {data && messages.length === 0 && (
        <Empty>No message yet. What is published to an SNS topic appears here, as an e-mail and as JSON.</Empty>
      )}
      <ol class="rows">
        {messages.map((message) => (
          <MessageRow
            key={message.id}
            message={message}
            isOpen={message.id === opened}
            policies={data?.matches[message.id] ?? []}
          />
        ))}
      </ol>
    </>
  );
}

function MessageRow({ message, isOpen, policies }: { message: Message; isOpen: boolean; policies: string[] }) {
  const { id, subject, topicArn, email, explanation } = message;
  const isFailed = explanation?.failed === true;
  const summary = (
    <>
      <span class={`status ${isFailed ? 'bad' : 'good'}`}>
        {explanation && <StatusSign kind={isFailed ? 'bad' : 'good'} />}
        <span>{explanation?.title ?? 'Message'}</span>
      </span>
      <span class="what">
        <span class="title">{subject ?? email.slice(0, 100)}</span>
        <span class="sub">{nameOf(topicArn)}</span>
      </span>
      <span class="tags">
        {policies.map((name) => (
          <span key={name} class="tag">
            {name}
          </span>
        ))}
      </span>
      <time class="when">{time(message.time)}</time>
    </>
  );
  return (
    <Row panel="notifications" id={id} isOpen={isOpen} isFailed={isFailed} summary={summary}>
      {() => <MessageView message={message} policies={policies} />}
    </Row>
  );
}

function MessageView({ message, policies }: { message: Message; policies: string[] }) {
  const { email, subject, body, raw, topicArn, attributes, explanation } = message;
  return (
    <>
      <Tabs
        label="Shown as"
        tabs={[
          ['E-mail', () => <Email {...{ subject, email, topicArn }} />],
          ['JSON', () => <Payload label="What a queue or a function receives" text={body} />],
          ['Raw', () => <Payload label="The parameters of the call" text={JSON.stringify(raw)} />],
        ]}
      />
      <h2 class="minor">Message attributes</h2>
      <dl class="facts">
        {Object.entries(attributes).map(([name, value]) => [
          <dt key={`${name} name`}>{name}</dt>,
          <dd key={name}>
            <code>{value}</code>
          </dd>,
        ])}
      </dl>
      <p class="muted">
        {policies.length > 0
          ? `Filter policies that match: ${policies.join(', ')}.`
          : 'No filter policy above matches.'}
      </p>
      {explanation?.executionArn && <a href={hrefOf('executions', explanation.executionArn)}>Show the execution</a>}
    </>
  );
}

function Email({ subject, email, topicArn }: { subject: string | undefined; email: string; topicArn: string }) {
  return (
    <article class="email" aria-label="The e-mail">
      <dl class="facts">
        <dt>From</dt>
        <dd>AWS Notifications ({nameOf(topicArn)})</dd>
        <dt>Subject</dt>
        <dd>
          <strong>{subject ?? 'AWS Notification Message'}</strong>
        </dd>
      </dl>
      <pre>{email}</pre>
    </article>
  );
}
