import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import { checkTogether, type ExportOptions } from '../../../cli/export-options.ts';
import { once } from '../../../cli/options.ts';
import { inputOf, path, tags } from '../../../cli/request-options.ts';

it.each<[what: string, options: ExportOptions, message: RegExp]>([
  ['nothing to do', {}, /exactly one of .*, not none/],
  ['two subjects', { datasetArn: 'a', groupArn: 'b' }, /exactly one of .*, not 2/],
  ['a subject and --list', { datasetArn: 'a', list: true }, /exactly one of .*--list, not 2/],
  ['--mode with --request', { request: '-', mode: 'ALL' }, /^--mode .*--request.*"ingestionMode"/],
  ['--path with --request', { request: '-', path: 's3://b/' }, /^--path .*"jobOutput\.s3DataDestination\.path"/],
  ['--deadline-minutes with --follow', { follow: 'a', deadlineMinutes: 1 }, /^--deadline-minutes .*--follow/],
  ['--tag with --list', { list: 3, tag: [] }, /^--tag .*--list/],
  ['--watch with --list', { list: true, watch: true }, /^--watch .*--follow/],
  ['--stage with --follow', { follow: 'a', stage: 'b' }, /^--stage .*--follow/],
])('npm run export refuses %s', (_, options, message) => {
  expect(() => checkTogether(options)).toThrow(message);
});

it('inputOf refuses a request file that does not exist', async () => {
  await expect(inputOf({ request: 'no/such.json' })).rejects.toMatchObject({ name: 'UsageError' });
});

it('inputOf makes a request of the options', async () => {
  const tag = [{ tagKey: 'team', tagValue: 'a=b' }];
  const options = { groupArn: 'a', mode: 'PUT' as const, path: 's3://b/c/', deadlineMinutes: 9, tag };
  expect(JSON.parse(await inputOf(options))).toEqual({
    datasetGroupArn: 'a',
    ingestionMode: 'PUT',
    jobOutput: { s3DataDestination: { path: 's3://b/c/' } },
    deadlineMinutes: 9,
    tags: tag,
  });
});

it('tags reads one tag after the other, and an empty value', () => {
  expect(tags('b=', tags('a=x=y'))).toEqual([
    { tagKey: 'a', tagValue: 'x=y' },
    { tagKey: 'b', tagValue: '' },
  ]);
});

it.each([
  ['a text without =', () => tags('team')],
  ['an empty key', () => tags('=a')],
  ['a key with a character that is not allowed', () => tags('a*=b')],
  ['a value that is too long', () => tags(`a=${'b'.repeat(257)}`)],
  ['a key that is given twice', () => tags('a=2', tags('a=1'))],
  ['a 51st tag', () => Array.from({ length: 51 }, (_, n) => `k${n}=`).reduce((all, tag) => tags(tag, all), tags('a='))],
  ['a path that is not in S3', () => path('/data')],
  ['a path that is too long', () => path(`s3://b/${'x'.repeat(250)}`)],
  ['an option that is given twice', () => once(String)('b', 'a')],
])('an option of npm run export refuses %s', (_, read) => {
  expect(read).toThrow(InvalidArgumentError);
});
