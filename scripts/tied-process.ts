import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Ends this process on a signal, and when the process that has started it with a channel ends. Without this, a process that
 * it waits for would go on. */
export function endWithParent(): void {
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) process.on(event, () => process.exit(1));
  // The channel alone must not keep this process running.
  process.channel?.unref();
}

/** Runs a command that ends when this process ends, if it has not ended before.
 * @returns its exit status, 1 if a signal ended it, and what it printed */
export async function runTied(command: string, args: string[], cwd: string): Promise<{ status: number; said: string }> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill();
  process.on('exit', end);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  process.off('exit', end);
  return { status: status ?? 1, said: `${stdout}${stderr}` };
}
