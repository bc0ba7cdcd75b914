import { spawnSync } from 'node:child_process';

/** Packages the stage `local`, unless it was packaged from these very sources. */
export function setup(): void {
  const { status } = spawnSync(process.execPath, ['scripts/package-local.ts'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The stage "local" could not be packaged.');
}
