#!/usr/bin/env node
import { Command } from 'commander';
import { endOnSignals } from './end-on-signals.ts';
import { type ServerOptions, serve, withServerOptions } from './serve.ts';

interface Options extends ServerOptions {
  stackName: string;
  serviceDir: string;
}

const command = new Command('local-aws')
  .description('Runs AWS on this computer, with a packaged stack deployed into it.')
  .argument('<package>', 'the folder that `serverless package --package <folder>` wrote')
  .requiredOption('--stack-name <name>', 'the name of the stack')
  .option('--service-dir <folder>', 'the folder that the handler paths in the template are relative to', '.');
withServerOptions(command).parse();
const [packageDir = ''] = command.args;

try {
  const starting = serve({ packageDir, ...command.opts<Options>() });
  // A signal is the usual way to stop a server, so the status is that of a success.
  endOnSignals(async () => (await starting).stop(), 0);
  await starting;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
