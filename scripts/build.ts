import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buildFunction, buildRequestFaults } from './bundles.ts';
import { buildValidators } from './validators.ts';

const OUT = '.build';

/** Bundles each function into a folder of its own, and writes esbuild's report about it for the test of its size. */
async function buildFunctions(): Promise<void> {
  const handlers = (await readdir('handlers')).map((file) => basename(file, '.ts'));
  await Promise.all(
    handlers.map(async (handler) => {
      const metafile = await buildFunction(handler, `${OUT}/functions/${handler}`);
      await writeFile(`${OUT}/metafiles/${handler}.json`, JSON.stringify(metafile));
    }),
  );
}

await rm(OUT, { recursive: true, force: true });
for (const folder of ['validators', 'metafiles']) await mkdir(`${OUT}/${folder}`, { recursive: true });
await buildValidators(`${OUT}/validators`);
await buildFunctions();
await buildRequestFaults(`${OUT}/request-faults.mjs`);
