import { useState } from 'preact/hooks';
import { send } from './api.ts';
import { nameOf, quoted, time } from './format.ts';
import { useData } from './live.tsx';
import type { BusEvent, EventList } from './model.ts';
import { ActionButton, Commands, Empty, Payload, Problem } from './parts.tsx';
import { Row, useScrollTo } from './rows.tsx';
import { Schedules } from './schedules.tsx';
import { StatusSign } from './status.tsx';

/** What came to the event buses, the newest first, and which rules it matched. */
export function Events({ open }: { open: string | undefined }) {
  const { data, error } = useData<EventList>(['events'], ['events']);
  const opened = open ?? data?.events[0]?.id;
  useScrollTo(open, data !== undefined);
  return (
    <>
      <div class="head">
        <h1>Events</h1>
      </div>
      <Problem text={error} />
      {data && data.schedules.length > 0 && <Schedules schedules={data.schedules} />}
      <details class="tools">
        <summary>Send an event</summary>
        <EventEditor event={EXAMPLE} />
      </details>
      {data?.events.length === 0 && <Empty>No event yet. An import or a new object sends one.</Empty>}
      <ol class="rows">
        {data?.events.map((event) => (
          <EventRow key={event.id} event={event} isOpen={event.id === opened} />
        ))}
      </ol>
    </>
  );
}

const EXAMPLE = { source: 'my.service', 'detail-type': 'Something Happened', detail: {} };

function EventRow({ event, isOpen }: { event: BusEvent; isOpen: boolean }) {
  const { id, source, detailType, rules, bus } = event;
  const matched = rules.filter((rule) => rule.matched && !rule.disabled);
  const { eventName, object } = Object(event.event.detail) as { eventName?: unknown; object?: { key?: unknown } };
  const summary = (
    <>
      <span class={`status ${matched.length > 0 ? 'good' : 'stopped'}`}>
        <StatusSign kind={matched.length > 0 ? 'good' : 'stopped'} />
        <span>{matched.length > 0 ? 'Matched' : 'No rule'}</span>
      </span>
      <span class="what">
        <span class="title">{typeof eventName === 'string' ? eventName : detailType}</span>
        <span class="sub">
          {source}
          {typeof object?.key === 'string' && `, ${object.key}`}
          {bus !== 'default' && `, bus ${bus}`}
        </span>
      </span>
      <span class="trigger">{matched.map(({ name }) => name).join(', ')}</span>
      <time class="when">{time(event.time)}</time>
    </>
  );
  return (
    <Row panel="events" id={id} isOpen={isOpen} summary={summary}>
      {() => <EventView event={event} />}
    </Row>
  );
}

function EventView({ event }: { event: BusEvent }) {
  return (
    <div class="two">
      <div>
        <h2 class="minor">Rules</h2>
        <ul class="rules">
          {event.rules.map((rule) => (
            <Rule key={rule.name} rule={rule} />
          ))}
        </ul>
      </div>
      <div>
        <Payload label="The event" text={JSON.stringify(event.event)} />
        <details class="commands">
          <summary>Edit and send again</summary>
          <EventEditor event={event.event} />
        </details>
      </div>
    </div>
  );
}

function Rule({ rule }: { rule: BusEvent['rules'][number] }) {
  const { name, matched, disabled, targets, mismatches } = rule;
  return (
    <li>
      <StatusSign kind={matched ? 'good' : 'stopped'} /> <strong>{name}</strong>{' '}
      <span class="muted">
        {disabled ? 'disabled' : matched ? `matched, sent to ${targets.map(nameOf).join(', ')}` : 'did not match'}
      </span>
      <ul class="mismatches">
        {mismatches.map(({ field, expected, found }) => (
          <li key={field}>
            <code>{field}</code> is <code>{found}</code>, expected <code>{expected}</code>
          </li>
        ))}
      </ul>
    </li>
  );
}

function EventEditor({ event }: { event: object }) {
  const [text, setText] = useState(() => JSON.stringify(event, undefined, 2));
  const path = '/_local/console/events';
  const publish = async () => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      throw new Error(`The event is not JSON: ${(error as Error).message}`);
    }
    await send(path, parsed);
    location.hash = '#/events';
  };
  return (
    <div class="form">
      <label>
        Event
        <textarea
          rows={12}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <p class="muted">It gets a new id and the current time, and goes to the rules of the default bus.</p>
      <ActionButton label="Send" hint="Send the event" isPrimary run={publish} />
      <Commands commands={[['Send the event', `curl -X POST "$AWS_ENDPOINT_URL${path}" -d ${quoted(text)}`]]} />
    </div>
  );
}
