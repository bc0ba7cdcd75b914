import { describe, expect, it } from 'vitest';
import { readDeadLetter } from '../../../cli/dead-letter.ts';

const event = { id: '1', source: 'shop', 'detail-type': 'Dataset Export Requested', detail: { datasetArn: 'a' } };
const scheduled = { ...event, source: 'aws.scheduler', detail: { scheduledTime: '2026-01-01T00:00:00Z' } };
const record = {
  version: '1.0',
  requestContext: { condition: 'RetriesExhausted' },
  requestPayload: event,
  responsePayload: { errorType: 'TransientError', errorMessage: 'Rate exceeded' },
};

describe('readDeadLetter', () => {
  it.each([
    ['rule', event, { RULE_ARN: 'r', ERROR_CODE: 'NO_PERMISSIONS' }, event, 'NO_PERMISSIONS'],
    ['schedule', scheduled, { ERROR_CODE: 'X', ERROR_MESSAGE: 'y' }, scheduled, 'X: y'],
    ['function', record, {}, event, 'TransientError: Rate exceeded'],
    ['function', { ...record, responsePayload: undefined }, {}, event, 'RetriesExhausted'],
  ])('reads the event in a message of a %s', (sender, body, attributes, itsEvent, reason) => {
    expect(readDeadLetter(JSON.stringify(body), attributes)).toEqual({ event: itsEvent, sender, reason });
  });

  it.each([
    ['a text', 'no event', /not a JSON object/],
    ['a list', '[]', /not a JSON object/],
    ['an object that is not an event', '{}', /contains no event/],
    ['a record without an event', JSON.stringify({ ...record, requestPayload: { id: 1 } }), /contains no event/],
    [
      'an event of a schedule whose fields were not filled in',
      JSON.stringify({ ...scheduled, id: '<aws.scheduler.execution-id>' }),
      /scheduled time is missing/,
    ],
  ])('says what is wrong with %s', (_, body, why) => {
    expect(readDeadLetter(body, {})).toMatch(why);
  });
});
