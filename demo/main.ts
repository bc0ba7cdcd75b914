import { startPackaging } from '../scripts/start-packaging.ts';

// `npm run demo`
const packaging = startPackaging();
let status = 1;
try {
  const { runDemo } = await import('./run-demo.ts');
  status = await runDemo(packaging);
} catch (error) {
  console.error((error as Error).message);
}
packaging.stop();
// The clients may still hold connections or retry calls. What was printed is written first.
await new Promise<void>((written) => process.stdout.write('', () => written()));
process.exit(status);
