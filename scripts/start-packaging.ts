import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The packaging of the stage `local`, in a process of its own. */
export interface Packaging {
  succeeded: Promise<boolean>;
  stop(): void;
}

/** Starts to package the stage `local`. Packaging keeps one processor busy, and loading the local AWS another. It ends with
 * this process at the latest. */
export function startPackaging(): Packaging {
  const child = spawn(process.execPath, ['scripts/package-local.ts'], {
    // By the channel, it notices when this process ends.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  return { succeeded: once(child, 'exit').then(([status]) => status === 0), stop: () => void child.kill() };
}
