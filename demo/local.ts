import { Command } from 'commander';
import { endOnSignals, type LocalAws, type ServerOptions, serve, withServerOptions } from 'local-aws';
import { localStack } from '../scripts/local-stack.ts';
import { startPackaging } from '../scripts/packaging.ts';
import { GROUP_ARN, seedData } from './seed-data.ts';

interface LocalOptions extends ServerOptions {
  seed?: boolean;
}

// `npm run local`
const command = new Command('npm run local --')
  .description('Runs the local AWS with this pipeline deployed into it, until you press Ctrl-C.')
  .option('--seed', 'import the datasets of the demo first')
  .allowExcessArguments(false);
const { seed, ...options } = withServerOptions(command).parse().opts<LocalOptions>();

const stop = new AbortController();
const packaging = startPackaging();
const starting = start();
// A signal is the usual way to stop a server, so the status is that of a success.
endOnSignals(async () => {
  packaging.stop();
  stop.abort();
  await (await starting)?.stop();
}, 0);
try {
  if (!(await starting)) process.exitCode = 1;
} catch (error) {
  if (!stop.signal.aborted) console.error((error as Error).message);
  process.exitCode = 1;
}

async function start(): Promise<LocalAws | undefined> {
  if (!(await packaging.succeeded)) return undefined;
  return await serve({ ...localStack, ...options }, async ({ environment }, envFile) => {
    if (seed) await seedData(environment, stop.signal);
    const exporting = `npm run export -- --group-arn ${GROUP_ARN} --watch`;
    return seed
      ? ['It has the data of the demo. To export it, run in another terminal:', `  . ${envFile} && ${exporting}`]
      : [
          'It has no datasets yet. To import the data of the demo and export it, run in another terminal:',
          `  . ${envFile} && npm run seed && ${exporting}`,
        ];
  });
}
