import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** The ways to build a handler that are compared. */
export const variants = {
  ours: 'this project',
  plain: 'one file',
  runtimeAjv: 'run-time ajv',
  withoutSdk: 'SDK left out',
} as const;
export type Variant = keyof typeof variants;

/** `esbuild --bundle --platform=node --format=cjs --minify`, as people use it: the SDK comes in by its CommonJS files. */
const plain = { bundle: true, platform: 'node', format: 'cjs', minify: true } as const satisfies BuildOptions;

const builds: Record<Exclude<Variant, 'ours'>, BuildOptions> = {
  plain,
  // As @middy/validator's documentation begins: the schema is compiled when the function is loaded. esbuild's defaults.
  runtimeAjv: { ...plain, minify: false, plugins: [compilingWhenLoaded()] },
  // Resolved from node_modules, as Lambda's own copy is from its: many CommonJS files.
  withoutSdk: { ...plain, external: ['@aws-sdk/*', '@smithy/*'] },
};

/** Builds what the handler is compared with.
 * @returns the file of each variant; ours is the one that `npm run build` made. */
export async function buildVariants(handler: string): Promise<Record<Variant, string>> {
  const outfile = (variant: Variant) => resolve(`.local/bench/coldstart/${handler}/${variant}.cjs`);
  const entryPoints = [`handlers/${handler}.ts`];
  await Promise.all(
    Object.entries(builds).map(([variant, options]) =>
      build({ ...options, entryPoints, outfile: outfile(variant as Variant) }),
    ),
  );
  return {
    ours: resolve(`.build/functions/${handler}/index.mjs`),
    plain: outfile('plain'),
    runtimeAjv: outfile('runtimeAjv'),
    withoutSdk: outfile('withoutSdk'),
  };
}

/** In place of the validators made at build time: those that the handler names, each compiled from its schema. */
function compilingWhenLoaded(): Plugin {
  return {
    name: 'compiling-when-loaded',
    setup: ({ onResolve, onLoad, initialOptions }) => {
      onResolve({ filter: /^#validators$/ }, ({ path }) => ({ path, namespace: 'compiled' }));
      onLoad({ filter: /.*/, namespace: 'compiled' }, async () => ({
        contents: await compiledValidators((initialOptions.entryPoints as string[])[0] ?? ''),
        resolveDir: '.',
      }));
    },
  };
}

async function compiledValidators(entry: string): Promise<string> {
  // src/plan-exports.ts is the one file beside the handlers that checks something.
  const sources = entry.includes('plan-exports') ? [entry, 'src/plan/plan-exports.ts'] : [entry];
  const texts = await Promise.all(sources.map((file) => readFile(file, 'utf8')));
  const names = texts.flatMap((text) => [...text.matchAll(/validators\.(\w+)/g)].map(([, name]) => name));
  const exports = [...new Set(names)].map(
    (name) => `export const ${name} = transpileSchema(schemas.${name}Schema, { verbose: true, strict: false });`,
  );
  return `import { transpileSchema } from '@middy/validator/transpile';
    import * as requestSchemas from './src/request.ts';
    import * as stateSchemas from './src/state.ts';
    const schemas = { ...requestSchemas, ...stateSchemas };
    ${exports.join('\n')}`;
}
