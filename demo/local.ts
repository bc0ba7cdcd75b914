import { endOnSignals, type LocalAws, serve } from 'local-aws';
import { localStack } from '../scripts/local-stack.ts';
import { startPackaging } from '../scripts/start-packaging.ts';
import { consoleKnowledge } from './console/knowledge.ts';
import { type LocalOptions, localCommand } from './options.ts';
import { GROUP_ARN, seedData } from './seed-data.ts';

// `npm run local`
const { seed, ...options } = localCommand().parse().opts<LocalOptions>();

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
  return await serve({ ...localStack, ...options, console: consoleKnowledge }, async ({ environment }, envFile) => {
    if (seed) await seedData(environment, stop.signal);
    const exporting = `npm run export -- --group-arn ${GROUP_ARN} --watch`;
    return seed
      ? ['It has the data of the demo. To export it, run in another terminal:', `  . ${envFile} && ${exporting}`]
      : [
          'It has no datasets yet. To import the data of the demo and export it, use the page, or run in another terminal:',
          `  . ${envFile} && npm run seed && ${exporting}`,
        ];
  });
}
