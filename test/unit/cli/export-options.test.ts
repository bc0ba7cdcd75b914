import { expect, it } from 'vitest';
import { inputOf } from '../../../cli/export-options.ts';

it.each([
  ['no subject', {}, /exactly one of .*, not none/],
  ['two subjects', { datasetArn: 'a', groupArn: 'b' }, /exactly one of .*, not 2/],
  ['--mode with --request', { request: '-', mode: 'ALL' as const }, /^--mode/],
  ['a request file that does not exist', { request: 'no/such.json' }, /ENOENT/],
])('inputOf refuses %s', async (_, options, message) => {
  await expect(inputOf(options)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(message),
  });
});

it('inputOf makes a request of one subject and its mode', async () => {
  expect(JSON.parse(await inputOf({ groupArn: 'a', mode: 'PUT' }))).toEqual({
    datasetGroupArn: 'a',
    ingestionMode: 'PUT',
  });
});
