import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

function isGroupRunning(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

it.each<[what: string, end: (parent: ChildProcess) => void]>([
  ['it gets SIGTERM', (parent) => void parent.kill('SIGTERM')],
  ['the process that waits for it ends', (parent) => parent.disconnect()],
])('a process that runs a tied command ends together with the command when %s', async (_, end) => {
  const folder = await mkdtemp(join(tmpdir(), 'tied-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = `import { endWithParent, runTied } from './scripts/tied-process.ts';
    endWithParent();
    await runTied('sh', ['-c', 'touch started; exec sleep 60'], '${folder}');`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  const ended = once(parent, 'exit');
  await expect.poll(() => existsSync(join(folder, 'started')), { timeout: 20_000 }).toBe(true);
  end(parent);
  await ended;
  await expect.poll(() => isGroupRunning(parent.pid ?? 0), { timeout: 3_000 }).toBe(false);
});
