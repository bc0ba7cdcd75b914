import { describe, expect, it } from 'vitest';
import { refuseTooLarge } from '../../../src/plan/request-size.ts';
import { datasetArn } from '../builders.ts';
import { plan } from './planning.ts';

const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ tagKey: `k${n}`, tagValue: '' }));

describe('the size of a request', () => {
  it.each<[string, object]>([
    ['exports: has 130000 items; at most 100 are allowed.', { exports: Array(130_000).fill(1) }],
    ['tags: has 51 items; at most 50 are allowed.', { datasetArn, tags: tags(51) }],
    ['exports: has 101 items; at most 100 are allowed.', { exports: Array(101).fill({ tags: tags(51) }) }],
    [
      'onlyDatasetGroups: has 501 items; at most 500 are allowed.',
      { datasetArn, onlyDatasetGroups: Array(501).fill(1) },
    ],
    [
      'exports[1].tags: has 60000 items; at most 50 are allowed.',
      { exports: [{ datasetArn }, { tags: Array(60_000).fill(1) }] },
    ],
    [
      'exports[0].tags: has 51 items; at most 50 are allowed.\nexports[1].tags: has 51 items; at most 50 are allowed.',
      { exports: [{ tags: tags(51) }, { tags: tags(51) }] },
    ],
  ])(
    'a list with too many items is refused by its length, before its items are checked: %s',
    async (message, request) => {
      await expect(plan(request)).rejects.toMatchObject({ name: 'InvalidRequestError', message });
    },
  );
});

it('a request with too many bytes is refused by its size', async () => {
  const request = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field-${n}`, 'é']));
  await expect(plan(request)).rejects.toMatchObject({
    name: 'InvalidRequestError',
    message: `request: has ${Buffer.byteLength(JSON.stringify(request))} bytes; at most 200000 are allowed.`,
  });
});

it.each<[string, unknown]>([
  ['as many tags as are allowed', { datasetArn, tags: tags(50) }],
  ['as many exports as are allowed', { exports: Array(100).fill({ datasetArn }) }],
  ['200,000 bytes', { x: 'x'.repeat(200_000 - '{"x":""}'.length) }],
  ['lists that are not lists', { exports: 'all', tags: null }],
  ['null', null],
])('refuseTooLarge accepts %s', (_, request) => {
  expect(() => refuseTooLarge(request)).not.toThrow();
});
