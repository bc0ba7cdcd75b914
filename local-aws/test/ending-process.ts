import { endOnSignals } from '../src/end-on-signals.ts';
import { temporaryFolder } from '../src/temporary-folder.ts';

// A process for end-on-signals.test.ts. It stops at once, or never, or crashes.

const [behaviour, parent] = process.argv.slice(2);
await temporaryFolder(parent);
const { promise: never } = Promise.withResolvers<void>();
endOnSignals(async () => {
  process.stderr.write('stopping');
  if (behaviour === 'hangs') await never;
});
setInterval(() => {
  process.stdout.write('ready\n');
  if (behaviour === 'crashes') throw new Error('on purpose');
}, 20);
