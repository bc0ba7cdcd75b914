import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startScript } from './npm-script.ts';

let stateDir: string;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'local-'));
});
afterAll(() => rm(stateDir, { recursive: true }));

async function startLocal() {
  const local = await startScript('local', '--port', '0', '--state-dir', stateDir);
  await local.until('ready');
  const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(local.said())?.[0] ?? '';
  expect((await fetch(`${endpoint}/_local/faults`)).status).toBe(200);
  return { ...local, endpoint };
}

it.each<[what: string, end: (local: Awaited<ReturnType<typeof startLocal>>) => void]>([
  ['Ctrl-C', ({ interrupt }) => interrupt()],
  ['the end of its npm process, like that of `kill $!` in a script', ({ npm }) => void npm.kill('SIGTERM')],
])('npm run local ends on %s, and leaves no server and no temporary file', async (_, end) => {
  const local = await startLocal();
  end(local);
  await local.status();
  await expect(fetch(`${local.endpoint}/_local/faults`)).rejects.toThrow();
  expect(await local.temporaryFiles()).toEqual([]);
});
