import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprint } from '../../../scripts/fingerprint.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fingerprint-'));
  await mkdir(join(folder, 'a/b'), { recursive: true });
  await writeFile(join(folder, 'a/one'), '1');
  await writeFile(join(folder, 'a/b/two'), '2');
});
afterEach(() => rm(folder, { recursive: true }));

const now = (besides?: string[]) => fingerprint([join(folder, 'a'), join(folder, 'c')], besides);

it.each<[string, () => Promise<unknown>]>([
  ['a file changes', () => writeFile(join(folder, 'a/one'), '3')],
  ['a file in a folder of a folder changes', () => writeFile(join(folder, 'a/b/two'), '3')],
  ['a file has another name', () => rename(join(folder, 'a/one'), join(folder, 'a/uno'))],
  ['a file is new', () => writeFile(join(folder, 'a/b/three'), '3')],
  ['a file is gone', () => rm(join(folder, 'a/one'))],
  ['a file that was missing is there', () => writeFile(join(folder, 'c'), '3')],
])('a fingerprint is another if %s', async (_, change) => {
  const before = await now();
  await change();
  expect(await now()).not.toBe(before);
});

it('a fingerprint is the same for the same files', async () => {
  const before = await now(['eu-west-1']);
  await writeFile(join(folder, 'a/one'), '1');
  expect(await now(['eu-west-1'])).toBe(before);
});

it('a fingerprint is another for another value beside the files', async () => {
  expect(await now(['eu-west-1'])).not.toBe(await now(['us-east-1']));
});
