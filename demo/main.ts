import { spawn } from 'node:child_process';
import { once } from 'node:events';

// `npm run demo`. Packaging keeps one processor busy and loading the demo another, so both run at once.
const child = spawn(process.execPath, ['scripts/package-local.ts'], { stdio: 'inherit' });
const packaging = once(child, 'exit').then(([status]) => status === 0);
let status = 1;
try {
  const { runDemo } = await import('./demo.ts');
  status = await runDemo(packaging);
} catch (error) {
  console.error((error as Error).message);
}
child.kill();
// The clients may still hold connections or retry calls. What was printed is written first.
await new Promise<void>((written) => process.stdout.write('', () => written()));
process.exit(status);
