import { spawn } from 'node:child_process';
import { once } from 'node:events';

// Packaging keeps one processor busy, and loading the local AWS another: both at once.
const packaging = once(spawn(process.execPath, ['scripts/package-local.ts'], { stdio: 'inherit' }), 'exit');
try {
  const { main } = await import('./demo.ts');
  const [status] = await packaging;
  process.exitCode = status === 0 ? await main() : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
