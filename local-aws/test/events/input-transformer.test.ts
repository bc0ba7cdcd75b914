import { expect, it } from 'vitest';
import { inputTransform } from '../../src/events/input-transformer.ts';

const event = { id: '1', detail: { text: '<aws.events.event.json> "quoted"' } };

it.each([
  ['{"trigger": "a", "event": <aws.events.event.json>}', { trigger: 'a', event }],
  ['{"event":<aws.events.event.json>}', { event }],
  [
    '{"event": <aws.events.event.json>, "rule": {"name": "a", "tags": [1, null, true]}}',
    { event, rule: { name: 'a', tags: [1, null, true] } },
  ],
])('the transformer makes %s into an object with the whole event', (InputTemplate, made) => {
  expect(inputTransform({ InputTemplate })(event)).toEqual(made);
});

it.each([
  ['has no template', undefined],
  ['has an empty template', ''],
  ['does not contain the event', '{"trigger": "a"}'],
  ['contains the event twice', '{"a": <aws.events.event.json>, "b": <aws.events.event.json>}'],
  ['has the event inside a text', '{"event": "<aws.events.event.json>"}'],
  ['has the event inside a nested object', '{"a": {"event": <aws.events.event.json>}}'],
  ['is the event alone', '<aws.events.event.json>'],
  ['is a list', '[<aws.events.event.json>]'],
  ['is a text', '"rule a: <aws.events.event.json>"'],
  ['is not JSON', '{"event": <aws.events.event.json>'],
  ['uses another variable', '{"rule": "<aws.events.rule-name>", "event": <aws.events.event.json>}'],
  ['uses the event without its detail', '{"event": <aws.events.event>}'],
])('a transformer that %s is refused', (_, InputTemplate) => {
  expect(() => inputTransform({ InputTemplate })).toThrow(/^Only an input template of the form .* is supported/);
});

it('a transformer that takes values from the event by their paths is refused', () => {
  const InputTemplate = '{"event": <aws.events.event.json>}';
  expect(() => inputTransform({ InputTemplate, InputPathsMap: { id: '$.id' } })).toThrow(/InputPathsMap/);
});
