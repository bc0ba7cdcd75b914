import { describe, expect, it } from 'vitest';
import { causeLines, outcomesIn, skippedIn } from '../../../cli/outcomes.ts';

const outcome = { outcome: 'ACTIVE', succeeded: true, path: 's3://b/p/' };

describe('outcomesIn', () => {
  it.each([
    ['an output', { outcomes: [outcome], skipped: [] }],
    ['a list', [outcome]],
    ['JSON in text', JSON.stringify([outcome])],
    ['a list of JSON in text', [JSON.stringify(outcome)]],
    ['a batch', { exports: [{ request: 1, outcomes: [outcome] }] }],
  ])('outcomesIn finds the outcomes in %s', (_, value) => {
    expect(outcomesIn(value)).toEqual([outcome]);
  });

  it('outcomesIn finds none in a text that is not JSON', () => {
    expect(outcomesIn('[no JSON')).toEqual([]);
  });
});

it('skippedIn finds the datasets that were skipped', () => {
  const skipped = [{ datasetArn: 'a', reason: 'b' }];
  expect(skippedIn({ outcomes: [outcome], skipped })).toEqual(skipped);
});

it('skippedIn finds none where there is no output', () => {
  expect(skippedIn(undefined)).toEqual([]);
});

it.each([
  ['why\nand why', ['why', 'and why']],
  ['["one", "two"]', ['one', 'two']],
  ['{"errorType": "E", "errorMessage": "m", "trace": []}', ['E: m']],
  ['{"other": 1}', ['{"other":1}']],
  [undefined, []],
])('causeLines shows the cause %j as %j', (cause, lines) => {
  expect(causeLines(cause)).toEqual(lines);
});
