import fc from 'fast-check';
import { matchesPattern, readTemplate, type Template } from 'local-aws';
import { beforeAll, describe, expect, it } from 'vitest';
import { importCall, mutationsOf, objectCreated, requested, scheduled, solutionEvent } from './event-samples.ts';
import { ofType, packageWith } from './packaged.ts';
import { oracleMatches } from './pattern-oracle.ts';

type Patterns = Record<string, Record<string, unknown>>;

/** The patterns of the packaged rules: of every group, and of two groups alone with the solution's rule. */
const patterns: { all: Patterns; some: Patterns } = { all: {}, some: {} };

beforeAll(async () => {
  patterns.all = patternsOf(await readTemplate('.local/package'));
  const params = { importDatasetGroups: 'shop, news', solutionEventBus: 'solutions' };
  patterns.some = patternsOf((await packageWith(params)).template);
}, 60_000);

function patternsOf(template: Template): Patterns {
  const rules = ofType<{ EventPattern: object }>(template, 'AWS::Events::Rule');
  const resolved = (pattern: object) =>
    JSON.parse(JSON.stringify(pattern).replaceAll('{"Ref":"ExportBucket"}', '"exports-bucket"'));
  return Object.fromEntries(rules.map(([id, { EventPattern }]) => [id.replace(/Rule$/, ''), resolved(EventPattern)]));
}

/** The rules that match, by both matchers alike. */
function rulesFor(event: Record<string, unknown>, of: Patterns, change = ''): string[] {
  return Object.entries(of).flatMap(([rule, pattern]) => {
    const matches = matchesPattern(pattern, event);
    expect(matches, `${rule}, ${change}`).toBe(oracleMatches(pattern, event));
    return matches ? [rule] : [];
  });
}

const samples: [name: string, event: Record<string, unknown>, all: string | undefined, some: string | undefined][] = [
  ['an import', importCall('shop/INTERACTIONS'), 'ImportStarted', 'ImportStarted'],
  ['an import in China', importCall('news/ITEMS', {}, 'aws-cn'), 'ImportStarted', 'ImportStarted'],
  ['an import into another group', importCall('other/USERS'), 'ImportStarted', undefined],
  ['an import into a group that ends alike', importCall('my-shop/USERS'), 'ImportStarted', undefined],
  ['an import into a group that begins alike', importCall('shop-2/USERS'), 'ImportStarted', undefined],
  ['an import of actions', importCall('shop/ACTIONS'), undefined, undefined],
  ['an import of action interactions', importCall('shop/ACTION_INTERACTIONS'), undefined, undefined],
  [
    'an import that was refused',
    importCall('shop/ITEMS', { errorCode: 'LimitExceededException' }),
    undefined,
    undefined,
  ],
  ['an import with the error null', importCall('shop/ITEMS', { errorCode: null }), undefined, undefined],
  ['an import with an empty error', importCall('shop/ITEMS', { errorCode: '' }), undefined, undefined],
  ['an import without parameters', importCall('shop/ITEMS', { requestParameters: null }), undefined, undefined],
  ['another call', importCall('shop/ITEMS', { eventName: 'DescribeDatasetImportJob' }), undefined, undefined],
  ['a request file', objectCreated('requests/items.json'), 'RequestDropped', 'RequestDropped'],
  ['a request file in a folder', objectCreated('requests/a/b c+ü😀%20.json'), 'RequestDropped', 'RequestDropped'],
  ['a request file without a name', objectCreated('requests/.json'), 'RequestDropped', 'RequestDropped'],
  ['a file of another kind', objectCreated('requests/items.csv'), undefined, undefined],
  ['a file with its name in capitals', objectCreated('requests/items.JSON'), undefined, undefined],
  ['a file that goes on', objectCreated('requests/items.json.bak'), undefined, undefined],
  ['a file beside the folder', objectCreated('requests.json'), undefined, undefined],
  ['a file in a folder called alike', objectCreated('exports/requests/items.json'), undefined, undefined],
  ['exported data', objectCreated('exports/shop/ITEMS/part-0.csv'), undefined, undefined],
  ['a file in another bucket', objectCreated('requests/items.json', 'other-bucket'), undefined, undefined],
  ['an event of another service', requested('shop.orders'), 'ExportRequested', 'ExportRequested'],
  ['an import of the solution', solutionEvent('ACTIVE'), undefined, 'SolutionImportActive'],
  ['a failed import of the solution', solutionEvent('CREATE FAILED'), undefined, undefined],
  ['a schedule, which invokes by itself', scheduled(), undefined, undefined],
];

