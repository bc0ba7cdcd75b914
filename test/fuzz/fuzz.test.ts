import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as validators from '#validators';
import { datasetArn, datasetGroupArn, kmsKeyArn, roleArn } from '../unit/builders.ts';
import { eventOf } from './events.ts';
import { changed, realised } from './hostile.ts';
import { failureText, fuzz } from './main.ts';
import { verdictOf, verdictOfBatch } from './oracle.ts';
import { properties } from './properties.ts';
import { property } from './property.ts';

const RANDOM_SEED = Date.now() & 0x7fffffff;

describe.each(Object.keys(properties) as (keyof typeof properties)[])('%s: what is promised holds', (name) => {
  it.each([
    ['a seed of every day', 42],
    ['another seed', RANDOM_SEED],
  ])('with %s', async (_, seed) => {
    const { holds, report } = await fuzz(name, { runs: 150, seed });
    expect(holds, report).toBe(true);
  });
});

it('a counterexample is the smallest, and is told with the command that repeats it', async () => {
  const odd = property(fc.nat(), async (number) => {
    if (number > 9) throw new Error('not so');
  });
  const { failure } = await odd({ runs: 50, seed: 7 });
  expect(failure).toMatchObject({ message: 'not so', counterexample: '10' });
  const text = failureText('odd', 7, failure as NonNullable<typeof failure>);
  expect(text).toMatch(
    /not so\n {2}Smallest: 10\n {2}Again: npm run fuzz -- --property odd --runs 1 --seed 7 --path "[\d:]+"$/,
  );
  expect((await odd({ runs: 1, seed: 7, path: failure?.path })).failure?.counterexample).toBe('10');
});

describe('the oracle', () => {
  const path = (value: string) => ({ s3DataDestination: { path: value } });
  it.each<[unknown, string[]]>([
    [{ datasetArn }, []],
    [{ datasetGroupArn, ingestionMode: 'PUT', roleArn, deadlineMinutes: 2_880 }, []],
    [{ datasetArn, jobOutput: { s3DataDestination: { path: 's3://mine/a', kmsKeyArn } } }, []],
    [{}, ['request']],
    [null, ['request']],
    [{ datasetArn, datasetGroupArn }, ['request']],
    [{ datasetArn: datasetGroupArn }, ['datasetArn']],
    [{ datasetGroupArn, jobName: 'a b' }, ['request', 'jobName']],
    [{ datasetArn, tags: [{ tagKey: '' }] }, ['tags[0].tagKey', 'tags[0].tagValue']],
    [{ datasetArn, '': 1 }, ['""']],
    [{ datasetArn, jobOutput: path('s3://exports-bucket/requests') }, ['jobOutput.s3DataDestination.path']],
    [{ datasetArn: datasetArn.replace('shop', 'gone') }, ['datasetArn']],
    [{ datasetArn: datasetArn.replace('INTERACTIONS', 'ACTIONS') }, ['datasetArn']],
  ])('of %j says %j', (request, faults) => {
    expect(verdictOf(request).faults).toEqual(faults);
  });

  it('names the request of a batch', () => {
    expect(verdictOfBatch({ exports: [{ datasetArn }, { datasetArn, more: 1 }, 5] }).faults).toEqual([
      'exports[1].more',
      'exports[2]',
    ]);
  });
});

describe('what is sent', () => {
  it('is what was changed, and pollutes nothing', () => {
    const changes = [
      { path: '__proto__/polluted', value: true },
      { path: 'a/b', value: { $nested: 2 } },
      { path: 'c', removed: true },
    ];
    const request = realised(changed({ c: 1 }, changes));
    expect(JSON.stringify(request)).toBe('{"__proto__":{"polluted":true},"a":{"b":[[]]}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(realised({ $repeated: 'ab', times: 2 })).toBe('abab');
  });

  it('is an event that start-export takes, where nothing was changed', () => {
    for (const source of [
      'aws.personalize',
      'solutions.aws.personalize',
      'aws.s3',
      'aws.scheduler',
      'shop.orders',
      'aws.ec2',
    ] as const)
      expect(
        validators.startExportEvent(
          eventOf({ source, id: 'e', request: { base: { datasetArn }, changes: [] }, changes: [] }),
        ),
        source,
      ).toBe(true);
  });
});
