import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The packaging of the stage `local`, in a process of its own. */
export interface Packaging {
  succeeded: Promise<boolean>;
  stop(): void;
}

/** Starts to package the stage `local` in another process, so that this one can load the local AWS meanwhile. That
 * process ends with this one. */
export function startPackaging(): Packaging {
  const child = spawn(process.execPath, ['scripts/package-local.ts'], {
    // Through the channel, the process notices that this one has ended.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  return { succeeded: once(child, 'exit').then(([status]) => status === 0), stop: () => void child.kill() };
}
