import { spawnSync } from 'node:child_process';

/** Packages the stage `local` for the local AWS; says something only when that fails. */
const { status, stdout, stderr } = spawnSync(
  'serverless',
  ['package', '--stage', 'local', '--package', '.local/package'],
  {
    encoding: 'utf8',
  },
);
if (status !== 0) console.error(`serverless package failed:\n${stdout ?? ''}${stderr ?? ''}`);
process.exitCode = status ?? 1;
