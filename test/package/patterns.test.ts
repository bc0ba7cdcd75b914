import fc from 'fast-check';
import { matchesPattern } from 'local-aws';
import { describe, expect, it } from 'vitest';
import { importCall, objectCreated, requested, scheduled, solutionEvent, withField } from './event-samples.ts';
import { ofType, setNames, type Template, templateOf } from './packaged.ts';

type Event = Record<string, unknown>;
type Patterns = Record<string, Record<string, unknown>>;

/** The patterns of the rules: of the stage `dev`, and of the stage `prod` with the AWS Solution. */
const defaults = patternsOf(await templateOf('defaults'));
const everyOption = patternsOf(await templateOf('every option'));

function patternsOf(template: Template): Patterns {
  const deployed = (pattern: unknown) =>
    JSON.parse(
      JSON.stringify(pattern)
        .replaceAll('{"Ref":"ExportBucket"}', '"exports-bucket"')
        .replaceAll('{"Ref":"AWS::AccountId"}', '"123456789012"')
        .replaceAll('{"Ref":"AWS::Region"}', '"eu-west-1"'),
    );
  return Object.fromEntries(
    ofType(template, 'AWS::Events::Rule').map(([id, { Properties }]) => [id, deployed(Properties.EventPattern)]),
  );
}

const rulesFor = (event: Event, patterns: Patterns): string[] =>
  Object.keys(patterns).filter((id) => matchesPattern(patterns[id] ?? {}, event));

const IMPORT = 'ImportStartedRule';
const FILE = 'RequestDroppedRule';
const REQUEST = 'ExportRequestedRule';
const SOLUTION = 'SolutionImportActiveRule';

describe.each<[name: string, event: Event, rule: string, withTheSolution?: string]>([
  ['an import', importCall('shop/INTERACTIONS'), IMPORT],
  ['an import in China', importCall('news/ITEMS', {}, 'aws-cn'), IMPORT],
  ['an import of actions, which PlanExports skips', importCall('shop/ACTIONS'), IMPORT],
  ['an import without parameters', importCall('shop/ITEMS', { requestParameters: null }), IMPORT],
  [
    'an import with redacted parameters',
    importCall('shop/ITEMS', { requestParameters: { datasetArn: '***' } }),
    IMPORT,
  ],
  ['an import without an event source', importCall('shop/ITEMS', { eventSource: undefined }), IMPORT],
  ['an import that was refused', importCall('shop/ITEMS', { errorCode: 'LimitExceededException' }), ''],
  ['an import with a null error', importCall('shop/ITEMS', { errorCode: null }), ''],
  ['an import with an empty error', importCall('shop/ITEMS', { errorCode: '' }), ''],
  ['another call to Personalize', importCall('shop/ITEMS', { eventName: 'DescribeDatasetImportJob' }), ''],
  ['a request file', objectCreated('requests/items.json'), FILE],
  ['a request file in a subfolder', objectCreated('requests/a/b c+ü😀%20.json'), FILE],
  ['a request file without a base name', objectCreated('requests/.json'), FILE],
  ['a CSV file among the request files', objectCreated('requests/items.csv'), ''],
  ['a request file with an upper-case extension', objectCreated('requests/items.JSON'), ''],
  ['a backup of a request file', objectCreated('requests/items.json.bak'), ''],
  ['a file beside the folder of request files', objectCreated('requests.json'), ''],
  ['a file in another folder named requests', objectCreated('exports/requests/items.json'), ''],
  ['exported data', objectCreated('exports/shop/ITEMS/part-0.csv'), ''],
  ['a request file in another bucket', objectCreated('requests/items.json', 'other-bucket'), ''],
  ['a request from another service', requested('shop.orders'), REQUEST],
  ['a request for this stage', requested('shop.orders', { stage: 'dev' }), REQUEST, ''],
  ['a request for another stage', requested('shop.orders', { stage: 'prod' }), '', REQUEST],
  ['a request for a stage that is not deployed', requested('shop.orders', { stage: 'test' }), ''],
  ['a request for a stage with a longer name', requested('shop.orders', { stage: 'dev-2' }), ''],
  ['an import of the AWS Solution', solutionEvent('ACTIVE'), '', SOLUTION],
  ['a failed import of the AWS Solution', solutionEvent('CREATE FAILED'), ''],
  ['the event of a schedule, which invokes start-export itself', scheduled(), ''],
])('the event for %s', (_, event, rule, withTheSolution = rule) => {
  it(`an event matches ${rule || 'no rule'}, or ${withTheSolution || 'no rule'} with the Solution`, () => {
    expect(rulesFor(event, defaults)).toEqual(rule ? [rule] : []);
    expect(rulesFor(event, everyOption)).toEqual(withTheSolution ? [withTheSolution] : []);
  });

  it.each([
    ['account', '210987654321'],
    ['region', 'us-east-1'],
  ])('an event from another %s matches no rule', (field, other) => {
    expect(rulesFor(withField(event, field, other), everyOption)).toEqual([]);
  });
});

describe.each<[rule: string, event: Event, fields: string[]]>([
  [IMPORT, importCall('shop/ITEMS'), ['source', 'detail-type', 'detail', 'detail.eventName']],
  [FILE, objectCreated('requests/a.json'), ['source', 'detail-type', 'detail.bucket.name', 'detail.object.key']],
  [SOLUTION, solutionEvent('ACTIVE'), ['source', 'detail-type', 'detail.Status']],
  [REQUEST, requested('shop.orders'), ['detail-type', 'account', 'region']],
])('the rule %s', (rule, event, fields) => {
  it.each(fields)('requires a matching %s', (field) => {
    for (const value of [undefined, 'other', '', null, 5, true, {}, [], [null]]) {
      expect(
        rulesFor(withField(event, field, value), everyOption),
        `${field} = ${JSON.stringify(value)}`,
      ).not.toContain(rule);
    }
  });
});

it('a request file is any key under requests/ that ends in .json, and no other key', () => {
  const pieces = ['requests/', '.json', 'requests', '/', 'a', ' ', '+', 'ü', '😀', '*', '\\', '\n', '.', '.JSON'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 6 }), (parts) => {
      const key = parts.join('');
      const isRequest = key.startsWith('requests/') && key.endsWith('.json');
      expect(rulesFor(objectCreated(key), defaults)).toEqual(isRequest ? [FILE] : []);
    }),
    { numRuns: 2_000 },
  );
});

it.each(setNames)('every pattern stays within the 2,048 characters that EventBridge allows (%s)', async (name) => {
  for (const pattern of Object.values(patternsOf(await templateOf(name)))) {
    expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2_048);
  }
});
