import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

/** Starts an npm script as a shell does, with a folder of its own for temporary files. The test ends it at the latest. */
export async function startScript(script: 'demo' | 'local', ...args: string[]) {
  const TMPDIR = await mkdtemp(join(tmpdir(), 'npm-script-'));
  const npm = spawn('npm', ['run', '--silent', script, '--', ...args], {
    env: { ...process.env, TMPDIR },
    // A process group of its own, as in an interactive shell.
    detached: true,
  });
  const closed = once(npm, 'close');
  let said = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (data) => (said += data));
  onTestFinished(async () => {
    killGroup('SIGKILL');
    await closed;
    await rm(TMPDIR, { recursive: true, force: true });
  });

  function killGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-(npm.pid ?? 0), signal);
    } catch {
      // All of its processes have ended.
    }
  }

  return {
    npm,
    said: () => said,
    /** Waits until the script has printed this. */
    async until(text: string): Promise<void> {
      await expect.poll(() => said, { timeout: 50_000 }).toContain(text);
    },
    /** What Ctrl-C does: every process of the group gets SIGINT. */
    interrupt: () => killGroup('SIGINT'),
    /** The exit status, once all its processes have ended. */
    status: async () => (await closed)[0],
    /** What the local AWS has left; npm has files of its own. */
    temporaryFiles: async () => (await readdir(TMPDIR)).filter((name) => name.startsWith('local-aws')),
  };
}
