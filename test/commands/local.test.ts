import { exec, execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startScript } from '../cli/npm-script.ts';

let stateDir: string;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'local-'));
});
afterAll(() => rm(stateDir, { recursive: true }));

async function startLocal(...args: string[]) {
  const local = await startScript('local', '--port', '0', '--job-seconds', '0.1', '--state-dir', stateDir, ...args);
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

/** Runs the command that `npm run local` has printed, as a shell does. */
async function runPrinted(said: string) {
  const command = said.split('\n').find((line) => line.includes('npm run export')) ?? '';
  const { stdout } = await promisify(exec)(command, { env: { PATH: process.env.PATH, HOME: stateDir } });
  return stdout;
}

it.each([
  ['without data', []],
  ['with --seed', ['--seed']],
])(
  'npm run local %s prints a command that exports the data of the demo',
  async (_, args) => {
    const local = await startLocal(...args);
    const stdout = await runPrinted(local.said());
    for (const type of ['INTERACTIONS', 'ITEMS', 'USERS']) expect(stdout).toMatch(`demo-shop/${type}  ACTIVE`);
  },
  120_000,
);

it('npm run seed refuses an endpoint that is not on this computer', async () => {
  const environment = { PATH: process.env.PATH, AWS_ENDPOINT_URL: 'https://personalize.eu-west-1.amazonaws.com' };
  const seeding = promisify(execFile)(process.execPath, ['demo/seed.ts'], { env: environment });
  await expect(seeding).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('npm run local') });
});
