import { describe, expect, it } from 'vitest';
import { readDeadLetter } from '../../../cli/dead-letter.ts';

const stack = 'personalize-dataset-export-prod';
const ruleArn = (name: string) => `arn:aws:events:eu-west-1:123456789012:rule/${name}`;
const event = { id: '1', source: 'shop', 'detail-type': 'Dataset Export Requested', detail: { datasetArn: 'a' } };
const payload = { trigger: 'export-requested', event };
const scheduled = {
  trigger: 'schedule',
  event: { id: '1', source: 'aws.scheduler', detail: { scheduledTime: '2026-01-01T00:00:00Z' } },
};
const record = {
  version: '1.0',
  requestContext: { condition: 'RetriesExhausted' },
  requestPayload: payload,
  responsePayload: { errorType: 'TransientError', errorMessage: 'Rate exceeded' },
};

describe('readDeadLetter', () => {
  it.each([
    ['schedule', scheduled, { ERROR_CODE: 'X', ERROR_MESSAGE: 'y' }, scheduled, 'X: y'],
    ['function', record, {}, payload, 'TransientError: Rate exceeded'],
    ['function', { ...record, responsePayload: undefined }, {}, payload, 'RetriesExhausted'],
  ])('readDeadLetter reads what a %s sent', (sender, body, attributes, sent, reason) => {
    expect(readDeadLetter(JSON.stringify(body), attributes, stack)).toEqual({ payload: sent, sender, reason });
  });

  it.each(['import-started', 'request-dropped', 'export-requested'])(
    'readDeadLetter finds the trigger %s by the name of its rule',
    (trigger) => {
      const attributes = { RULE_ARN: ruleArn(`${stack}-${trigger}`), ERROR_CODE: 'NO_PERMISSIONS' };
      const letter = { payload: { trigger, event }, sender: 'rule', reason: 'NO_PERMISSIONS' };
      expect(readDeadLetter(JSON.stringify(event), attributes, stack)).toEqual(letter);
    },
  );

  it.each(['solution', 'aws.partner/solution'])(
    'readDeadLetter takes the rule on the bus %s for that of the AWS Solution',
    (bus) => {
      const attributes = { RULE_ARN: ruleArn(`${bus}/personalize-dataset-expo-SolutionImportActiveRule-1A2B3C`) };
      const letter = readDeadLetter(JSON.stringify(event), attributes, stack);
      expect(letter).toMatchObject({ payload: { trigger: 'solution-import-active' } });
    },
  );

  it('readDeadLetter takes the trigger from the rule, even if the event claims another', () => {
    const attributes = { RULE_ARN: ruleArn(`${stack}-export-requested`) };
    const body = JSON.stringify({ ...event, ...record, trigger: 'import-started' });
    expect(readDeadLetter(body, attributes, stack)).toMatchObject({
      payload: { trigger: 'export-requested', event: { id: '1', detail: event.detail } },
    });
  });

  it.each([
    'another-rule',
    'personalize-dataset-export-dev-export-requested',
    `${stack}-export-requested-2`,
    `${stack}-toString`,
  ])('readDeadLetter says that the rule %s is not a trigger of the deployment', (name) => {
    const attributes = { RULE_ARN: ruleArn(name) };
    expect(readDeadLetter(JSON.stringify(event), attributes, stack)).toMatch(/^the rule .* is not a trigger of /);
  });

  it.each([
    ['a text', 'no event', /not a JSON object/],
    ['a list', '[]', /not a JSON object/],
    ['an object that is not an event', '{}', /contains no event/],
    ['an event without its trigger', JSON.stringify(event), /contains no event/],
    ['an event with an unknown trigger', JSON.stringify({ ...payload, trigger: 'other' }), /contains no event/],
    ['a record without an event', JSON.stringify({ ...record, requestPayload: { id: 1 } }), /contains no event/],
    [
      'an event of a schedule whose fields were not filled in',
      JSON.stringify({ ...scheduled, event: { ...scheduled.event, id: '<aws.scheduler.execution-id>' } }),
      /scheduled time is missing/,
    ],
  ])('readDeadLetter says what is wrong with %s', (_, body, why) => {
    expect(readDeadLetter(body, {}, stack)).toMatch(why);
  });
});
