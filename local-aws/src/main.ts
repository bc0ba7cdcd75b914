#!/usr/bin/env node
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import type { ConsoleKnowledge } from './console/knowledge.ts';
import { endOnSignals } from './end-on-signals.ts';
import { startLocalAws } from './local-aws.ts';

interface Options {
  stackName: string;
  serviceDir: string;
  port: number;
  jobSeconds: number;
  stateDir: string;
  console?: string;
}

const command = new Command('local-aws')
  .description('Runs AWS on this computer, with a packaged stack deployed into it.')
  .argument('<package>', 'the folder that `serverless package --package <folder>` wrote')
  .requiredOption('--stack-name <name>', 'the name of the stack')
  .option('--service-dir <folder>', 'the folder that the handler paths in the template are relative to', '.')
  .option('--port <number>', 'the port on 127.0.0.1', number({ least: 0, most: 65_535, whole: true }), 4566)
  .option('--job-seconds <seconds>', 'how long a Personalize job takes', number({ least: 0.01, most: 86_400 }), 2)
  .option('--state-dir <folder>', 'receives the file `env` for your shell, and the logs of the functions', '.local')
  .option(
    '--console <module>',
    'a module with what the page shows of this stack: its default export is a ConsoleKnowledge',
  )
  .parse();
const { stackName, serviceDir, port, jobSeconds, stateDir, console: consoleModule } = command.opts<Options>();
const [packageDir = ''] = command.args;

try {
  const logsDir = join(stateDir, 'logs');
  const knowledge = consoleModule === undefined ? {} : await knowledgeIn(consoleModule);
  const starting = startLocalAws({ packageDir, stackName, serviceDir, port, jobSeconds, logsDir, console: knowledge });
  // A signal is the usual way to stop a server, so the status is that of a success.
  endOnSignals(async () => (await starting).stop(), 0);
  const aws = await starting;
  await mkdir(stateDir, { recursive: true });
  const lines = Object.entries(aws.environment).map(([name, value]) => `export ${name}=${value}\n`);
  await writeFile(join(stateDir, 'env'), lines.join(''));
  console.log(
    `The local AWS listens on ${aws.environment.AWS_ENDPOINT_URL}. For your shell: . ${join(stateDir, 'env')}`,
  );
  console.log(`The logs of the functions are in ${logsDir}. Press Ctrl-C to stop.`);
  console.log(`To see what happens, open ${aws.environment.AWS_ENDPOINT_URL}/ in a browser.`);
  console.log('ready');
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(
    code === 'EADDRINUSE'
      ? `Port ${port} on 127.0.0.1 is in use. Stop the program that listens there, or choose another port: --port ${port + 1}.`
      : `The local AWS could not start: ${message}`,
  );
  process.exitCode = 1;
}

/** @throws Error that names the module */
async function knowledgeIn(path: string): Promise<ConsoleKnowledge> {
  const loaded = await import(pathToFileURL(resolve(path)).href).catch((error: Error) => {
    throw new Error(`the module ${path} of --console can't be loaded: ${error.message}`);
  });
  if (typeof loaded.default === 'object' && loaded.default !== null) return loaded.default;
  throw new Error(`the module ${path} of --console has no default export. Export a ConsoleKnowledge as default.`);
}

/** Reads an option that is a number within bounds. */
function number({ least, most, whole = false }: { least: number; most: number; whole?: boolean }) {
  return (text: string): number => {
    const value = Number(text);
    const allowed = text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (allowed) return value;
    throw new InvalidArgumentError(`Give a ${whole ? 'whole number' : 'number'} from ${least} to ${most}.`);
  };
}
