import { type BuildOptions, build, type Metafile } from 'esbuild';

/** How a handler is bundled. The AWS SDK is part of the bundle and comes from its ES modules, so that esbuild can leave out
 * unused code. Splitting puts what `import()` loads into files of its own, which a cold start does not read. */
export const bundling = {
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
} as const satisfies BuildOptions;

/** Bundles a handler into a folder of its own.
 * @returns what esbuild reports about the files (https://esbuild.github.io/api/#metafile) */
export async function buildFunction(handler: string, outdir: string): Promise<Metafile> {
  const entryPoints = { index: `handlers/${handler}.ts` };
  const { metafile } = await build({ ...bundling, entryPoints, outdir, metafile: true });
  return metafile;
}

/** What a cold start reads: the entry file and every file that it imports statically.
 * @returns their size in bytes, and the source files that they contain */
export function coldStartOf({ outputs }: Pick<Metafile, 'outputs'>): { bytes: number; sources: string[] } {
  const read = new Set(Object.keys(outputs).filter((path) => path.endsWith('/index.mjs')));
  for (const path of read) {
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external) read.add(imported);
  }
  const files = [...read].flatMap((path) => outputs[path] ?? []);
  return {
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    sources: files.flatMap(({ inputs }) => Object.keys(inputs)),
  };
}

/** Bundles the check of a request's form for the configuration of osls, which may run in an older Node.js. */
export async function buildRequestFaults(outfile: string): Promise<void> {
  await build({
    entryPoints: ['src/plan/request-faults.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
  });
}