it('every rule is here', () => {
  expect(Object.keys(patterns.all).sort()).toEqual(['ExportRequested', 'ImportStarted', 'RequestDropped']);
  expect(Object.keys(patterns.some).sort()).toEqual([...Object.keys(patterns.all), 'SolutionImportActive'].sort());
});

describe.each(samples)('%s', (_, event, all, some) => {
  it('is matched by its rule and no other', () => {
    expect(rulesFor(event, patterns.all)).toEqual(all ? [all] : []);
    expect(rulesFor(event, patterns.some)).toEqual(some ? [some] : []);
  });

  it('with one field changed is matched by EventBridge and the local AWS alike', () => {
    const changed = mutationsOf(event);
    expect(changed.length).toBeGreaterThan(150);
    for (const [change, mutation] of changed) for (const of of Object.values(patterns)) rulesFor(mutation, of, change);
  });
});

describe('a rule matches only what it is meant for', () => {
  it.each([
    ['ImportStarted', importCall('shop/ITEMS'), ['source', 'detail-type', 'detail.eventSource', 'detail.eventName']],
    [
      'ImportStarted',
      importCall('shop/ITEMS'),
      ['detail', 'detail.requestParameters', 'detail.requestParameters.datasetArn'],
    ],
    [
      'RequestDropped',
      objectCreated('requests/a.json'),
      ['source', 'detail-type', 'detail.bucket.name', 'detail.object.key'],
    ],
    ['SolutionImportActive', solutionEvent('ACTIVE'), ['source', 'detail-type', 'detail.Status']],
    ['ExportRequested', requested('shop.orders'), ['detail-type']],
  ])('%s needs each of its fields', (rule, event, fields) => {
    const mutations = new Map(mutationsOf(event));
    for (const field of fields) {
      for (const change of ['removed', '"other"', '""', 'null', '5', 'true', '{}', '[]', '[null]']) {
        const mutation = mutations.get(`${field} ${change}`);
        expect(rulesFor(mutation as Record<string, unknown>, patterns.some), `${field} ${change}`).not.toContain(rule);
      }
    }
  });

  it('a key, whatever it is made of', () => {
    const piece = fc.constantFrom(
      'requests/',
      '.json',
      'requests',
      '/',
      'a',
      ' ',
      '+',
      'ü',
      '😀',
      '*',
      '\\',
      '\n',
      '.',
      '.JSON',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const key = pieces.join('');
        const isRequest = key.startsWith('requests/') && key.endsWith('.json');
        expect(rulesFor(objectCreated(key), patterns.all)).toEqual(isRequest ? ['RequestDropped'] : []);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a dataset, whatever it is called', () => {
    const group = fc.oneof(fc.constantFrom('shop', 'news'), fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,8}$/));
    const type = fc.constantFrom(
      'INTERACTIONS',
      'ITEMS',
      'USERS',
      'ACTIONS',
      'ACTION_INTERACTIONS',
      'items',
      'MY-ITEMS',
    );
    fc.assert(
      fc.property(group, type, (name, kind) => {
        const isExportable = ['INTERACTIONS', 'ITEMS', 'USERS'].includes(kind);
        const event = importCall(`${name}/${kind}`);
        expect(rulesFor(event, patterns.all)).toEqual(isExportable ? ['ImportStarted'] : []);
        const isNamed = isExportable && ['shop', 'news'].includes(name);
        expect(rulesFor(event, patterns.some)).toEqual(isNamed ? ['ImportStarted'] : []);
      }),
      { numRuns: 2_000 },
    );
  });
});
