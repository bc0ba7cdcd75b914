import { spawn } from 'node:child_process';
import { once } from 'node:events';

// `npm run demo`. Packaging keeps one processor busy and loading the demo another, so both run at once.
const packaging = once(spawn(process.execPath, ['scripts/package-local.ts'], { stdio: 'inherit' }), 'exit');
try {
  const { runDemo } = await import('./demo.ts');
  const [status] = await packaging;
  process.exitCode = status === 0 ? await runDemo() : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
