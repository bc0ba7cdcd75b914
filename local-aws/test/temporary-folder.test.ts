import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../src/temporary-folder.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'parent-'));
});
afterEach(() => rm(parent, { recursive: true }));

/** The id of a process that has ended. */
const endedPid = () => spawnSync(process.execPath, ['--version']).pid;

/** Gives a folder the name that another process would have given it. */
async function madeBy(pid: number): Promise<string> {
  const { path } = await temporaryFolder(parent);
  const renamed = join(parent, basename(path).replace(`-${process.pid}-`, `-${pid}-`));
  await rename(path, renamed);
  await writeFile(join(renamed, 'file'), '');
  return renamed;
}

it('a temporary folder is removed on request, and only that one', async () => {
  const [one, other] = [await temporaryFolder(parent), await temporaryFolder(parent)];
  await one.remove();
  expect(existsSync(one.path)).toBe(false);
  expect(existsSync(other.path)).toBe(true);
  await other.remove();
});

it('a new temporary folder removes that of a process which no longer runs', async () => {
  const abandoned = await madeBy(endedPid());
  const { path, remove } = await temporaryFolder(parent);
  expect(existsSync(abandoned)).toBe(false);
  expect(existsSync(path)).toBe(true);
  await remove();
});

it('a new temporary folder leaves those of running processes and of other programs', async () => {
  const running = await madeBy(process.ppid);
  await writeFile(join(parent, 'local-aws-notes'), '');
  await writeFile(join(parent, `other-${endedPid()}-x`), '');
  const { remove } = await temporaryFolder(parent);
  await remove();
  expect(existsSync(running)).toBe(true);
  expect(await readdir(parent)).toHaveLength(3);
});
