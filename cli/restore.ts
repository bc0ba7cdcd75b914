import { explain } from './explain.ts';
import { printError, printJson } from './print.ts';
import { ask } from './restore/ask.ts';
import { clientsFor } from './restore/context.ts';
import { restoreOptions } from './restore/options.ts';
import { runRestore } from './restore/run.ts';

// The reader of stdout may close it early, as `head` does.
process.stdout.on('error', () => process.exit());

try {
  const options = restoreOptions();
  const controller = new AbortController();
  // npm forwards the signal, so it arrives twice.
  process.on('SIGINT', () => controller.abort());
  process.exitCode = await runRestore(options, {
    clients: clientsFor(options, process.env),
    environment: process.env,
    signal: controller.signal,
    // With --json, stdout has the document alone.
    stream: options.json ? process.stderr : process.stdout,
    printError,
    printDocument: options.json ? printJson : () => {},
    ask,
  });
} catch (error) {
  printError(explain(error));
  process.exitCode = 2;
}
