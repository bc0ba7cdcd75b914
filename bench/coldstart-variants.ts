import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundling } from '../scripts/bundles.ts';
import { schemas } from '../scripts/validators.ts';

/** The ways to build a handler that are compared. */
export const variants = {
  ours: 'this project',
  plain: 'one file',
  runtimeAjv: 'run-time ajv',
  withoutSdk: 'SDK left out',
} as const;
export type Variant = keyof typeof variants;

const FOLDER = resolve('.local/bench/coldstart');
const RUNTIME_VALIDATORS = `${FOLDER}/runtime-validators.js`;

/** `esbuild --bundle --platform=node --format=cjs --minify`: without `mainFields`, the SDK comes from its CommonJS files. */
const plain = { bundle: true, platform: 'node', format: 'cjs', minify: true } as const satisfies BuildOptions;

/** Builds the other variants of a handler; ours is the one that `npm run build` made.
 * @returns the file to load, by variant */
export async function buildVariants(handler: string): Promise<Record<Variant, string>> {
  const entryPoints = { index: `handlers/${handler}.ts` };
  const outdir = (variant: Variant) => `${FOLDER}/${handler}/${variant}`;
  const outExtension = { '.js': '.cjs' };
  await writeRuntimeValidators();
  await Promise.all([
    build({ ...plain, entryPoints, outExtension, outdir: outdir('plain') }),
    build({ ...bundling, entryPoints, outdir: outdir('runtimeAjv'), alias: { '#validators': RUNTIME_VALIDATORS } }),
    // The SDK comes from node_modules, as Lambda's own copy comes from its file system: many CommonJS files.
    build({ ...plain, entryPoints, outExtension, outdir: outdir('withoutSdk'), external: ['@aws-sdk/*', '@smithy/*'] }),
  ]);
  return {
    ours: resolve(`.build/functions/${handler}/index.mjs`),
    plain: `${outdir('plain')}/index.cjs`,
    runtimeAjv: `${outdir('runtimeAjv')}/index.mjs`,
    withoutSdk: `${outdir('withoutSdk')}/index.cjs`,
  };
}

/** What takes the place of `#validators`: each schema is compiled when the function is loaded. The pure annotations let
 * esbuild leave out the validators that a handler does not use. `strict: false`, since the schemas use `dependencies`,
 * which draft 2020-12 no longer has. */
async function writeRuntimeValidators(): Promise<void> {
  const exported = Object.entries(schemas).map(([name, schema]) => {
    const call = `transpileSchema(${JSON.stringify(schema)}, { verbose: true, strict: false })`;
    return `export const ${name} = /* @__PURE__ */ ${call};\n`;
  });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(
    RUNTIME_VALIDATORS,
    `import { transpileSchema } from '@middy/validator/transpile';\n${exported.join('')}`,
  );
}
