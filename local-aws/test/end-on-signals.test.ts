import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';

const script = fileURLToPath(new URL('./ending-process.ts', import.meta.url));

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'parent-'));
});
afterEach(() => rm(parent, { recursive: true }));

/** Starts a process that is ready to be ended. */
async function start(behaviour: 'stops' | 'hangs' | 'crashes') {
  const child = spawn(process.execPath, [script, behaviour, parent]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  return {
    child,
    said: () => said,
    /** The exit status, once the process has ended. */
    status: async () => (await closed)[0],
  };
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('a process ends on %s with the status %d after it has stopped', async (signal, expected) => {
  const { child, said, status } = await start('stops');
  child.kill(signal);
  expect(await status()).toBe(expected);
  expect(said()).toBe('stopping');
  expect(await readdir(parent)).toEqual([]);
});

it('a process ends when nothing reads its output any more', async () => {
  const { child, said, status } = await start('stops');
  child.stdout.destroy();
  expect(await status()).toBe(141);
  expect(said()).toBe('stopping');
  expect(await readdir(parent)).toEqual([]);
});

it('a process that cannot stop ends nevertheless, without its temporary folder', async () => {
  const { child, status } = await start('hangs');
  child.kill('SIGTERM');
  expect(await status()).toBe(143);
  expect(await readdir(parent)).toEqual([]);
});

it('a second signal ends a process that does not stop, without its temporary folder', async () => {
  const { child, said, status } = await start('hangs');
  child.kill('SIGTERM');
  await expect.poll(said).toBe('stopping');
  child.kill('SIGINT');
  expect(await status()).toBe(130);
  expect(await readdir(parent)).toEqual([]);
});

it('a process that crashes leaves no temporary folder', async () => {
  const { said, status } = await start('crashes');
  expect(await status()).toBe(1);
  expect(said()).toContain('on purpose');
  expect(await readdir(parent)).toEqual([]);
});
